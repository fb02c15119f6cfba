//! The workloads over the arithmetic that all peers have in common.

use std::ops::{Add, Mul, Neg, Sub};

use anygrad::num_traits::Float;
use anygrad_benches::{HIDDEN, INPUTS, Mlp, Neuron, Rosenbrock};

/// A peer's number: its own operators, also with floats on the right, and its own functions.
pub(super) trait Number:
    Copy
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
{
    fn exp(self) -> Self;
    fn tanh(self) -> Self;
    fn recip(self) -> Self;
}

/// Numbers whose functions are those of `num_traits::Float`.
macro_rules! impl_number_by_float {
    ($($Number:ty),+) => {$(
        impl Number for $Number {
            fn exp(self) -> Self {
                Float::exp(self)
            }

            fn tanh(self) -> Self {
                Float::tanh(self)
            }

            fn recip(self) -> Self {
                Float::recip(self)
            }
        }
    )+};
}

impl_number_by_float!(autodiff::F1, echidna::Reverse<f64>, echidna::BReverse<f64>, echidna::Dual<f64>);

/// A function of one output over any peer's number. Sums start from their first term, since not every peer has
/// constants.
pub(super) trait Program {
    fn run<N: Number>(&self, x: &[N]) -> N;
}

impl Program for Neuron {
    fn run<N: Number>(&self, x: &[N]) -> N {
        let [a, b, c, x, y] = [x[0], x[1], x[2], x[3], x[4]];
        ((-(a * x + b * y + c)).exp() + 1.0).recip()
    }
}

impl Program for Rosenbrock {
    fn run<N: Number>(&self, x: &[N]) -> N {
        let term = |pair: &[N]| {
            let valley = pair[1] - pair[0] * pair[0];
            let slope = pair[0] - 1.0;
            valley * valley * 100.0 + slope * slope
        };
        x[2..].iter().enumerate().fold(term(&x[..2]), |sum, (i, _)| sum + term(&x[i + 1..i + 3]))
    }
}

impl Program for Mlp {
    fn run<N: Number>(&self, x: &[N]) -> N {
        let (weights, rest) = x.split_at(HIDDEN * INPUTS);
        let (biases, rest) = rest.split_at(HIDDEN);
        let (outer, bias) = (&rest[..HIDDEN], rest[HIDDEN]);
        let error = |(x, target): &([f64; INPUTS], f64)| {
            let mut output = bias;
            for ((row, &b), &o) in weights.chunks_exact(INPUTS).zip(biases).zip(outer) {
                output = output + o * row.iter().zip(x).fold(b, |sum, (&w, &x)| sum + w * x).tanh();
            }
            let residual = output - *target;
            residual * residual
        };
        let (first, others) = (&self.samples()[0], &self.samples()[1..]);
        others.iter().fold(error(first), |loss, sample| loss + error(sample)) * (1.0 / self.samples().len() as f64)
    }
}

/// The outputs of the function with a tridiagonal Jacobian.
pub(super) fn tridiagonal<N: Number>(x: &[N]) -> Vec<N> {
    let row = |i: usize| {
        let mut y = (x[i] * -2.0 + 3.0) * x[i] + 1.0;
        if i > 0 {
            y = y - x[i - 1];
        }
        if i + 1 < x.len() {
            y = y - x[i + 1] * 2.0;
        }
        y
    };
    (0..x.len()).map(row).collect()
}
