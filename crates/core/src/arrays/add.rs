//! The sum of two arrays.

use super::{Array, At, Block, Buffer, array::sum};
use crate::{Real, Scalar};

/// `y = a + b`, element by element. Adjoints: `ā = ȳ`, `b̄ = ȳ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddArrays {
    /// The number of elements.
    pub len: usize,
}

impl<R: Real> Block<R> for AddArrays {
    fn name(self) -> &'static str {
        "add"
    }

    fn size(self) -> usize {
        self.len
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index < 2).then_some(self.len)
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        let terms = args[0].iter().zip(args[1]);
        out.iter_mut().zip(terms).for_each(|(y, (&a, &b))| *y = a.binary(crate::gates::Add, b));
    }

    fn overwrites(self) -> bool {
        true
    }

    fn output(self, args: &[&Buffer<R>]) -> Buffer<R> {
        Buffer::elementwise([args[0], args[1]], |[a, b]| a.binary(crate::gates::Add, b))
    }

    fn pushforward<T: Scalar<Real = R>>(self, _: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        match *tangents {
            [Some(a), Some(b)] => Some(sum::<T>(a, b)),
            [Some(only), None] | [None, Some(only)] => Some(only.clone()),
            _ => None,
        }
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        (0..2).filter(|&index| at.wants(index)).for_each(|index| add(index, adjoint.clone()));
    }

    fn gates<S: Scalar<Real = R>>(self, args: &[&S::Array]) -> Option<S::Array> {
        Some(S::Array::elementwise([args[0], args[1]], |[a, b]| a + b))
    }
}
