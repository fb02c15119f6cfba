//! Kernels over floats, by faer. Each runs on one thread.

mod cholesky;
mod cholesky_adjoint;
mod lu;
mod product;
mod spectrum;
mod triangular;

pub(crate) use cholesky::{cholesky_factor, cholesky_inverse, cholesky_lower, cholesky_solve};
pub(crate) use cholesky_adjoint::cholesky_adjoint;
pub(crate) use lu::{lu_factor, lu_inverse, lu_solve, sign_of};
pub(crate) use product::{View, product};
pub(crate) use spectrum::{singular, symmetric_eigen};
pub(crate) use triangular::{Shape, below_diagonal, triangular_product, triangular_solve};
