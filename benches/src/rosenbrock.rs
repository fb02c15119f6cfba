//! Rosenbrock's valley: many inputs, few operations on each.

use anygrad::{Differentiable, Scalar, loops};

use crate::Workload;

/// `Σ 100·(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²` over `n` inputs (Rosenbrock 1960, chained).
#[derive(Clone, Copy, Debug)]
pub struct Rosenbrock {
    /// The number of inputs.
    pub n: usize,
}

impl Differentiable for Rosenbrock {
    type Input = Vec<f64>;
    type Output = f64;

    #[inline]
    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        let mut sum = S::zero();
        for pair in x.windows(2) {
            let valley = pair[1] - pair[0] * pair[0];
            let slope = S::one() - pair[0];
            sum += valley * valley * 100.0 + slope * slope;
        }
        sum
    }
}

/// [`Rosenbrock`], its terms added by a loop that is recorded once.
#[derive(Clone, Copy, Debug)]
pub struct LoopedRosenbrock;

impl Differentiable for LoopedRosenbrock {
    type Input = Vec<f64>;
    type Output = f64;

    #[inline]
    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        loops::sum(loops::windows(x, 2), |pair: &[S]| {
            let valley = pair[1] - pair[0] * pair[0];
            let slope = S::one() - pair[0];
            valley * valley * 100.0 + slope * slope
        })
    }
}

impl Rosenbrock {
    /// The vector that the Hessian is multiplied with: `vᵢ = cos i`.
    pub fn vector(&self) -> Vec<f64> {
        (0..self.n).map(|i| (i as f64).cos()).collect()
    }

    /// `H·v` at `x` into a buffer of length `n`. `H` is tridiagonal: each term adds `1200·xᵢ² − 400·xᵢ₊₁ + 2` at `(i, i)`,
    /// `−400·xᵢ` at `(i, i+1)` and `(i+1, i)`, and `200` at `(i+1, i+1)`.
    pub fn hvp_by_hand(&self, x: &[f64], v: &[f64], product: &mut [f64]) {
        product.fill(0.0);
        for i in 1..x.len() {
            let (a, b) = (x[i - 1], x[i]);
            product[i - 1] += (1200.0 * a * a - 400.0 * b + 2.0) * v[i - 1] - 400.0 * a * v[i];
            product[i] += 200.0 * v[i] - 400.0 * a * v[i - 1];
        }
    }
}

impl Workload for Rosenbrock {
    fn name(&self) -> String {
        format!("rosenbrock {}", self.n)
    }

    /// `xᵢ = sin i`, away from the minimum.
    fn point(&self) -> Vec<f64> {
        (0..self.n).map(|i| (i as f64).sin()).collect()
    }

    #[inline]
    fn by_hand(&self, x: &Vec<f64>, gradient: &mut Vec<f64>) -> f64 {
        gradient.fill(0.0);
        let mut sum = 0.0;
        for i in 1..x.len() {
            let valley = x[i] - x[i - 1] * x[i - 1];
            let slope = 1.0 - x[i - 1];
            sum += valley * valley * 100.0 + slope * slope;
            gradient[i - 1] -= 400.0 * valley * x[i - 1] + 2.0 * slope;
            gradient[i] += 200.0 * valley;
        }
        sum
    }
}
