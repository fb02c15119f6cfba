//! Matrices whose entries are seeded, and what the tests compare.

use anygrad_forward::Dual;
use nalgebra::{DMatrix, Dim, Matrix, RawStorage};

/// A number with four tangents.
pub(crate) type D = Dual<f64, 4>;

/// `A + Σ εₖ·directions[k]`.
pub(crate) fn seeded(a: &DMatrix<f64>, directions: &[DMatrix<f64>]) -> DMatrix<D> {
    DMatrix::from_fn(a.nrows(), a.ncols(), |i, j| {
        let mut entry = D::new(a[(i, j)], [0.0; 4]);
        for (lane, direction) in directions.iter().enumerate() {
            entry.seed(lane, direction[(i, j)]);
        }
        entry
    })
}

/// The primals.
pub(crate) fn primals<R: Dim, C: Dim, S: RawStorage<D, R, C>>(a: &Matrix<D, R, C, S>) -> DMatrix<f64> {
    DMatrix::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)].primal)
}

/// The tangents of a lane.
pub(crate) fn tangents<R: Dim, C: Dim, S: RawStorage<D, R, C>>(a: &Matrix<D, R, C, S>, lane: usize) -> DMatrix<f64> {
    DMatrix::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)].tangent(lane))
}

/// `aᵢⱼ = sin((1 + i)·(2 + 3j)·1.7 + seed)`: entries in `[-1, 1]` without structure.
pub(crate) fn scrambled(rows: usize, columns: usize, seed: usize) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |i, j| ((1 + i) as f64 * (2 + 3 * j) as f64 * 1.7 + seed as f64).sin())
}

/// Four directions.
pub(crate) fn directions(rows: usize, columns: usize) -> Vec<DMatrix<f64>> {
    (1..=4).map(|seed| scrambled(rows, columns, seed)).collect()
}

/// `A + Aᵀ`.
pub(crate) fn symmetric(a: &DMatrix<f64>) -> DMatrix<f64> {
    a + a.transpose()
}

/// A symmetric positive definite matrix of condition about 10.
pub(crate) fn positive(n: usize) -> DMatrix<f64> {
    let a = scrambled(n, n, 0);
    &a * a.transpose() + DMatrix::identity(n, n)
}

/// Asserts that two matrices differ by at most `tolerance` in every entry.
#[track_caller]
pub(crate) fn assert_close(found: &DMatrix<f64>, expected: &DMatrix<f64>, tolerance: f64) {
    assert_eq!(found.shape(), expected.shape());
    let worst = (found - expected).amax();
    assert!(worst <= tolerance, "{worst:.1e} apart, found {found} instead of {expected}");
}
