//! The network by candle.

use candle_core::backprop::GradStore;
use candle_core::{Device, Result, Tensor, Var};
use candle_nn::loss::cross_entropy;
use candle_nn::{Optimizer, SGD};

use super::{BATCH, CLASSES, HIDDEN, INPUTS, Start};
use crate::step::{RATE, Training};

pub(super) struct Mlp {
    images: Tensor,
    labels: Tensor,
    /// Weights and biases of the two layers.
    parameters: [Var; 4],
    descent: SGD,
}

impl Mlp {
    pub(super) fn new(start: &Start) -> Result<Self> {
        let variable = |floats: &[f32], shape: &[usize]| Var::from_slice(floats, shape, &Device::Cpu);
        let parameters = [
            variable(&start.hidden, &[INPUTS, HIDDEN])?,
            variable(&start.hidden_bias, &[HIDDEN])?,
            variable(&start.output, &[HIDDEN, CLASSES])?,
            variable(&start.output_bias, &[CLASSES])?,
        ];
        let labels: Vec<u32> = start.labels.iter().map(|&label| label as u32).collect();
        Ok(Self {
            images: Tensor::from_slice(&start.images, &[BATCH, INPUTS], &Device::Cpu)?,
            labels: Tensor::from_slice(&labels, &[BATCH], &Device::Cpu)?,
            descent: SGD::new(parameters.to_vec(), f64::from(RATE))?,
            parameters,
        })
    }

    fn loss(&self) -> Result<Tensor> {
        let [hidden, hidden_bias, output, output_bias] = &self.parameters;
        let hidden = self.images.matmul(hidden)?.broadcast_add(hidden_bias)?.relu()?;
        cross_entropy(&hidden.matmul(output)?.broadcast_add(output_bias)?, &self.labels)
    }

    fn value_and_gradient(&self) -> Result<(f32, Vec<f32>)> {
        let loss = self.loss()?;
        let gradients = loss.backward()?;
        Ok((loss.to_scalar()?, self.parameters.iter().map(|of| entries(&gradients, of)).collect::<Result<Vec<_>>>()?.concat()))
    }
}

fn entries(gradients: &GradStore, of: &Var) -> Result<Vec<f32>> {
    gradients.get(of).map_or_else(|| Ok(Vec::new()), |gradient| gradient.flatten_all()?.to_vec1())
}

impl Training for Mlp {
    fn gradient(&mut self) -> (f32, Vec<f32>) {
        self.value_and_gradient().expect("shapes that fit")
    }

    fn step(&mut self) {
        let gradients = self.loss().and_then(|loss| loss.backward()).expect("shapes that fit");
        self.descent.step(&gradients).expect("gradients of the parameters' shapes");
    }

    fn parameters(&self) -> Vec<f32> {
        let entries = |of: &Var| of.flatten_all().and_then(|flat| flat.to_vec1::<f32>()).expect("floats");
        self.parameters.iter().flat_map(entries).collect()
    }
}
