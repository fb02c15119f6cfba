//! The networks by candle.

use candle_core::backprop::GradStore;
use candle_core::{Device, Result, Tensor, Var};
use candle_nn::loss::cross_entropy;
use candle_nn::{Optimizer, SGD};

use crate::lenet::{FEATURES, FIRST, SECOND, SIZE, WINDOW};
use crate::mlp::{HIDDEN, PIXELS};
use crate::start::{BATCH, CLASSES, Start};
use crate::step::{RATE, Training};

struct Candle {
    images: Tensor,
    labels: Tensor,
    /// Weights and bias of each layer.
    parameters: Vec<Var>,
    logits: fn(&Tensor, &[Var]) -> Result<Tensor>,
    descent: SGD,
}

pub(crate) fn mlp(start: &Start) -> Result<Box<dyn Training>> {
    training(start, &[BATCH, PIXELS], &[&[PIXELS, HIDDEN], &[HIDDEN, CLASSES]], |images, parameters| {
        let hidden = images.matmul(&parameters[0])?.broadcast_add(&parameters[1])?.relu()?;
        hidden.matmul(&parameters[2])?.broadcast_add(&parameters[3])
    })
}

pub(crate) fn lenet(start: &Start) -> Result<Box<dyn Training>> {
    let shapes: [&[usize]; 3] = [&[FIRST, 1, WINDOW, WINDOW], &[SECOND, FIRST, WINDOW, WINDOW], &[FEATURES, CLASSES]];
    training(start, &[BATCH, 1, SIZE, SIZE], &shapes, |images, parameters| {
        let layer = |x: &Tensor, filters: &Var, bias: &Var| {
            let maps = x.conv2d(filters, 1, 1, 1, 1)?.broadcast_add(&bias.reshape((1, (), 1, 1))?)?;
            pool(&maps.relu()?)
        };
        let first = layer(images, &parameters[0], &parameters[1])?;
        let second = layer(&first, &parameters[2], &parameters[3])?;
        second.flatten_from(1)?.matmul(&parameters[4])?.broadcast_add(&parameters[5])
    })
}

/// The greatest of each window of 2×2, with the right gradient: candle's is divided by the number of places in the window.
fn pool(x: &Tensor) -> Result<Tensor> {
    let greatest = x.max_pool2d(2)?;
    greatest.affine(4.0, 0.0)? - greatest.detach().affine(3.0, 0.0)?
}

fn training(
    start: &Start,
    images: &[usize],
    shapes: &[&[usize]],
    logits: fn(&Tensor, &[Var]) -> Result<Tensor>,
) -> Result<Box<dyn Training>> {
    let labels: Vec<u32> = start.labels.iter().map(|&label| label as u32).collect();
    let mut parameters = Vec::new();
    for (layer, shape) in start.layers.iter().zip(shapes) {
        parameters.push(Var::from_slice(&layer.weights, *shape, &Device::Cpu)?);
        parameters.push(Var::from_slice(&layer.bias, &[layer.bias.len()], &Device::Cpu)?);
    }
    Ok(Box::new(Candle {
        images: Tensor::from_slice(&start.images, images, &Device::Cpu)?,
        labels: Tensor::from_slice(&labels, &[BATCH], &Device::Cpu)?,
        descent: SGD::new(parameters.clone(), f64::from(RATE))?,
        parameters,
        logits,
    }))
}

impl Candle {
    fn loss(&self) -> Result<Tensor> {
        cross_entropy(&(self.logits)(&self.images, &self.parameters)?, &self.labels)
    }

    fn value_and_gradient(&self) -> Result<(f32, Vec<f32>)> {
        let loss = self.loss()?;
        let gradients = loss.backward()?;
        let parts: Result<Vec<_>> = self.parameters.iter().map(|parameter| part(&gradients, parameter)).collect();
        Ok((loss.to_scalar()?, parts?.concat()))
    }

    fn descend(&mut self) -> Result<()> {
        let gradients = self.loss()?.backward()?;
        self.descent.step(&gradients)
    }
}

/// The gradient with respect to one parameter.
fn part(gradients: &GradStore, parameter: &Var) -> Result<Vec<f32>> {
    gradients.get(parameter).map_or_else(|| Ok(Vec::new()), |gradient| gradient.flatten_all()?.to_vec1())
}

impl Training for Candle {
    fn gradient(&mut self) -> (f32, Vec<f32>) {
        self.value_and_gradient().expect("shapes that fit")
    }

    fn step(&mut self) {
        self.descend().expect("shapes that fit");
    }

    fn parameters(&self) -> Vec<f32> {
        let floats = |of: &Var| of.flatten_all().and_then(|flat| flat.to_vec1::<f32>()).expect("floats");
        self.parameters.iter().flat_map(floats).collect()
    }
}
