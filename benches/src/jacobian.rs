//! A function with as many outputs as inputs, and its Jacobian.

use anygrad::{Dense, Differentiable, Scalar};

/// `yᵢ = (3 − 2·xᵢ)·xᵢ − xᵢ₋₁ − 2·xᵢ₊₁ + 1`, with 0 beyond both ends (Broyden 1965).
#[derive(Clone, Copy, Debug)]
pub struct Tridiagonal {
    /// The number of inputs and of outputs.
    pub n: usize,
}

impl Differentiable for Tridiagonal {
    type Input = Vec<f64>;
    type Output = Vec<f64>;

    #[inline]
    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> Vec<S> {
        let row = |i: usize| {
            let mut y = (S::lit(3.0) - x[i] * 2.0) * x[i] + 1.0;
            if i > 0 {
                y -= x[i - 1];
            }
            if i + 1 < x.len() {
                y -= x[i + 1] * 2.0;
            }
            y
        };
        (0..x.len()).map(row).collect()
    }
}

impl Tridiagonal {
    /// Where the Jacobian is taken: `xᵢ = cos i`.
    pub fn point(&self) -> Vec<f64> {
        (0..self.n).map(|i| (i as f64).cos()).collect()
    }

    /// The value at `x`, and the Jacobian into a matrix, which takes the shape `n×n`.
    pub fn by_hand(&self, x: &Vec<f64>, jacobian: &mut Dense<f64>) -> Vec<f64> {
        let n = x.len();
        jacobian.reset(n, n);
        for i in 0..n {
            jacobian[(i, i)] = 3.0 - 4.0 * x[i];
            if i > 0 {
                jacobian[(i, i - 1)] = -1.0;
            }
            if i + 1 < n {
                jacobian[(i, i + 1)] = -2.0;
            }
        }
        self.call::<f64>(x)
    }
}
