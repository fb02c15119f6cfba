//! A loss of the Cholesky factor of a symmetric matrix.

use anygrad::linalg::Matrix;
use anygrad::{Error, Scalar, differentiable};
use faer::linalg::solvers::Llt;
use faer::linalg::triangular_solve::solve_upper_triangular_in_place;
use faer::{Mat, Par, Side};

use super::{ByHand, Primal, by_rows, library, multiply, sines};

/// `Σ cᵢⱼ·Lᵢⱼ` with a fixed matrix `C`, of the factor of `A = L·Lᵀ`.
///
/// # Errors
/// If the matrix is not positive definite.
#[differentiable(name = CholeskyFactor)]
pub fn cholesky<S: Scalar<Real = f64>>(a: &Matrix<S>, c: Matrix<f64>) -> Result<S, Error> {
    Ok(a.cholesky()?.lower().hadamard(&Matrix::constant(&c))?.sum())
}

fn weights(n: usize) -> Matrix<f64> {
    sines(n, n, 0.83)
}

impl CholeskyFactor {
    /// The loss of an `n×n` matrix.
    pub fn of_size(n: usize) -> Self {
        Self::new(weights(n))
    }

    /// A symmetric positive definite `n×n` matrix: sines, and `n` on the diagonal.
    pub fn point(n: usize) -> Matrix<f64> {
        Matrix::from_fn(n, n, |i, j| ((i * j + i + j) as f64 * 0.61).sin() + if i == j { n as f64 } else { 0.0 })
    }
}

/// One factorisation, a product and two triangular systems: `S = L⁻ᵀ·Φ(Lᵀ·L̄)·L⁻¹`, of which `Φ` takes the lower triangle with half the
/// diagonal (Murray 2016); by the elements of the lower triangle, `Āᵢⱼ = Sᵢⱼ + Sⱼᵢ` below the diagonal and `Sᵢᵢ` on it.
#[derive(Clone, Debug)]
pub struct CholeskyByHand {
    a: Mat<f64>,
    weights: Mat<f64>,
    inner: Mat<f64>,
    derivative: Mat<f64>,
}

impl CholeskyByHand {
    /// The same matrix as [`CholeskyFactor::point`].
    pub fn new(n: usize) -> Self {
        let lower = |i: usize, j: usize, x: f64| if j <= i { x } else { 0.0 };
        let weights = library(&weights(n));
        let weights = Mat::from_fn(n, n, |i, j| lower(i, j, weights[(i, j)]));
        let a = library(&CholeskyFactor::point(n));
        Self { a, weights, inner: Mat::zeros(n, n), derivative: Mat::zeros(n, n) }
    }

    fn factor(&self) -> Option<Llt<f64>> {
        self.a.llt(Side::Lower).ok()
    }

    fn loss(&self, factor: &Llt<f64>) -> f64 {
        let (n, l) = (self.a.nrows(), factor.L());
        (0..n).flat_map(|j| (j..n).map(move |i| (i, j))).map(|at| self.weights[at] * l[at]).sum()
    }
}

impl Primal for CholeskyByHand {
    /// One factorisation, and the loss.
    fn primal(&mut self) -> f64 {
        self.factor().map_or(f64::NAN, |factor| self.loss(&factor))
    }
}

impl ByHand for CholeskyByHand {
    fn run(&mut self) {
        let Some(factor) = self.factor() else { return };
        let (n, l) = (self.a.nrows(), factor.L());
        multiply(&mut self.inner, l.transpose(), self.weights.as_ref());
        for j in 0..n {
            (0..j).for_each(|i| self.inner[(i, j)] = 0.0);
            self.inner[(j, j)] *= 0.5;
        }
        solve_upper_triangular_in_place(l.transpose(), self.inner.as_mut(), Par::Seq);
        let mut transposed = self.inner.transpose().to_owned();
        solve_upper_triangular_in_place(l.transpose(), transposed.as_mut(), Par::Seq);
        for j in 0..n {
            self.derivative[(j, j)] = transposed[(j, j)];
            (j + 1..n).for_each(|i| self.derivative[(i, j)] = transposed[(i, j)] + transposed[(j, i)]);
        }
    }

    fn derivative(&self) -> Vec<f64> {
        by_rows(self.derivative.as_ref()).collect()
    }
}
