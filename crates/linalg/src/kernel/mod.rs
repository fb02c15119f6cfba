//! Kernels over floats, by faer. Each runs on one thread.

/// Calls a kernel with slices of `R`, some to read and some to write, as the floats that they are.
macro_rules! by_type {
    ($R:ident: [$($read:ident),+], [$($write:ident),+] => $call:expr) => {{
        let outcome = match ($($R::floats($read),)+ $($R::floats_mut($write),)+) {
            ($(Floats::Single($read),)+ $(FloatsMut::Single($write),)+) => $call,
            ($(Floats::Double($read),)+ $(FloatsMut::Double($write),)+) => $call,
            _ => {
                debug_assert!(false, "floats of one type");
                Default::default()
            }
        };
        $crate::kernel::clear_registers();
        outcome
    }};
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

/// Clears the upper parts of vector registers. The library's kernels leave numbers there, and from then on every instruction that
/// writes a lower part alone has to keep the upper one: code for short vectors and single numbers takes several times as long.
fn clear_registers() {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx) = pulp::core_arch::x86::Avx::try_new() {
        avx._mm256_zeroupper();
    }
}
