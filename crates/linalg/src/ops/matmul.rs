//! The product of two matrices.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar};

use crate::kernel::{self, View};

/// `C = op(A)·op(B)`, `m×k` times `k×n`, where `op` transposes or does not.
///
/// Tangent `Ċ = op(Ȧ)·op(B) + op(A)·op(Ḃ)`. Adjoint `Ā = C̄·Bᵀ`, `B̄ = Aᵀ·C̄` without transposes, and their transposes with (Giles
/// 2008, §2.2.2). Vectors are matrices of one row or column: the block is also the dot, outer and matrix-vector product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatMul {
    /// The rows of `C`.
    pub m: usize,
    /// The length of the sums.
    pub k: usize,
    /// The columns of `C`.
    pub n: usize,
    /// Whether `A` is stored as `k×m`.
    pub a_transposed: bool,
    /// Whether `B` is stored as `n×k`.
    pub b_transposed: bool,
}

impl MatMul {
    /// The product for adjoints: operands and dimensions given, with their transposes.
    fn of<T: Scalar>(a: (&T::Array, bool), b: (&T::Array, bool), [m, k, n]: [usize; 3]) -> T::Array {
        T::block(Self { m, k, n, a_transposed: a.1, b_transposed: b.1 }, &[a.0, b.0])
    }
}

impl<R: Real> Block<R> for MatMul {
    fn name(self) -> &'static str {
        "matmul"
    }

    fn size(self) -> usize {
        self.m * self.n
    }

    fn operand(self, index: usize) -> Option<usize> {
        [self.m * self.k, self.k * self.n].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        let a = View { floats: args[0], transposed: self.a_transposed };
        let b = View { floats: args[1], transposed: self.b_transposed };
        kernel::product(a, b, out, [self.m, self.k, self.n]);
    }

    fn overwrites(self) -> bool {
        true
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let by_a = tangents[0].map(|a| T::block(self, &[a, at.args[1]]));
        let by_b = tangents[1].map(|b| T::block(self, &[at.args[0], b]));
        super::total::<T>(by_a.into_iter().chain(by_b))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        let Self { m, k, n, a_transposed, b_transposed } = self;
        let (a, b) = (at.args[0], at.args[1]);
        if at.wants(0) {
            add(
                0,
                match a_transposed {
                    false => Self::of::<T>((adjoint, false), (b, !b_transposed), [m, n, k]),
                    true => Self::of::<T>((b, b_transposed), (adjoint, true), [k, n, m]),
                },
            );
        }
        if at.wants(1) {
            add(
                1,
                match b_transposed {
                    false => Self::of::<T>((a, !a_transposed), (adjoint, false), [k, m, n]),
                    true => Self::of::<T>((adjoint, true), (a, a_transposed), [n, m, k]),
                },
            );
        }
    }
}
