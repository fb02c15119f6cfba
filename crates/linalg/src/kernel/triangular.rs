//! Systems with triangular matrices.

use anygrad_core::{Floats, FloatsMut, Real};
use faer::linalg::triangular_solve as faer_solve;
use faer::traits::ComplexField;
use faer::{MatMut, MatRef, Par};

/// Which part of a matrix is read, whether its diagonal counts as ones, and whether its transpose is meant.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) upper: bool,
    pub(crate) unit: bool,
    pub(crate) transposed: bool,
}

/// Solves `T·X = B`, or `Tᵀ·X = B`, for `B` with `r` columns in `x`.
pub(crate) fn triangular_solve<R: Real>(a: &[R], x: &mut [R], [n, r]: [usize; 2], shape: Shape) {
    match (R::floats(a), R::floats_mut(x)) {
        (Floats::Single(a), FloatsMut::Single(x)) => solved(a, x, [n, r], shape),
        (Floats::Double(a), FloatsMut::Double(x)) => solved(a, x, [n, r], shape),
        _ => debug_assert!(false, "floats of one type"),
    }
}

fn solved<T: ComplexField>(a: &[T], x: &mut [T], [n, r]: [usize; 2], shape: Shape) {
    let a = MatRef::from_row_major_slice(a, n, n);
    let a = if shape.transposed { a.transpose() } else { a };
    let x = MatMut::from_row_major_slice_mut(x, n, r);
    match (shape.upper != shape.transposed, shape.unit) {
        (false, false) => faer_solve::solve_lower_triangular_in_place(a, x, Par::Seq),
        (false, true) => faer_solve::solve_unit_lower_triangular_in_place(a, x, Par::Seq),
        (true, false) => faer_solve::solve_upper_triangular_in_place(a, x, Par::Seq),
        (true, true) => faer_solve::solve_unit_upper_triangular_in_place(a, x, Par::Seq),
    }
}
