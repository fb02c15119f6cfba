//! The tests of this crate, as one program: they share what they link.

mod backend;
mod comparisons;
mod conformance;
mod detach;
mod tape;
