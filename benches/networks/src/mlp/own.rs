//! The network by this workspace.

use anygrad::linalg::{Matrix, Vector};
use anygrad::{Backend, Error, Reverse, Scalar, Tree, differentiable};

use super::{BATCH, CLASSES, HIDDEN, INPUTS, Start};
use crate::step::Training;
use crate::update::descend;

#[derive(Clone, Debug, Tree)]
struct Parameters<S: Scalar> {
    hidden: Matrix<S>,
    hidden_bias: Vector<S>,
    output: Matrix<S>,
    output_bias: Vector<S>,
}

/// The mean cross-entropy of the network's classes.
#[differentiable]
fn loss<S: Scalar<Real = f32>>(network: &Parameters<S>, images: &Matrix<f32>, labels: &[usize]) -> Result<S, Error> {
    let hidden = Matrix::constant(images).matmul(&network.hidden)?.add_to_rows(&network.hidden_bias)?.relu();
    hidden.matmul(&network.output)?.add_to_rows(&network.output_bias)?.cross_entropy(labels)
}

pub(super) struct Mlp {
    images: Matrix<f32>,
    labels: Vec<usize>,
    parameters: Parameters<f32>,
    gradient: Parameters<f32>,
    backend: Reverse,
}

impl Mlp {
    pub(super) fn new(start: &Start) -> Self {
        let matrix = |rows, columns, floats: &[f32]| Matrix::from_fn(rows, columns, |i, j| floats[i * columns + j]);
        let parameters = Parameters {
            hidden: matrix(INPUTS, HIDDEN, &start.hidden),
            hidden_bias: Vector::new(start.hidden_bias.iter().copied()),
            output: matrix(HIDDEN, CLASSES, &start.output),
            output_bias: Vector::new(start.output_bias.iter().copied()),
        };
        Self {
            images: matrix(BATCH, INPUTS, &start.images),
            labels: start.labels.clone(),
            gradient: parameters.clone(),
            parameters,
            backend: Reverse::new(),
        }
    }

    fn value_and_gradient(&mut self) -> f32 {
        let loss = Loss { images: &self.images, labels: &self.labels };
        let value = self.backend.value_and_gradient_into(&loss, &self.parameters, &mut self.gradient);
        value.expect("shapes that fit")
    }
}

impl Training for Mlp {
    fn gradient(&mut self) -> (f32, Vec<f32>) {
        (self.value_and_gradient(), Parameters::<f32>::flatten::<f32>(&self.gradient))
    }

    fn step(&mut self) {
        self.value_and_gradient();
        descend(&mut self.parameters, &self.gradient);
    }

    fn parameters(&self) -> Vec<f32> {
        Parameters::<f32>::flatten::<f32>(&self.parameters)
    }
}
