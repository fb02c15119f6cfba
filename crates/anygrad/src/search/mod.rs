//! Two ways uphill: random local search, and the gradient.
//!
//! | walk | one step | cost of a step, in evaluations |
//! |---|---|---|
//! | [`RandomSearch`] | tries one random point near the best so far, keeps it if it is better | 1 |
//! | [`GradientAscent`], [`GradientDescent`] | `x ← x ± step·∇f(x)` | a gradient by its [rule](GradientWalk#cost), and 1 |
//!
//! Both are iterators of [`Step`]s over a function with one output and any structure of inputs, so `take(100)`,
//! `last()` and the rest of `Iterator` apply. [`at_equal_evaluations`] lets two walks spend the same number of function
//! evaluations.
//!
//! ```
//! use anygrad::prelude::*;
//! use anygrad::search::{GradientAscent, RandomSearch, at_equal_evaluations};
//! use rand::{SeedableRng, rngs::StdRng};
//!
//! struct Multiply;
//! impl Differentiable for Multiply {
//!     type Input = (f64, f64);
//!     type Output = f64;
//!     fn call<S: Scalar<Real = f64>>(&self, &(x, y): &(S, S)) -> S {
//!         x * y
//!     }
//! }
//!
//! let random = RandomSearch::new(Multiply, (-2.0, 3.0), 0.01, StdRng::seed_from_u64(1))?;
//! let ascent = GradientAscent::new(Multiply, (-2.0, 3.0), 0.01, Forward::new())?;
//! let traces = at_equal_evaluations(random, ascent, 100)?;
//!
//! let [random, ascent] = [traces.first.last(), traces.second.last()].map(|step| step.map(|step| step.value));
//! assert!(random > Some(-5.65) && random < Some(-4.6));
//! assert!(ascent > Some(-3.9));
//! # Ok::<(), Error>(())
//! ```

mod comparison;
mod gradient;
mod random;
mod step;

pub use comparison::{Comparison, at_equal_evaluations};
pub use gradient::{GradientAscent, GradientDescent, GradientWalk};
pub use random::RandomSearch;
pub use step::Step;
