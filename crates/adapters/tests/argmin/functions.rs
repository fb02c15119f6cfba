//! What the tests minimise.

use anygrad_core::{Differentiable, Scalar};

/// `Σ (1 − xᵢ)² + 100·(xᵢ₊₁ − xᵢ²)²`, lowest at `(1, 1, …)` (Rosenbrock 1960).
#[derive(Clone)]
pub(crate) struct Rosenbrock;

impl Differentiable for Rosenbrock {
    type Input = Vec<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        let link = |pair: &[S]| (-pair[0] + 1.0).powi(2) + (pair[1] - pair[0] * pair[0]).powi(2) * 100.0;
        x.windows(2).map(link).sum()
    }
}

/// `10⁸` times that. argmin's Newton-CG takes one inner iteration alone where the gradient is shorter than 1.
#[derive(Clone)]
pub(crate) struct Steep;

impl Differentiable for Steep {
    type Input = Vec<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        Rosenbrock.call::<S>(x) * 1e8
    }
}

/// Rosenbrock's function as residuals, whose half sum of squares it is: `(√2·(1 − x), √2·10·(y − x²))` of each pair.
#[derive(Clone)]
pub(crate) struct Residuals;

impl Differentiable for Residuals {
    type Input = Vec<f64>;
    type Output = Vec<f64>;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> Vec<S> {
        let root = 2.0_f64.sqrt();
        let link = |pair: &[S]| [(-pair[0] + 1.0) * root, (pair[1] - pair[0] * pair[0]) * (10.0 * root)];
        x.windows(2).flat_map(link).collect()
    }
}

/// `x + x^1.5`: slope 1 at 0, and no finite curvature there.
#[derive(Clone)]
pub(crate) struct Kinked;

impl Differentiable for Kinked {
    type Input = Vec<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        x.iter().map(|&x| x + x.pow_const(1.5)).sum()
    }
}

/// `x₀²·x₁`, in single precision.
#[derive(Clone)]
pub(crate) struct Single;

impl Differentiable for Single {
    type Input = Vec<f32>;
    type Output = f32;

    fn call<S: Scalar<Real = f32>>(&self, x: &Vec<S>) -> S {
        x[0] * x[0] * x[1]
    }
}

/// Rosenbrock's gradient of two inputs, by hand.
pub(crate) fn slope(x: f64, y: f64) -> [f64; 2] {
    [-2.0 * (1.0 - x) - 400.0 * x * (y - x * x), 200.0 * (y - x * x)]
}

/// Its Hessian.
pub(crate) fn curvature(x: f64, y: f64) -> [[f64; 2]; 2] {
    [[2.0 - 400.0 * y + 1200.0 * x * x, -400.0 * x], [-400.0 * x, 200.0]]
}

/// Asserts that numbers agree to some ulps of the larger ones.
#[track_caller]
pub(crate) fn assert_near(found: &[f64], expected: &[f64], relative: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= relative * expected.abs().max(1.0), "{found} instead of {expected}");
    }
}
