//! Derivatives from values alone: finite differences with an error bound, and the complex step.
//!
//! Nothing in this crate reads a partial of the gate table, so its results are a witness to every other backend.
//!
//! | backend | evaluations of a gradient | relative error | second derivatives | for |
//! |---|---|---|---|---|
//! | [`Finite::default()`](Finite) | 12n to 30n + 50, more at hard points | 1e-14 … 1e-11, with a bound | direct, with a bound | verifying |
//! | [`Finite::order(p)`](Finite::order) | p·n + 1 | ε^(p/(p+1)) | direct | smooth functions |
//! | [`Finite::central()`](Finite::central) | 2n + 1 | ε^⅔ | direct | a quick look |
//! | [`Finite::forward()`](Finite::forward) | n + 1 | √ε | direct | functions that cost much |
//! | [`ComplexStep`] | n | ε | none | analytic functions of elementary gates |
//!
//! `n` inputs, `ε` the machine epsilon of the leaf, or the noise of the function if it is larger: [`noise()`] measures that.
//!
//! ```
//! use anygrad_core::{Backend, Differentiable, Scalar};
//! use anygrad_finite::{ComplexStep, Finite};
//!
//! /// A neuron, `σ(a·x + b·y + c)`.
//! struct Neuron;
//! impl Differentiable for Neuron {
//!     type Input = [f64; 5];
//!     type Output = f64;
//!     fn call<S: Scalar<Real = f64>>(&self, &[a, b, c, x, y]: &[S; 5]) -> S {
//!         S::one() / (S::one() + (-(a * x + b * y + c)).exp())
//!     }
//! }
//!
//! let point = [1.0, 2.0, -3.0, -1.0, 3.0];
//! let exact = -0.1049935854035065;
//!
//! let (_, gradient, error) = Finite::default().gradient_with_error(&Neuron, &point)?;
//! assert!((gradient[0] - exact).abs() <= error[0] && error[0] < 1e-11);
//!
//! let gradient = ComplexStep.gradient(&Neuron, &point)?;
//! assert!((gradient[0] - exact).abs() < 1e-15);
//! # Ok::<(), anygrad_core::Error>(())
//! ```
//!
//! # Sources
//! Gill, Murray & Wright 1981, *Practical Optimization*, §8.6 (steps) · Ridders 1982, *Accurate computation of F′(x) and
//! F′(x)F″(x)*; Press et al. 2007, *Numerical Recipes*, §5.7 (extrapolation, exact steps) · Fornberg 1988, *Generation of finite
//! difference formulas on arbitrarily spaced grids* · Moré & Wild 2011, *Estimating computational noise*, and 2012, *Estimating
//! derivatives of noisy simulations* · Squire & Trapp 1998, *Using complex variables to estimate derivatives of real functions*;
//! Martins, Sturdza & Alonso 2003, *The complex-step derivative approximation* · Kahan 1987, *Branch cuts for complex elementary
//! functions*.

mod backend;
mod bounded;
mod complex;
mod estimate;
mod finite;
mod noise;
mod probe;
mod row;
mod search;
mod second;
mod stencil;
mod tableau;

pub use complex::{ComplexNumber, ComplexStep, Fault};
pub use estimate::Estimate;
pub use finite::Finite;
pub use noise::noise;
