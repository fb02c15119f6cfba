//! `Initial`: random numbers for weights to begin with.

use anygrad_core::Real;
use anygrad_linalg::Matrix;
use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

/// How the weights of a layer begin: random numbers of mean 0, and of a variance that depends on the numbers of inputs and outputs of
/// a neuron, so that activations and gradients keep their size from layer to layer.
///
/// ```
/// use anygrad_nn::Initial;
/// use rand::{SeedableRng, rngs::StdRng};
///
/// let weights = Initial::HeUniform.matrix::<f32>((24, 10), (24, 10), &mut StdRng::seed_from_u64(1));
/// assert!(weights.iter().all(|weight| weight.abs() <= 0.5)); // √(6/24)
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initial {
    /// Uniform with variance `2/(inputs + outputs)`, within `±√(6/(inputs + outputs))` (Glorot & Bengio 2010): for tanh and σ.
    GlorotUniform,
    /// Normal with the same variance.
    GlorotNormal,
    /// Uniform with variance `2/inputs`, within `±√(6/inputs)` (He et al. 2015): for relu and its like.
    HeUniform,
    /// Normal with the same variance.
    HeNormal,
    /// Uniform within `±limit`.
    Uniform {
        /// The limit.
        limit: f64,
    },
    /// Normal.
    Normal {
        /// The standard deviation.
        deviation: f64,
    },
}

impl Initial {
    /// The standard deviation for neurons with so many inputs and outputs.
    pub fn deviation(self, inputs: usize, outputs: usize) -> f64 {
        match self {
            Self::GlorotUniform | Self::GlorotNormal => (2.0 / (inputs + outputs).max(1) as f64).sqrt(),
            Self::HeUniform | Self::HeNormal => (2.0 / inputs.max(1) as f64).sqrt(),
            Self::Uniform { limit } => limit / 3.0_f64.sqrt(),
            Self::Normal { deviation } => deviation,
        }
    }

    /// A matrix of weights of neurons with so many inputs and outputs.
    pub fn matrix<R: Real>(
        self,
        (rows, columns): (usize, usize),
        (inputs, outputs): (usize, usize),
        rng: &mut impl Rng,
    ) -> Matrix<R> {
        let deviation = self.deviation(inputs, outputs);
        let limit = deviation * 3.0_f64.sqrt();
        let normal = matches!(self, Self::GlorotNormal | Self::HeNormal | Self::Normal { .. });
        Matrix::from_fn(rows, columns, |_, _| {
            let number = if normal {
                deviation * rng.sample::<f64, _>(StandardNormal)
            } else {
                limit * (2.0 * rng.random::<f64>() - 1.0)
            };
            R::narrow(number)
        })
    }
}
