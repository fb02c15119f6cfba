//! A training step: what each library does, to be checked and timed.

use burn::tensor::Device;

use crate::start::Start;
use crate::{burn as by_burn, candle, lenet, mlp, own};

/// A network in training, by one library: on one batch, by plain gradient descent.
pub(crate) trait Training {
    /// Loss and gradient at the parameters, in the order of [`parameters`](Self::parameters); these stay as they are.
    fn gradient(&mut self) -> (f32, Vec<f32>);

    /// One step: loss, gradient, update.
    fn step(&mut self);

    /// The parameters, layer by layer, weights before biases.
    fn parameters(&self) -> Vec<f32>;
}

/// The factor of the gradient in an update.
pub(crate) const RATE: f32 = 0.05;

/// A network with the libraries that train it, ours first.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) libraries: Vec<(&'static str, Box<dyn Training>)>,
}

/// Every network.
///
/// # Errors
/// What candle says of its tensors.
#[allow(deprecated, reason = "burn keeps its older backend on the CPU, the one that others compare with")]
pub(crate) fn workloads() -> candle_core::Result<Vec<Workload>> {
    let (mlp, lenet) = (mlp::start(), lenet::start());
    let libraries = |start: &Start, own, candle, burn: fn(&Start, Device) -> Box<dyn Training>| {
        let (flex, ndarray) = (burn(start, Device::flex()), burn(start, Device::ndarray()));
        vec![("anygrad", own), ("candle", candle), ("burn/flex", flex), ("burn/ndarray", ndarray)]
    };
    Ok(vec![
        Workload {
            name: "mlp 784-128-10",
            libraries: libraries(&mlp, own::mlp(&mlp), candle::mlp(&mlp)?, by_burn::mlp),
        },
        Workload {
            name: "lenet 8×8",
            libraries: libraries(&lenet, own::lenet(&lenet), candle::lenet(&lenet)?, by_burn::lenet),
        },
    ])
}
