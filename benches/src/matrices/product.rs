//! The product of two matrices, value and both adjoints.

use anygrad::linalg::Matrix;
use anygrad::{Error, Scalar, differentiable};
use faer::Mat;

use super::{ByHand, by_rows, library, multiply, sines};

/// `A·B`.
///
/// # Errors
/// If the shapes do not fit.
#[differentiable(name = Product)]
pub fn product<S: Scalar<Real = f64>>(a: &Matrix<S>, b: &Matrix<S>) -> Result<Matrix<S>, Error> {
    a.matmul(b)
}

impl Product {
    /// Two `n×n` matrices.
    pub fn point(n: usize) -> (Matrix<f64>, Matrix<f64>) {
        (sines(n, n, 0.61), sines(n, n, 0.37))
    }

    /// The adjoint of the product.
    pub fn seed(n: usize) -> Matrix<f64> {
        sines(n, n, 0.83)
    }
}

/// Three products of the library: `C = A·B`, `Ā = C̄·Bᵀ`, `B̄ = Aᵀ·C̄`.
#[derive(Clone, Debug)]
pub struct ProductByHand {
    a: Mat<f64>,
    b: Mat<f64>,
    seed: Mat<f64>,
    product: Mat<f64>,
    by_a: Mat<f64>,
    by_b: Mat<f64>,
}

impl ProductByHand {
    /// The same matrices as [`Product::point`].
    pub fn new(n: usize) -> Self {
        let (a, b) = Product::point(n);
        let zeros = Mat::zeros(n, n);
        Self {
            a: library(&a),
            b: library(&b),
            seed: library(&Product::seed(n)),
            product: zeros.clone(),
            by_a: zeros.clone(),
            by_b: zeros,
        }
    }

    /// The product that was computed.
    pub fn value(&self) -> Vec<f64> {
        by_rows(self.product.as_ref()).collect()
    }
}

impl ByHand for ProductByHand {
    fn run(&mut self) {
        multiply(&mut self.product, self.a.as_ref(), self.b.as_ref());
        multiply(&mut self.by_a, self.seed.as_ref(), self.b.transpose());
        multiply(&mut self.by_b, self.a.transpose(), self.seed.as_ref());
    }

    fn derivative(&self) -> Vec<f64> {
        by_rows(self.by_a.as_ref()).chain(by_rows(self.by_b.as_ref())).collect()
    }
}
