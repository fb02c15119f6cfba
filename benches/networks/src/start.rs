//! Where every library starts from.

use rand::{RngExt, SeedableRng, rngs::StdRng};

/// The images of a step.
pub(crate) const BATCH: usize = 64;

/// What the images show.
pub(crate) const CLASSES: usize = 10;

/// A batch, and the first parameters of each layer.
pub(crate) struct Start {
    /// Image after image, row after row.
    pub(crate) images: Vec<f32>,
    pub(crate) labels: Vec<usize>,
    pub(crate) layers: Vec<Layer>,
}

pub(crate) struct Layer {
    /// `inputs×outputs` of a dense layer; `filters×channels×height×width` of a convolution.
    pub(crate) weights: Vec<f32>,
    pub(crate) bias: Vec<f32>,
}

impl Start {
    /// Uniform numbers from a seed: images of `pixels` on `[0, 1)`, and for each layer so many weights and biases on
    /// `[-size, size)`.
    pub(crate) fn new(pixels: usize, layers: &[(usize, usize, f32)]) -> Self {
        let mut rng = StdRng::seed_from_u64(7);
        let images = (0..BATCH * pixels).map(|_| rng.random_range(0.0..1.0)).collect();
        let labels = (0..BATCH).map(|_| rng.random_range(0..CLASSES)).collect();
        let mut draws = |count: usize, size: f32| (0..count).map(|_| rng.random_range(-size..size)).collect();
        let layer = |&(weights, bias, size): &_| Layer { weights: draws(weights, size), bias: draws(bias, size) };
        Self { images, labels, layers: layers.iter().map(layer).collect() }
    }
}
