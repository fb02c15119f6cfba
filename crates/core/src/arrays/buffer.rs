//! `Buffer<R>`: an array of floats.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::Array;
use crate::{Real, Scalar};

/// So many floats are tested before the outcome is looked at.
const TESTED: usize = 64;

/// Floats side by side, shared until they are written: a clone costs no copy.
///
/// ```
/// use anygrad_core::arrays::Buffer;
///
/// let a = Buffer::from(vec![1.0, 2.0]);
/// let mut b = a.clone();
/// b.make_mut()[0] = 3.0;
/// assert_eq!((&*a, &*b), (&[1.0, 2.0][..], &[3.0, 2.0][..]));
/// ```
#[derive(Clone, PartialEq)]
pub struct Buffer<R>(Arc<[R]>);

impl<R: Copy> Buffer<R> {
    /// `f(0), f(1) … f(len − 1)`.
    #[inline]
    pub fn from_fn(len: usize, f: impl FnMut(usize) -> R) -> Self {
        Self((0..len).map(f).collect())
    }

    /// The floats, for writing; copied first if another buffer shares them.
    #[inline]
    pub fn make_mut(&mut self) -> &mut [R] {
        Arc::make_mut(&mut self.0)
    }
}

impl<R: Real> Buffer<R> {
    /// `len` zeros, which `fill` writes over.
    #[inline]
    pub fn filled(len: usize, fill: impl FnOnce(&mut [R])) -> Self {
        let mut floats = Self(std::iter::repeat_n(R::default(), len).collect());
        fill(floats.make_mut());
        floats
    }
}

impl<R> Deref for Buffer<R> {
    type Target = [R];

    #[inline]
    fn deref(&self) -> &[R] {
        &self.0
    }
}

impl<R> From<Vec<R>> for Buffer<R> {
    fn from(floats: Vec<R>) -> Self {
        Self(floats.into())
    }
}

impl<R> FromIterator<R> for Buffer<R> {
    fn from_iter<I: IntoIterator<Item = R>>(floats: I) -> Self {
        Self(floats.into_iter().collect())
    }
}

impl<R: fmt::Debug> fmt::Debug for Buffer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<R: Real> Array<R> for Buffer<R> {
    #[inline]
    fn collect(len: usize, element: impl FnMut(usize) -> R) -> Self {
        Self::from_fn(len, element)
    }

    #[inline]
    fn constant(values: Self) -> Self {
        values
    }

    #[inline]
    fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn get(&self, index: usize) -> R {
        self.0[index]
    }

    #[inline]
    fn set(&mut self, index: usize, value: R) {
        self.make_mut()[index] = value;
    }

    #[inline]
    fn primal(&self) -> Self {
        self.clone()
    }

    #[inline]
    fn is_constant(&self) -> bool {
        true
    }

    #[inline]
    fn every(&self, test: impl Fn(R) -> bool + Copy) -> bool {
        // Without a way out inside a chunk, its floats are tested side by side.
        self.chunks(TESTED).all(|chunk| chunk.iter().fold(true, |all, &float| all & test(float)))
    }

    #[inline]
    fn elementwise<const K: usize>(args: [&Self; K], f: impl Fn([R; K]) -> R) -> Self {
        let len = args.first().map_or(0, |arg| arg.0.len());
        let args = args.map(|arg| &arg.0[..len]);
        let [Some(a), b, c, d] = [0, 1, 2, 3].map(|k| args.get(k)) else {
            return Self::from_fn(0, |_| R::zero());
        };
        if K > 4 {
            return Self::from_fn(len, |i| f(args.map(|arg| arg[i])));
        }
        // Four iterators in step ask for no bounds; those that stand in for missing ones are not read.
        let [b, c, d] = [b, c, d].map(|arg| arg.unwrap_or(a));
        let places = a.iter().zip(*b).zip(*c).zip(*d);
        places.map(|(((&a, &b), &c), &d)| f(std::array::from_fn(|k| [a, b, c, d][k]))).collect()
    }

    #[inline]
    fn accumulate(&mut self, other: &Self) {
        let add = |sum: R, term: R| Scalar::binary(sum, crate::gates::Add, term);
        match Arc::get_mut(&mut self.0) {
            Some(sums) => sums.iter_mut().zip(other.iter()).for_each(|(sum, &term)| *sum = add(*sum, term)),
            None => *self = self.iter().zip(other.iter()).map(|(&sum, &term)| add(sum, term)).collect(),
        }
    }
}
