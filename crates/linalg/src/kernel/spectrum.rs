//! Eigenvalues of symmetric matrices, singular values of all.

use anygrad_core::{Floats, FloatsMut, Real};
use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::svd::{ComputeSvdVectors, svd, svd_scratch};
use faer::traits::ComplexField;
use faer::{MatMut, MatRef, Par};

/// The eigenvectors of the symmetric `n×n` matrix whose lower triangle `a` has, one after the other, and behind them the
/// eigenvalues in ascending order. NaN if an element read is not finite, or if the iteration does not converge.
pub(crate) fn symmetric_eigen<R: Real>(a: &[R], out: &mut [R], n: usize) {
    let (vectors, values) = out.split_at_mut(n * n);
    let is_finite = (0..n).all(|i| a[i * n..=i * (n + 1)].iter().all(|x| x.is_finite()));
    let converged = is_finite && by_type!(R: [a], [vectors, values] => eigen(a, vectors, values));
    if !converged {
        out.fill(R::nan());
        return;
    }
    for vector in out[..n * n].chunks_exact_mut(n.max(1)) {
        if is_turned(vector) {
            turn(vector);
        }
    }
}

/// The left singular vectors of an `m×n` matrix, one after the other, then the right ones, then the singular values in
/// descending order; `min(m, n)` of each. NaN if an element is not finite, or if the iteration does not converge.
pub(crate) fn singular<R: Real>(a: &[R], out: &mut [R], [m, n]: [usize; 2]) {
    let k = m.min(n);
    let (left, rest) = out.split_at_mut(m * k);
    let (right, values) = rest.split_at_mut(n * k);
    let converged = a.iter().all(|x| x.is_finite())
        && by_type!(R: [a], [left, right, values] => singular_of(a, [m, n], left, right, values));
    if !converged {
        out.fill(R::nan());
        return;
    }
    let (left, rest) = out.split_at_mut(m * k);
    for (u, v) in left.chunks_exact_mut(m.max(1)).zip(rest.chunks_exact_mut(n.max(1))) {
        if is_turned(v) {
            turn(u);
            turn(v);
        }
    }
}

/// Whether the first element that is at least 0.9 times as great as the greatest is negative. The factor keeps the sign where
/// two elements are equally great but for rounding.
fn is_turned<R: Real>(vector: &[R]) -> bool {
    let greatest = vector.iter().fold(R::zero(), |greatest, x| greatest.max(x.abs()));
    let first = vector.iter().find(|x| x.abs() >= greatest * R::narrow(0.9));
    first.is_some_and(|&first| first < R::zero())
}

fn turn<R: Real>(vector: &mut [R]) {
    vector.iter_mut().for_each(|x| *x = -*x);
}

fn eigen<T: ComplexField>(a: &[T], vectors: &mut [T], values: &mut [T]) -> bool {
    let n = values.len();
    if n == 0 {
        return true;
    }
    let a = MatRef::from_row_major_slice(a, n, n);
    let vectors = MatMut::from_column_major_slice_mut(vectors, n, n);
    let scratch = self_adjoint_evd_scratch::<T>(n, ComputeEigenvectors::Yes, Par::Seq, Default::default());
    let mut memory = MemBuffer::new(scratch);
    let stack = MemStack::new(&mut memory);
    let values = DiagMut::from_slice_mut(values);
    self_adjoint_evd(a, values, Some(vectors), Par::Seq, stack, Default::default()).is_ok()
}

fn singular_of<T: ComplexField>(
    a: &[T],
    [m, n]: [usize; 2],
    left: &mut [T],
    right: &mut [T],
    values: &mut [T],
) -> bool {
    let k = values.len();
    if k == 0 {
        return true;
    }
    let a = MatRef::from_row_major_slice(a, m, n);
    let left = MatMut::from_column_major_slice_mut(left, m, k);
    let right = MatMut::from_column_major_slice_mut(right, n, k);
    let thin = ComputeSvdVectors::Thin;
    let mut memory = MemBuffer::new(svd_scratch::<T>(m, n, thin, thin, Par::Seq, Default::default()));
    let stack = MemStack::new(&mut memory);
    let values = DiagMut::from_slice_mut(values);
    svd(a, values, Some(left), Some(right), Par::Seq, stack, Default::default()).is_ok()
}
