//! The tests of this crate, as one program: they share what they link.

mod arrays;
mod backend;
mod common;
mod data;
mod gates;
mod loops;
mod native;
mod parallel;
mod programs;
mod side_by_side;
