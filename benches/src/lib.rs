//! The workloads that backends are measured on: one function each, written once, with its derivative by hand.
//!
//! The derivative by hand is the denominator of every ratio. That it is right is a test of its own, since a ratio to a
//! wrong answer says nothing.
//!
//! | workload | inputs | outputs | what is measured |
//! |---|---|---|---|
//! | [`Neuron`] | 5 | 1 | gradient; small enough that overhead is everything |
//! | [`Rosenbrock`] | n | 1 | gradient; many inputs, few operations on each |
//! | [`Mlp`] | 193 | 1 | gradient; a network's loss over a data set |
//! | [`Regression`] | 10, 50 | 1 | gradient; a loss over 8000 rows, recorded once |
//! | [`Pendula`] | 6 | 1 | gradient; 10 000 steps, recorded once |
//! | [`Tridiagonal`] | n | n | Jacobian |
//! | [`Logistic`] | 8 | 1 | Hessian times a vector; few inputs, many samples |
//! | [`Rosenbrock`] | n | 1 | Hessian times a vector; many inputs |
//!
//! Those of [`matrices`] are measured against the kernels of a library.

mod hvp;
mod jacobian;
pub mod matrices;
mod mlp;
mod neuron;
mod pendula;
mod regression;
mod rosenbrock;

use anygrad::{Differentiable, Tree};

pub use hvp::Logistic;
pub use jacobian::Tridiagonal;
pub use mlp::{HIDDEN, INPUTS, Layers, Mlp};
pub use neuron::Neuron;
pub use pendula::Pendula;
pub use regression::Regression;
pub use rosenbrock::{LoopedRosenbrock, Rosenbrock};

/// A function of one output with its gradient by hand.
pub trait Workload: Differentiable<Input: Tree<Leaf = f64>, Output = f64> {
    /// The name in reports.
    fn name(&self) -> String;

    /// Where the gradient is taken, the same in every run.
    fn point(&self) -> Self::Input;

    /// The value at `x`, and the gradient into a buffer that has the shape of `x`.
    fn by_hand(&self, x: &Self::Input, gradient: &mut Self::Input) -> f64;
}
