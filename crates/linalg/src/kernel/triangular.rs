//! Systems with triangular matrices.

use anygrad_core::{Floats, FloatsMut, Real};
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::linalg::triangular_solve as faer_solve;
use faer::traits::ComplexField;
use faer::{Accum, MatMut, MatRef, Par};

/// Which part of a matrix is read, whether its diagonal counts as ones, and whether its transpose is meant.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) upper: bool,
    pub(crate) unit: bool,
    pub(crate) transposed: bool,
}

/// Solves `T·X = B`, or `Tᵀ·X = B`, for `B` with `r` columns in `x`.
pub(crate) fn triangular_solve<R: Real>(a: &[R], x: &mut [R], [n, r]: [usize; 2], shape: Shape) {
    by_type!(R: [a], [x] => solved(a, x, [n, r], shape));
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

/// The lower triangle of `Lᵀ·X` for two lower triangles; what is above them is not read, and not written.
pub(crate) fn triangular_product<R: Real>(l: &[R], x: &[R], out: &mut [R], n: usize) {
    by_type!(R: [l, x], [out] => multiplied(l, x, out, n));
}

fn multiplied<T: ComplexField>(l: &[T], x: &[T], out: &mut [T], n: usize) {
    let [l, x] = [l, x].map(|matrix| MatRef::from_row_major_slice(matrix, n, n));
    let out = MatMut::from_row_major_slice_mut(out, n, n);
    let (lower, upper) = (BlockStructure::TriangularLower, BlockStructure::TriangularUpper);
    triangular::matmul(out, lower, Accum::Replace, l.transpose(), upper, x, lower, T::one_impl(), Par::Seq);
}

/// Matrices are walked through in tiles of so many rows and columns, which stay in the nearest cache.
const TILE: usize = 16;

/// Calls `each(i, j)` for all places of an `n×n` matrix below its diagonal.
pub(crate) fn below_diagonal(n: usize, mut each: impl FnMut(usize, usize)) {
    for (rows, columns) in (0..n).step_by(TILE).flat_map(|i| (0..=i).step_by(TILE).map(move |j| (i, j))) {
        for i in rows..n.min(rows + TILE) {
            (columns..i.min(columns + TILE)).for_each(|j| each(i, j));
        }
    }
}
