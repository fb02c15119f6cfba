//! A network with one hidden layer, 784-128-10, on a batch of 64 synthetic images.

mod burn;
mod candle;
mod own;

use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::step::Workload;

const BATCH: usize = 64;
const INPUTS: usize = 784;
const HIDDEN: usize = 128;
const CLASSES: usize = 10;

/// Where every library starts from, row by row.
struct Start {
    images: Vec<f32>,
    labels: Vec<usize>,
    hidden: Vec<f32>,
    hidden_bias: Vec<f32>,
    output: Vec<f32>,
    output_bias: Vec<f32>,
}

impl Start {
    /// Uniform numbers from a seed.
    fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(7);
        let mut draws = |count: usize, size: f32| (0..count).map(|_| rng.random_range(-size..size)).collect::<Vec<f32>>();
        Self {
            images: draws(BATCH * INPUTS, 1.0),
            hidden: draws(INPUTS * HIDDEN, 0.05),
            hidden_bias: draws(HIDDEN, 0.05),
            output: draws(HIDDEN * CLASSES, 0.1),
            output_bias: draws(CLASSES, 0.1),
            labels: (0..BATCH).map(|_| rng.random_range(0..CLASSES)).collect(),
        }
    }
}

pub(crate) fn workload() -> Workload {
    let start = Start::new();
    Workload {
        name: "mlp 784-128-10",
        libraries: vec![
            ("anygrad", Box::new(own::Mlp::new(&start))),
            ("candle", Box::new(candle::Mlp::new(&start).expect("tensors of the shapes that they are made with"))),
            ("burn/flex", Box::new(burn::Mlp::new(&start, ::burn::tensor::Device::flex()))),
            ("burn/ndarray", Box::new(burn::Mlp::new(&start, ::burn::tensor::Device::ndarray()))),
        ],
    }
}
