//! The inverse of a square matrix.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar};

use super::{MatMul, negated};
use crate::kernel;

/// `A⁻¹`, from `A` and its [`LuFactors`](super::LuFactors).
///
/// Tangent `−A⁻¹·Ȧ·A⁻¹`, adjoint `Ā = −A⁻ᵀ·C̄·A⁻ᵀ` (Giles 2008, §2.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inverse {
    /// The number of rows.
    pub n: usize,
}

impl Inverse {
    /// `−B·C·B` for `B = A⁻¹` or, transposed, `A⁻ᵀ`.
    pub(super) fn sandwich<T: Scalar>(self, inverse: &T::Array, change: &T::Array, transposed: bool) -> T::Array {
        let n = self.n;
        let right = MatMul { m: n, k: n, n, a_transposed: false, b_transposed: transposed };
        let left = MatMul { a_transposed: transposed, b_transposed: false, ..right };
        T::block(left, &[inverse, &T::block(right, &[&negated::<T>(change), inverse])])
    }
}

impl<R: Real> Block<R> for Inverse {
    fn name(self) -> &'static str {
        "inverse"
    }

    fn size(self) -> usize {
        self.n * self.n
    }

    fn operand(self, index: usize) -> Option<usize> {
        [self.n * self.n, self.n * (self.n + 1)].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        kernel::lu_inverse(args[1], out, self.n);
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        tangents[0].map(|tangent| self.sandwich::<T>(at.y, tangent, false))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        if at.wants(0) {
            add(0, self.sandwich::<T>(at.y, adjoint, true));
        }
    }
}
