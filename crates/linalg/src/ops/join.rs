//! Two arrays along an axis.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar};

use super::{Pad, Slice};

/// `outer` times `first × inner` numbers of one array, each followed by `second × inner` of another. Adjoints are [`Slice`]s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Join {
    /// How often the axis occurs.
    pub outer: usize,
    /// The length of the axis in the first array.
    pub first: usize,
    /// Its length in the second.
    pub second: usize,
    /// The numbers at each place of the axis.
    pub inner: usize,
}

impl Join {
    /// Where an operand stands in the whole.
    fn part(self, index: usize) -> Slice {
        let (start, len) = if index == 0 { (0, self.first) } else { (self.first, self.second) };
        Slice { outer: self.outer, axis: self.first + self.second, inner: self.inner, start, len }
    }
}

impl<R: Real> Block<R> for Join {
    fn name(self) -> &'static str {
        "join"
    }

    fn size(self) -> usize {
        self.outer * (self.first + self.second) * self.inner
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index < 2).then(|| Block::<R>::size(self.part(index)))
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        (0..2).for_each(|index| Pad(self.part(index)).value(&[args[index]], out));
    }

    fn overwrites(self) -> bool {
        true
    }

    fn pushforward<T: Scalar<Real = R>>(self, _: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        match *tangents {
            [Some(a), Some(b)] => Some(T::block(self, &[a, b])),
            [Some(a), None] => Some(T::block(Pad(self.part(0)), &[a])),
            [None, Some(b)] => Some(T::block(Pad(self.part(1)), &[b])),
            _ => None,
        }
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        for index in (0..2).filter(|&index| at.wants(index)) {
            add(index, T::block(self.part(index), &[adjoint]));
        }
    }
}
