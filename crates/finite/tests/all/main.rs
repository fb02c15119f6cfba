//! The tests of this crate, as one program: they share what they link.

mod bounded;
mod common;
mod complex;
mod finite;
mod noise;
mod probe;
mod second;
mod stencil;
