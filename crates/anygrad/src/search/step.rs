//! `Step`: where a walk stands.

use anygrad_core::{Differentiable, Error, Leaf, Point, Real, single_output};

/// Where a walk stands after a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step<X: Point> {
    /// The point: the best so far of a random search, the latest of a gradient walk.
    pub point: X,
    /// The function's value there.
    pub value: X::Leaf,
    /// The function evaluations spent since the start, this step included.
    pub evaluations: usize,
}

/// A point of its own.
pub(super) fn copy<X: Point>(point: &X) -> X {
    X::map::<X::Leaf, X::Leaf>(point, &mut |leaf| leaf)
}

/// The value of a function with one output, for one evaluation.
pub(super) fn value_at<F: Differentiable>(f: &F, x: &F::Input) -> Result<Leaf<F>, Error> {
    single_output::<F, Leaf<F>>(&f.try_call::<Leaf<F>>(x)?)
}

/// A length that is positive and finite.
pub(super) fn positive<R: Real>(field: &'static str, length: R) -> Result<R, Error> {
    if length > R::zero() && length.is_finite() {
        Ok(length)
    } else {
        Err(Error::InvalidConfig { field, expected: "a positive finite number", found: length.to_string() })
    }
}
