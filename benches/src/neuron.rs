//! A neuron: five inputs, one output.

use anygrad::{Differentiable, Scalar};

use crate::Workload;

/// `σ(a·x + b·y + c)`, with `σ(z) = 1/(1 + e⁻ᶻ)`.
#[derive(Clone, Copy, Debug)]
pub struct Neuron;

impl Differentiable for Neuron {
    type Input = [f64; 5];
    type Output = f64;

    #[inline]
    fn call<S: Scalar<Real = f64>>(&self, &[a, b, c, x, y]: &[S; 5]) -> S {
        S::one() / (S::one() + (-(a * x + b * y + c)).exp())
    }
}

impl Workload for Neuron {
    fn name(&self) -> String {
        "neuron".to_owned()
    }

    fn point(&self) -> [f64; 5] {
        [1.0, 2.0, -3.0, -1.0, 3.0]
    }

    /// With `s = σ(z)`: `σ′(z) = s·(1 − s)`.
    #[inline]
    fn by_hand(&self, &[a, b, c, x, y]: &[f64; 5], gradient: &mut [f64; 5]) -> f64 {
        let s = 1.0 / (1.0 + (-(a * x + b * y + c)).exp());
        let slope = s * (1.0 - s);
        *gradient = [slope * x, slope * y, slope, slope * a, slope * b];
        s
    }
}
