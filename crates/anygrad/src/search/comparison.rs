//! Two walks at the same number of function evaluations.

use anygrad_core::{Error, Point};

use super::Step;

/// The traces of two walks that spent the same number of function evaluations.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison<X: Point> {
    /// The steps of the first walk.
    pub first: Vec<Step<X>>,
    /// The steps of the second walk.
    pub second: Vec<Step<X>>,
}

/// Runs two walks, each for as many steps as `evaluations` pay for, and returns what they did.
///
/// A random try costs 1 evaluation, a step along the gradient more, by the [rule](super::GradientWalk#cost) of its
/// backend; so the traces differ in length. A step that would overdraw is dropped. At equal numbers of *steps*, compare
/// `walk.take(steps)` instead.
///
/// # Errors
/// The first error of either walk.
///
/// ```
/// use anygrad::prelude::*;
/// use anygrad::search::{GradientAscent, RandomSearch, at_equal_evaluations};
/// use rand::{SeedableRng, rngs::StdRng};
///
/// struct Multiply;
/// impl Differentiable for Multiply {
///     type Input = (f64, f64);
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, &(x, y): &(S, S)) -> S {
///         x * y
///     }
/// }
///
/// let random = RandomSearch::new(Multiply, (-2.0, 3.0), 0.01, StdRng::seed_from_u64(1))?;
/// let ascent = GradientAscent::new(Multiply, (-2.0, 3.0), 0.01, Forward::new())?;
/// let traces = at_equal_evaluations(random, ascent, 100)?;
/// assert_eq!((traces.first.len(), traces.second.len()), (100, 20));
/// assert!(traces.second[19].value > traces.first[99].value);
/// # Ok::<(), Error>(())
/// ```
pub fn at_equal_evaluations<X: Point>(
    first: impl IntoIterator<Item = Result<Step<X>, Error>>,
    second: impl IntoIterator<Item = Result<Step<X>, Error>>,
    evaluations: usize,
) -> Result<Comparison<X>, Error> {
    Ok(Comparison { first: spend(first, evaluations)?, second: spend(second, evaluations)? })
}

fn spend<X: Point>(
    walk: impl IntoIterator<Item = Result<Step<X>, Error>>,
    evaluations: usize,
) -> Result<Vec<Step<X>>, Error> {
    let affordable = |step: &Result<Step<X>, Error>| step.as_ref().is_ok_and(|step| step.evaluations <= evaluations);
    walk.into_iter().take_while(|step| step.is_err() || affordable(step)).collect()
}
