//! Arrays of ndarray of any number of axes, in their logical order: the last axis runs first.

use ndarray::{Array, Dimension};

use super::impl_container;
use crate::Real;

impl_container!(
    [R: Real, D: Dimension] Array<R, D>, Array<S, D>,
    // Otherwise `map` would go through memory in the order in which it lies there.
    |of, f| of.as_standard_layout().map(|&leaf| f(leaf)),
    of.iter(), mut of.iter_mut(), lengths of.shape().to_vec()
);
