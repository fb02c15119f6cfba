//! `Array<S>`: what an array of scalars does.

use std::fmt::Debug;

use super::{AddArrays, Buffer};
use crate::Scalar;

/// An array of scalars `S`, in the form that `S` keeps it in.
///
/// A backend chooses the form as [`Scalar::Array`]; [`Elements`](super::Elements), a plain list, serves every scalar.
pub trait Array<S: Scalar>: Clone + Debug {
    /// `element(0), element(1) … element(len − 1)`.
    fn collect(len: usize, element: impl FnMut(usize) -> S) -> Self;

    /// Numbers that depend on no input.
    fn constant(values: Buffer<S::Real>) -> Self;

    /// The number of elements.
    fn len(&self) -> usize;

    /// Whether there is no element.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An element.
    ///
    /// # Panics
    /// If there is no such element.
    fn get(&self, index: usize) -> S;

    /// Writes an element.
    ///
    /// # Panics
    /// If there is no such element.
    fn set(&mut self, index: usize, value: S);

    /// The values, with every derivative stripped.
    fn primal(&self) -> Buffer<S::Real>;

    /// Whether all elements are known to depend on no input, at any level of nesting.
    fn is_constant(&self) -> bool;

    /// Whether `test` holds for every float that the elements carry.
    fn every(&self, test: impl Fn(S::Real) -> bool + Copy) -> bool {
        (0..self.len()).all(|index| self.get(index).every(test))
    }

    /// `f` of the elements at each place of arrays that are as long as the first, one after the other.
    ///
    /// # Panics
    /// If an array is shorter than the first.
    fn elementwise<const K: usize>(args: [&Self; K], f: impl Fn([S; K]) -> S) -> Self {
        let len = args.first().map_or(0, |arg| arg.len());
        Self::collect(len, |index| f(args.map(|arg| arg.get(index))))
    }

    /// The same for an `f` of little work that can be kept: the array may be computed where it is read, and more than once.
    ///
    /// # Panics
    /// As [`elementwise`](Self::elementwise).
    fn elementwise_later<const K: usize>(args: [&Self; K], f: impl Fn([S; K]) -> S + Send + Sync + 'static) -> Self {
        Self::elementwise(args, f)
    }

    /// Gives numbers that would be computed where they are read a place of their own: what leaves a run holds on to nothing of it.
    fn settle(&mut self) {}

    /// Adds another array of the same length, element by element.
    fn accumulate(&mut self, other: &Self);
}

/// The sum of two arrays by [`AddArrays`]: how an array that is not plain floats accumulates.
pub(crate) fn sum<S: Scalar>(a: &S::Array, b: &S::Array) -> S::Array {
    S::block(AddArrays { len: a.len() }, &[a, b])
}
