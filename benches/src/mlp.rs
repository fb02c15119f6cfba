//! A network with one hidden layer, and its loss over a data set.

use anygrad::{Differentiable, Scalar};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::Workload;

/// Inputs of the network.
pub const INPUTS: usize = 10;
/// Units of the hidden layer.
pub const HIDDEN: usize = 16;
const SAMPLES: usize = 32;

/// The parameters: weights of the hidden layer row by row, its biases, weights of the output, its bias.
pub type Layers<S> = (Vec<S>, Vec<S>, Vec<S>, S);

/// The mean squared error of a 10-16-1 network with `tanh` units over 32 samples: 193 parameters, one output.
#[derive(Clone, Debug)]
pub struct Mlp {
    samples: Vec<([f64; INPUTS], f64)>,
    start: Layers<f64>,
}

impl Mlp {
    /// Samples and first parameters, uniform on `[-1, 1)` from a seed.
    pub fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut draw = || rng.random_range(-1.0..1.0);
        let samples = (0..SAMPLES).map(|_| (std::array::from_fn(|_| draw()), draw())).collect();
        let mut draws = |count: usize| (0..count).map(|_| draw()).collect::<Vec<f64>>();
        let (weights, biases, outer) = (draws(HIDDEN * INPUTS), draws(HIDDEN), draws(HIDDEN));
        Self { samples, start: (weights, biases, outer, draw()) }
    }

    /// The data: inputs and target of each sample.
    pub fn samples(&self) -> &[([f64; INPUTS], f64)] {
        &self.samples
    }
}

/// `b + Σ wᵢ·xᵢ`.
fn affine<S: Scalar<Real = f64>>(weights: &[S], x: &[f64; INPUTS], bias: S) -> S {
    weights.iter().zip(x).fold(bias, |sum, (&w, &x)| sum + w * x)
}

impl Differentiable for Mlp {
    type Input = Layers<f64>;
    type Output = f64;

    #[inline]
    fn call<S: Scalar<Real = f64>>(&self, (weights, biases, outer, bias): &Layers<S>) -> S {
        let mut loss = S::zero();
        for (x, target) in &self.samples {
            let mut output = *bias;
            for ((row, &b), &o) in weights.chunks_exact(INPUTS).zip(biases).zip(outer) {
                output += o * affine(row, x, b).tanh();
            }
            let residual = output - *target;
            loss += residual * residual;
        }
        loss / SAMPLES as f64
    }
}

impl Workload for Mlp {
    fn name(&self) -> String {
        format!("mlp {INPUTS}-{HIDDEN}-1")
    }

    fn point(&self) -> Layers<f64> {
        self.start.clone()
    }

    /// Backpropagation, with `tanh′ = 1 − tanh²`.
    #[inline]
    fn by_hand(&self, x: &Layers<f64>, gradient: &mut Layers<f64>) -> f64 {
        let (weights, biases, outer, bias) = x;
        let (g_weights, g_biases, g_outer, g_bias) = gradient;
        g_weights.fill(0.0);
        g_biases.fill(0.0);
        g_outer.fill(0.0);
        *g_bias = 0.0;
        let mut loss = 0.0;
        for (x, target) in &self.samples {
            let units: [f64; HIDDEN] =
                std::array::from_fn(|j| affine(&weights[j * INPUTS..(j + 1) * INPUTS], x, biases[j]).tanh());
            let output = units.iter().zip(outer).fold(*bias, |sum, (h, o)| sum + o * h);
            let residual = output - target;
            loss += residual * residual;
            let pull = 2.0 * residual / SAMPLES as f64;
            *g_bias += pull;
            for (j, h) in units.iter().enumerate() {
                g_outer[j] += pull * h;
                let back = pull * outer[j] * (1.0 - h * h);
                g_biases[j] += back;
                for (g, x) in g_weights[j * INPUTS..(j + 1) * INPUTS].iter_mut().zip(x) {
                    *g += back * x;
                }
            }
        }
        loss / SAMPLES as f64
    }
}
