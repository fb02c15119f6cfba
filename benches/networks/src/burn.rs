//! The networks by burn.

use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::module::{conv2d, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Gradients, Int, Tensor, TensorData};

use crate::lenet::{FEATURES, FIRST, SECOND, SIZE, WINDOW};
use crate::mlp::{HIDDEN, PIXELS};
use crate::start::{BATCH, CLASSES, Layer, Start};
use crate::step::{RATE, Training};

/// Weights and bias of a layer; the weights of a convolution have four axes, those of a dense layer two.
#[derive(Clone)]
struct Parameters<const D: usize> {
    weights: Tensor<D>,
    bias: Tensor<1>,
}

impl<const D: usize> Parameters<D> {
    fn new(layer: &Layer, shape: [usize; D], device: &Device) -> Self {
        let bias = tensor(&layer.bias, [layer.bias.len()], device);
        Self { weights: tensor(&layer.weights, shape, device).require_grad(), bias: bias.require_grad() }
    }

    fn gradient(&self, gradients: &Gradients) -> Vec<f32> {
        let weights = self.weights.grad(gradients).map(floats).unwrap_or_default();
        [weights, self.bias.grad(gradients).map(floats).unwrap_or_default()].concat()
    }

    fn descend(&mut self, gradients: &mut Gradients) {
        self.weights = descended(&self.weights, gradients);
        self.bias = descended(&self.bias, gradients);
    }

    fn floats(&self) -> Vec<f32> {
        [floats(self.weights.clone()), floats(self.bias.clone())].concat()
    }
}

fn tensor<const D: usize>(floats: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(floats.to_vec(), shape), device)
}

fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("floats")
}

/// `parameter − rate·gradient`, as a new parameter.
fn descended<const D: usize>(parameter: &Tensor<D>, gradients: &mut Gradients) -> Tensor<D> {
    let gradient = parameter.grad_remove(gradients).expect("a gradient for each parameter");
    (parameter.clone().inner() - gradient * RATE).autodiff().require_grad()
}

fn dense(layer: &Parameters<2>, x: Tensor<2>) -> Tensor<2> {
    x.matmul(layer.weights.clone()) + layer.bias.clone().unsqueeze()
}

fn convolution(layer: &Parameters<4>, x: Tensor<4>) -> Tensor<4> {
    let options = ConvOptions::new([1, 1], [1, 1], [1, 1], 1);
    relu(conv2d(x, layer.weights.clone(), Some(layer.bias.clone()), options))
}

/// What the two networks are made of: convolutions first, dense layers behind.
struct Burn<const D: usize> {
    images: Tensor<D>,
    labels: Tensor<2, Int>,
    convolutions: Vec<Parameters<4>>,
    layers: Vec<Parameters<2>>,
    logits: fn(&Self) -> Tensor<2>,
}

pub(crate) fn mlp(start: &Start, device: Device) -> Box<dyn Training> {
    let device = device.autodiff();
    let layer = |at: usize, shape| Parameters::new(&start.layers[at], shape, &device);
    Box::new(Burn {
        images: tensor(&start.images, [BATCH, PIXELS], &device),
        labels: labels(start, &device),
        convolutions: Vec::new(),
        layers: vec![layer(0, [PIXELS, HIDDEN]), layer(1, [HIDDEN, CLASSES])],
        logits: |network: &Burn<2>| dense(&network.layers[1], relu(dense(&network.layers[0], network.images.clone()))),
    })
}

pub(crate) fn lenet(start: &Start, device: Device) -> Box<dyn Training> {
    let device = device.autodiff();
    let layer = |at: usize, shape| Parameters::new(&start.layers[at], shape, &device);
    Box::new(Burn {
        images: tensor(&start.images, [BATCH, 1, SIZE, SIZE], &device),
        labels: labels(start, &device),
        convolutions: vec![layer(0, [FIRST, 1, WINDOW, WINDOW]), layer(1, [SECOND, FIRST, WINDOW, WINDOW])],
        layers: vec![Parameters::new(&start.layers[2], [FEATURES, CLASSES], &device)],
        logits: |network: &Burn<4>| {
            let maps = network.convolutions.iter().fold(network.images.clone(), |x, layer| {
                max_pool2d(convolution(layer, x), MaxPoolOptions::new([2, 2]))
            });
            dense(&network.layers[0], maps.flatten(1, 3))
        },
    })
}

fn labels(start: &Start, device: &Device) -> Tensor<2, Int> {
    let labels: Vec<i64> = start.labels.iter().map(|&label| label as i64).collect();
    Tensor::from_data(TensorData::new(labels, [BATCH, 1]), device)
}

impl<const D: usize> Burn<D> {
    /// The mean cross-entropy.
    fn loss(&self) -> Tensor<1> {
        -log_softmax((self.logits)(self), 1).gather(1, self.labels.clone()).mean()
    }
}

impl<const D: usize> Training for Burn<D> {
    fn gradient(&mut self) -> (f32, Vec<f32>) {
        let loss = self.loss();
        let gradients = loss.backward();
        let convolutions = self.convolutions.iter().map(|layer| layer.gradient(&gradients));
        let all: Vec<_> = convolutions.chain(self.layers.iter().map(|layer| layer.gradient(&gradients))).collect();
        (floats(loss)[0], all.concat())
    }

    fn step(&mut self) {
        let mut gradients = self.loss().backward();
        self.convolutions.iter_mut().for_each(|layer| layer.descend(&mut gradients));
        self.layers.iter_mut().for_each(|layer| layer.descend(&mut gradients));
    }

    fn parameters(&self) -> Vec<f32> {
        self.convolutions
            .iter()
            .map(Parameters::floats)
            .chain(self.layers.iter().map(Parameters::floats))
            .flatten()
            .collect()
    }
}
