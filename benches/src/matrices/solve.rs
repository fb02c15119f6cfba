//! A loss of the solution of a linear system.

use anygrad::linalg::{Matrix, Vector};
use anygrad::{Error, Scalar, differentiable};
use faer::Mat;
use faer::linalg::solvers::Solve;

use super::{ByHand, Primal, by_rows, library, multiply, well_conditioned};

/// `½·‖x‖²` of the solution `x` of `A·x = b`.
///
/// # Errors
/// If the matrix is singular, or the shapes do not fit.
#[differentiable(name = Solution)]
pub fn solution<S: Scalar<Real = f64>>(a: &Matrix<S>, b: &Vector<S>) -> Result<S, Error> {
    let x = a.solve(b)?;
    Ok(x.dot(&x)? * 0.5)
}

impl Solution {
    /// A well-conditioned `n×n` matrix and a vector.
    pub fn point(n: usize) -> (Matrix<f64>, Vector<f64>) {
        (well_conditioned(n), Vector::from_fn(n, |i| n as f64 * (i as f64 * 0.37).cos()))
    }
}

/// One factorisation, a system with it and one with its transpose: `b̄ = A⁻ᵀ·x`, `Ā = −b̄·xᵀ`.
#[derive(Clone, Debug)]
pub struct SolutionByHand {
    a: Mat<f64>,
    b: Mat<f64>,
    by_a: Mat<f64>,
    by_b: Mat<f64>,
}

impl SolutionByHand {
    /// The same system as [`Solution::point`].
    pub fn new(n: usize) -> Self {
        let (a, b) = Solution::point(n);
        Self { a: library(&a), b: library(&b.to_column()), by_a: Mat::zeros(n, n), by_b: Mat::zeros(n, 1) }
    }
}

impl Primal for SolutionByHand {
    /// One factorisation and one solution by it.
    fn primal(&mut self) -> f64 {
        0.5 * self.a.partial_piv_lu().solve(&self.b).squared_norm_l2()
    }
}

impl ByHand for SolutionByHand {
    fn run(&mut self) {
        let lu = self.a.partial_piv_lu();
        let x = lu.solve(&self.b);
        self.by_b = lu.solve_transpose(&x);
        multiply(&mut self.by_a, (-&self.by_b).as_ref(), x.transpose());
    }

    fn derivative(&self) -> Vec<f64> {
        by_rows(self.by_a.as_ref()).chain(by_rows(self.by_b.as_ref())).collect()
    }
}
