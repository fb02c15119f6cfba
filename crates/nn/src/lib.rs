//! Networks: layers as plain functions of parameters that are trees, and what it takes to train them.
//!
//! | noun | what it is |
//! |---|---|
//! | [`layers`] | dense, convolution, batch normalisation, dropout |
//! | [`Initial`] | random numbers to begin with |
//! | [`Optimiser`] | gradient descent, momentum, Adam; their state is a tree as the parameters are |
//! | [`Schedule`] | how the learning rate changes from step to step |
//! | [`Shuffler`] | mini-batches in random order, the same for the same seed |
//! | [`classes`], [`accuracy`] | what a network of classes says, and how often it is right |
//! | `saved` | parameters in safetensors files, with the feature `safetensors` |
//!
//! A network is a struct with `#[derive(Tree)]`, its loss a function with `#[differentiable]`, and its gradient has its type: nothing
//! here knows a backend. Activation functions are methods of matrices and images; the loss of classes is
//! [`Matrix::cross_entropy`](anygrad_linalg::Matrix::cross_entropy).

mod batches;
mod classes;
mod initial;
pub mod layers;
mod optimiser;
#[cfg(feature = "safetensors")]
pub mod saved;
mod schedule;
mod together;

pub use batches::{Shuffler, select_rows};
pub use classes::{accuracy, classes};
pub use initial::Initial;
pub use optimiser::{Adam, GradientDescent, Momentum, Optimiser};
pub use schedule::Schedule;
