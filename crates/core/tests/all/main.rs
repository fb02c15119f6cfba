//! The tests of this crate, as one program: they share what they link.

mod arrays;
mod backend;
mod checked;
mod containers;
mod dense;
mod error;
mod gates;
mod relation;
mod special;
mod support;
mod table;
mod tree;
