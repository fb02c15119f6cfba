//! An array times a number that may be active.

use anygrad_core::arrays::{Array, At, Block};
use anygrad_core::{Real, Scalar, gates};

use super::MatMul;

/// `y = c·x` with a number `c`, an array of one element. Adjoints `x̄ = c·ȳ`, `c̄ = x·ȳ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The number of elements.
    pub len: usize,
}

impl<R: Real> Block<R> for Scale {
    fn name(self) -> &'static str {
        "scale"
    }

    fn size(self) -> usize {
        self.len
    }

    fn operand(self, index: usize) -> Option<usize> {
        [self.len, 1].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        let c = args[1][0];
        for (y, &x) in out.iter_mut().zip(args[0]) {
            *y = x.binary(gates::Mul, c);
        }
    }

    fn overwrites(self) -> bool {
        true
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let by_x = tangents[0].map(|x| T::block(self, &[x, at.args[1]]));
        let by_c = tangents[1].map(|c| T::block(self, &[at.args[0], c]));
        super::total::<T>(by_x.into_iter().chain(by_c))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        if at.wants(0) {
            add(0, T::block(self, &[adjoint, at.args[1]]));
        }
        if at.wants(1) {
            let dot = MatMul { m: 1, k: self.len, n: 1, a_transposed: false, b_transposed: false };
            add(1, T::block(dot, &[at.args[0], adjoint]));
        }
    }

    fn gates<S: Scalar<Real = R>>(self, args: &[&S::Array]) -> Option<S::Array> {
        let c = args[1].get(0);
        Some(S::Array::elementwise([args[0]], |[x]| x * c))
    }
}
