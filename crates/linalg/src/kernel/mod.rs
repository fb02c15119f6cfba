//! Kernels over floats, by faer. Each runs on one thread.

mod lu;
mod product;

pub(crate) use lu::{lu_factor, lu_solve, sign_of};
pub(crate) use product::{View, product};
