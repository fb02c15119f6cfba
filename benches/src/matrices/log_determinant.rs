//! The logarithm of a determinant.

use anygrad::linalg::Matrix;
use anygrad::{Error, Scalar, differentiable};
use faer::Mat;
use faer::linalg::solvers::DenseSolveCore;

use super::{ByHand, Primal, by_rows, library, well_conditioned};

/// `ln |det A|`, by LU.
///
/// # Errors
/// If the matrix is singular.
#[differentiable(name = LogDeterminant)]
pub fn log_determinant<S: Scalar<Real = f64>>(a: &Matrix<S>) -> Result<S, Error> {
    a.log_determinant()
}

impl LogDeterminant {
    /// A well-conditioned `n×n` matrix.
    pub fn point(n: usize) -> Matrix<f64> {
        well_conditioned(n)
    }
}

/// One factorisation, and the inverse by it: `Ā = A⁻ᵀ`.
#[derive(Clone, Debug)]
pub struct LogDeterminantByHand {
    a: Mat<f64>,
    inverse: Mat<f64>,
}

impl LogDeterminantByHand {
    /// The same matrix as [`LogDeterminant::point`].
    pub fn new(n: usize) -> Self {
        Self { a: library(&LogDeterminant::point(n)), inverse: Mat::zeros(n, n) }
    }
}

impl Primal for LogDeterminantByHand {
    /// One factorisation, and the logarithms of its pivots.
    fn primal(&mut self) -> f64 {
        let lu = self.a.partial_piv_lu();
        (0..self.a.nrows()).map(|i| lu.U()[(i, i)].abs().ln()).sum()
    }
}

impl ByHand for LogDeterminantByHand {
    fn run(&mut self) {
        self.inverse = self.a.partial_piv_lu().inverse();
    }

    fn derivative(&self) -> Vec<f64> {
        by_rows(self.inverse.transpose()).collect()
    }
}
