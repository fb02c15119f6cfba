//! Cholesky factorisation.

use anygrad_core::{Floats, FloatsMut, Real};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::{factor, inverse, solve};
use faer::traits::ComplexField;
use faer::{MatMut, MatRef, Par};

use super::below_diagonal;

/// Factors the symmetric `n×n` matrix whose lower triangle `a` has. `out` takes `L` column by column, zeros above its diagonal;
/// from the first pivot on that is not positive, the diagonal is NaN.
///
/// Column by column, because that is the order that the kernel likes.
pub(crate) fn cholesky_factor<R: Real>(a: &[R], out: &mut [R], n: usize) {
    below_diagonal(n, |i, j| out[j * n + i] = a[i * n + j]);
    (0..n).for_each(|i| out[i * (n + 1)] = a[i * (n + 1)]);
    let failed = match R::floats_mut(out) {
        FloatsMut::Single(out) => factored(out, n),
        FloatsMut::Double(out) => factored(out, n),
    };
    // The kernel uses the rest of the matrix for itself.
    (0..n).for_each(|j| out[j * n..j * (n + 1)].fill(R::zero()));
    if let Some(at) = failed {
        (at..n).for_each(|i| out[i * (n + 1)] = R::nan());
    }
}

/// `L` row by row, by what [`cholesky_factor`] gave. What is above the diagonal is not written.
pub(crate) fn cholesky_lower<R: Real>(factor: &[R], out: &mut [R], n: usize) {
    below_diagonal(n, |i, j| out[i * n + j] = factor[j * n + i]);
    (0..n).for_each(|i| out[i * (n + 1)] = factor[i * (n + 1)]);
}

/// Solves `L·Lᵀ·X = B` for `B` with `r` columns in `x`, by what [`cholesky_factor`] gave.
pub(crate) fn cholesky_solve<R: Real>(factor: &[R], x: &mut [R], [n, r]: [usize; 2]) {
    by_type!(R: [factor], [x] => solved(factor, x, [n, r]));
}

/// `(L·Lᵀ)⁻¹`, both triangles.
pub(crate) fn cholesky_inverse<R: Real>(factor: &[R], out: &mut [R], n: usize) {
    let matrix = &mut *out;
    by_type!(R: [factor], [matrix] => inverted(factor, matrix, n));
    below_diagonal(n, |i, j| out[i * n + j] = out[j * n + i]);
}

/// The first pivot that is not positive, if there is one.
fn factored<T: ComplexField>(matrix: &mut [T], n: usize) -> Option<usize> {
    let matrix = MatMut::from_column_major_slice_mut(matrix, n, n);
    let mut memory = MemBuffer::new(factor::cholesky_in_place_scratch::<T>(n, Par::Seq, Default::default()));
    let stack = MemStack::new(&mut memory);
    let factored = factor::cholesky_in_place(matrix, Default::default(), Par::Seq, stack, Default::default());
    factored.err().map(|factor::LltError::NonPositivePivot { index }| index)
}

fn solved<T: ComplexField>(factor: &[T], x: &mut [T], [n, r]: [usize; 2]) {
    let factor = MatRef::from_column_major_slice(factor, n, n);
    let x = MatMut::from_row_major_slice_mut(x, n, r);
    let mut memory = MemBuffer::new(solve::solve_in_place_scratch::<T>(n, r, Par::Seq));
    solve::solve_in_place(factor, x, Par::Seq, MemStack::new(&mut memory));
}

fn inverted<T: ComplexField>(factor: &[T], out: &mut [T], n: usize) {
    let factor = MatRef::from_column_major_slice(factor, n, n);
    let out = MatMut::from_column_major_slice_mut(out, n, n);
    let mut memory = MemBuffer::new(inverse::inverse_scratch::<T>(n, Par::Seq));
    inverse::inverse(out, factor, Par::Seq, MemStack::new(&mut memory));
}
