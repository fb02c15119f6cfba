//! The network by burn.

use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::{Device, Gradients, Int, Tensor, TensorData};

use super::{BATCH, CLASSES, HIDDEN, INPUTS, Start};
use crate::step::{RATE, Training};

pub(super) struct Mlp {
    images: Tensor<2>,
    labels: Tensor<2, Int>,
    hidden: Tensor<2>,
    hidden_bias: Tensor<2>,
    output: Tensor<2>,
    output_bias: Tensor<2>,
}

impl Mlp {
    pub(super) fn new(start: &Start, device: Device) -> Self {
        let device = device.autodiff();
        let tensor = |floats: &[f32], shape: [usize; 2]| Tensor::from_data(TensorData::new(floats.to_vec(), shape), &device);
        let labels: Vec<i64> = start.labels.iter().map(|&label| label as i64).collect();
        Self {
            images: tensor(&start.images, [BATCH, INPUTS]),
            labels: Tensor::from_data(TensorData::new(labels, [BATCH, 1]), &device),
            hidden: tensor(&start.hidden, [INPUTS, HIDDEN]).require_grad(),
            hidden_bias: tensor(&start.hidden_bias, [1, HIDDEN]).require_grad(),
            output: tensor(&start.output, [HIDDEN, CLASSES]).require_grad(),
            output_bias: tensor(&start.output_bias, [1, CLASSES]).require_grad(),
        }
    }

    fn parameters(&self) -> [&Tensor<2>; 4] {
        [&self.hidden, &self.hidden_bias, &self.output, &self.output_bias]
    }

    fn loss(&self) -> Tensor<1> {
        let hidden = relu(self.images.clone().matmul(self.hidden.clone()) + self.hidden_bias.clone());
        let logits = hidden.matmul(self.output.clone()) + self.output_bias.clone();
        -log_softmax(logits, 1).gather(1, self.labels.clone()).mean()
    }
}

/// `parameter − rate·gradient`, as a new parameter.
fn descended(parameter: &Tensor<2>, gradients: &mut Gradients) -> Tensor<2> {
    let gradient = parameter.grad_remove(gradients).expect("a gradient for each parameter");
    (parameter.clone().inner() - gradient * RATE).autodiff().require_grad()
}

fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().to_vec().expect("floats")
}

impl Training for Mlp {
    fn gradient(&mut self) -> (f32, Vec<f32>) {
        let loss = self.loss();
        let gradients = loss.backward();
        let gradient = |of: &Tensor<2>| floats(of.grad(&gradients).expect("a gradient for each parameter"));
        (floats(loss)[0], self.parameters().into_iter().flat_map(gradient).collect())
    }

    fn step(&mut self) {
        let mut gradients = self.loss().backward();
        self.hidden = descended(&self.hidden, &mut gradients);
        self.hidden_bias = descended(&self.hidden_bias, &mut gradients);
        self.output = descended(&self.output, &mut gradients);
        self.output_bias = descended(&self.output_bias, &mut gradients);
    }

    fn parameters(&self) -> Vec<f32> {
        self.parameters().into_iter().flat_map(|tensor| floats(tensor.clone())).collect()
    }
}
