//! The products of matrices.

use anygrad_core::{Floats, FloatsMut, Real};
use faer::linalg::matmul::matmul;
use faer::traits::ComplexField;
use faer::{Accum, MatMut, MatRef, Par};

use super::few_columns::{few_columns, is_for_few};

/// A matrix in a slice, row by row, and whether its transpose is meant.
#[derive(Clone, Copy)]
pub(crate) struct View<'a, R> {
    pub(crate) floats: &'a [R],
    pub(crate) transposed: bool,
}

/// `out = a·b` for `a: m×k` and `b: k×n`.
pub(crate) fn product<R: Real>(a: View<'_, R>, b: View<'_, R>, out: &mut [R], [m, k, n]: [usize; 3]) {
    let (x, y) = (a.floats, b.floats);
    if !a.transposed && (b.transposed || n == 1) && is_for_few(k, n) {
        return by_type!(R: [x, y], [out] => few_columns(x, y, out, [k, n]));
    }
    by_type!(R: [x, y], [out] => multiply(view(x, a.transposed, m, k), view(y, b.transposed, k, n), out));
}

/// `rows` by `columns`, also if they are stored as the transpose.
fn view<T>(floats: &[T], transposed: bool, rows: usize, columns: usize) -> MatRef<'_, T> {
    if transposed {
        MatRef::from_column_major_slice(floats, rows, columns)
    } else {
        MatRef::from_row_major_slice(floats, rows, columns)
    }
}

fn multiply<T: ComplexField>(a: MatRef<'_, T>, b: MatRef<'_, T>, out: &mut [T]) {
    let out = MatMut::from_row_major_slice_mut(out, a.nrows(), b.ncols());
    matmul(out, Accum::Replace, a, b, T::one_impl(), Par::Seq);
}
