//! `Elements<S>`: an array as a plain list.

use super::array::sum;
use super::{Array, Buffer};
use crate::Scalar;

/// An array as a list of its elements: the form for a scalar that has nothing better to do with arrays.
#[derive(Clone, Debug, PartialEq)]
pub struct Elements<S>(pub Vec<S>);

impl<S: Scalar> Elements<S> {
    /// The elements of several arrays, one array after the other.
    pub(crate) fn joined(arrays: &[&S::Array]) -> Vec<S> {
        let mut all = Vec::with_capacity(arrays.iter().map(|array| array.len()).sum());
        arrays.iter().for_each(|array| all.extend((0..array.len()).map(|index| array.get(index))));
        all
    }
}

impl<S: Scalar<Array = Self>> Array<S> for Elements<S> {
    fn collect(len: usize, element: impl FnMut(usize) -> S) -> Self {
        Self((0..len).map(element).collect())
    }

    fn constant(values: Buffer<S::Real>) -> Self {
        Self(values.iter().map(|&value| S::constant(value)).collect())
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, index: usize) -> S {
        self.0[index]
    }

    fn set(&mut self, index: usize, value: S) {
        self.0[index] = value;
    }

    fn primal(&self) -> Buffer<S::Real> {
        self.0.iter().map(|element| element.primal()).collect()
    }

    fn is_constant(&self) -> bool {
        self.0.iter().all(|element| element.is_constant())
    }

    fn accumulate(&mut self, other: &Self) {
        *self = sum::<S>(self, other);
    }
}
