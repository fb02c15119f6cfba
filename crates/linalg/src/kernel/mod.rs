//! Kernels over floats, by faer. Each runs on one thread.

/// Calls a kernel with slices of `R`, some to read and some to write, as the floats that they are.
macro_rules! by_type {
    ($R:ident: [$($read:ident),+], [$($write:ident),+] => $call:expr) => {
        match ($($R::floats($read),)+ $($R::floats_mut($write),)+) {
            ($(Floats::Single($read),)+ $(FloatsMut::Single($write),)+) => $call,
            ($(Floats::Double($read),)+ $(FloatsMut::Double($write),)+) => $call,
            _ => {
                debug_assert!(false, "floats of one type");
                Default::default()
            }
        }
    };
}

mod cholesky;
mod cholesky_adjoint;
mod few_columns;
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
