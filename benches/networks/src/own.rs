//! The networks by this workspace: ordinary generic functions of a tree of parameters.

use anygrad::linalg::{Images, Matrix, Vector, Window};
use anygrad::nn::layers::{Convolution, Dense, convolution, dense};
use anygrad::nn::{GradientDescent, Optimiser};
use anygrad::{Backend, Error, Point, Reverse, Scalar, Tree, differentiable};

use crate::lenet::{FEATURES, FIRST, SECOND, SIZE, WINDOW};
use crate::mlp::{HIDDEN, PIXELS};
use crate::start::{BATCH, CLASSES, Layer, Start};
use crate::step::{RATE, Training};

#[derive(Clone, Debug, Tree)]
struct Mlp<S: Scalar> {
    hidden: Dense<S>,
    output: Dense<S>,
}

#[differentiable]
fn mlp_loss<S: Scalar<Real = f32>>(network: &Mlp<S>, images: &Matrix<f32>, labels: &[usize]) -> Result<S, Error> {
    let hidden = dense(&network.hidden, &Matrix::constant(images))?.relu();
    dense(&network.output, &hidden)?.cross_entropy(labels)
}

#[derive(Clone, Debug, Tree)]
struct LeNet<S: Scalar> {
    first: Convolution<S>,
    second: Convolution<S>,
    output: Dense<S>,
}

#[differentiable]
fn lenet_loss<S: Scalar<Real = f32>>(network: &LeNet<S>, images: &Images<f32>, labels: &[usize]) -> Result<S, Error> {
    let window = Window::of([WINDOW; 2]).padded([1, 1]);
    let pool = Window::tile([2, 2]);
    let first = convolution(&network.first, &Images::constant(images), window)?.relu().max_pool(pool)?;
    let second = convolution(&network.second, &first, window)?.relu().max_pool(pool)?;
    dense(&network.output, &second.to_rows())?.cross_entropy(labels)
}

/// A network in training: its parameters, and the function that finds value and gradient.
struct Own<P, F> {
    parameters: P,
    gradient: P,
    backend: Reverse,
    value_and_gradient: F,
}

pub(crate) fn mlp(start: &Start) -> Box<dyn Training> {
    let (images, labels) = (matrix(BATCH, PIXELS, &start.images), start.labels.clone());
    let parameters = Mlp {
        hidden: dense_layer(PIXELS, HIDDEN, &start.layers[0]),
        output: dense_layer(HIDDEN, CLASSES, &start.layers[1]),
    };
    training(parameters, move |backend, parameters, gradient| {
        backend.value_and_gradient_into(&MlpLoss { images: &images, labels: &labels }, parameters, gradient)
    })
}

pub(crate) fn lenet(start: &Start) -> Box<dyn Training> {
    let labels = start.labels.clone();
    let rows = matrix(BATCH, SIZE * SIZE, &start.images);
    let images = Images::from_rows(&rows, 1, [SIZE; 2]).expect("one channel");
    let parameters = LeNet {
        first: convolution_layer(FIRST, &start.layers[0]),
        second: convolution_layer(SECOND, &start.layers[1]),
        output: dense_layer(FEATURES, CLASSES, &start.layers[2]),
    };
    training(parameters, move |backend, parameters, gradient| {
        backend.value_and_gradient_into(&LenetLoss { images: &images, labels: &labels }, parameters, gradient)
    })
}

fn training<P, F>(parameters: P, value_and_gradient: F) -> Box<dyn Training>
where
    P: Point + Tree<Leaf = f32> + Clone + 'static,
    F: Fn(&mut Reverse, &P, &mut P) -> Result<f32, Error> + 'static,
{
    Box::new(Own { gradient: parameters.clone(), parameters, backend: Reverse::new(), value_and_gradient })
}

fn matrix(rows: usize, columns: usize, floats: &[f32]) -> Matrix<f32> {
    Matrix::from_fn(rows, columns, |i, j| floats[i * columns + j])
}

fn dense_layer(inputs: usize, outputs: usize, layer: &Layer) -> Dense<f32> {
    Dense { weights: matrix(inputs, outputs, &layer.weights), bias: Vector::new(layer.bias.iter().copied()) }
}

fn convolution_layer(filters: usize, layer: &Layer) -> Convolution<f32> {
    let numbers = layer.weights.len() / filters;
    Convolution { filters: matrix(filters, numbers, &layer.weights), bias: Vector::new(layer.bias.iter().copied()) }
}

impl<P, F> Training for Own<P, F>
where
    P: Point + Tree<Leaf = f32>,
    F: Fn(&mut Reverse, &P, &mut P) -> Result<f32, Error>,
{
    fn gradient(&mut self) -> (f32, Vec<f32>) {
        let loss = (self.value_and_gradient)(&mut self.backend, &self.parameters, &mut self.gradient);
        (loss.expect("shapes that fit"), P::flatten::<f32>(&self.gradient))
    }

    fn step(&mut self) {
        let loss = (self.value_and_gradient)(&mut self.backend, &self.parameters, &mut self.gradient);
        loss.expect("shapes that fit");
        let stepped = GradientDescent::new(f64::from(RATE)).step(&mut self.parameters, &self.gradient);
        stepped.expect("a gradient of the parameters' shape");
    }

    fn parameters(&self) -> Vec<f32> {
        P::flatten::<f32>(&self.parameters)
    }
}
