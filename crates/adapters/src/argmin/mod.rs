//! Functions as problems of argmin's solvers.
//!
//! | type | for | Hessian |
//! |---|---|---|
//! | [`Problem`] | a function with one output | dense, `Vec<Vec<R>>` |
//! | [`LeastSquares`] | `½·Σ rᵢ²` of a function with any number of outputs | dense, Gauss and Newton's `JᵀJ` |
//! | [`MatrixFree`] | one of these | products `H·v` alone, without the matrix |
//!
//! argmin's parameter is the function's own input type. Solvers take their arithmetic from `argmin-math`, which knows
//! `Vec<f64>`, `Vec<f32>` and single floats; [`Flat`] gives a function of arrays, tuples or structs a `Vec` for its input.
//!
//! ```
//! use anygrad_adapters::argmin::Problem;
//! use anygrad_core::{Differentiable, Scalar};
//! use anygrad_reverse::Reverse;
//! use argmin::core::{Executor, State};
//! use argmin::solver::{linesearch::MoreThuenteLineSearch, quasinewton::LBFGS};
//!
//! /// `Σ (xᵢ − i)⁴`, lowest at `(0, 1, 2, …)`.
//! struct Quartic;
//! impl Differentiable for Quartic {
//!     type Input = Vec<f64>;
//!     type Output = f64;
//!     fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
//!         x.iter().zip(0..).map(|(&x, i)| (x - f64::from(i)).powi(4)).sum()
//!     }
//! }
//!
//! let solver = LBFGS::new(MoreThuenteLineSearch::new(), 5);
//! let problem = Problem::new(Quartic, Reverse::new());
//! let result = Executor::new(problem, solver).configure(|state| state.param(vec![5.0; 3]).max_iters(100)).run()?;
//! let best = result.state().get_best_param().expect("at least the start");
//! assert!(best.iter().zip(0..).all(|(x, i)| (x - f64::from(i)).abs() < 1e-2));
//! # Ok::<(), argmin::core::Error>(())
//! ```
//!
//! Backends need `&mut self` and argmin has `&self`: a problem keeps a workspace for each thread that ever asked at the
//! same time. A caller alone pays one uncontended lock, some 10 ns.
//!
//! # Errors
//! What the function or the backend returns arrives as [`crate::Error`] inside of argmin's `Error`:
//! `error.downcast_ref::<anygrad_adapters::Error>()`. NaN is no error in a cost or a gradient, where a line search may step
//! back from it; in a Hessian it is, since Newton-CG would not end.

mod flat;
mod least_squares;
mod matrix_free;
mod problem;

pub use flat::Flat;
pub use least_squares::LeastSquares;
pub use matrix_free::{Curvature, HessianAt, MatrixFree};
pub use problem::Problem;

use anygrad_core::{Dense, Real};

use crate::Error;

/// The rows of a matrix, as argmin-math has them.
fn rows<R: Copy>(matrix: &Dense<R>) -> Vec<Vec<R>> {
    (0..matrix.shape().0).map(|i| matrix.row(i).to_vec()).collect()
}

/// Nothing if all numbers are finite.
fn check_finite<R: Real>(what: &'static str, numbers: impl IntoIterator<Item = R>) -> Result<(), Error> {
    match numbers.into_iter().enumerate().find(|(_, number)| !number.is_finite()) {
        Some((index, number)) => Err(Error::NotFinite { what, index, found: number.widen() }),
        None => Ok(()),
    }
}
