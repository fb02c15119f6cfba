//! A product with an array that is repeated.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar, gates};

use super::{Sum, by_length, hadamard};

/// `a∘b` with `b: outer × inner` repeated along the axis of `a: outer × axis × inner`. Adjoints: `ā = ȳ∘b`, `b̄` the sum of `ȳ∘a` along
/// the axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScaleSpread(pub Sum);

impl<R: Real> Block<R> for ScaleSpread {
    fn name(self) -> &'static str {
        "scale along"
    }

    fn size(self) -> usize {
        self.0.whole()
    }

    fn operand(self, index: usize) -> Option<usize> {
        [self.0.whole(), self.0.part()].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        let Sum { axis, inner, .. } = self.0;
        if self.0.whole() == 0 {
            return;
        }
        if inner == 1 {
            by_length!(axis, |axis| {
                for ((a, &b), y) in args[0].chunks_exact(axis).zip(args[1]).zip(out.chunks_exact_mut(axis)) {
                    y.iter_mut().zip(a).for_each(|(y, &a)| *y = a.binary(gates::Mul, b));
                }
            });
            return;
        }
        let len = axis * inner;
        for ((a, b), y) in args[0].chunks_exact(len).zip(args[1].chunks_exact(inner)).zip(out.chunks_exact_mut(len)) {
            by_length!(inner, |inner| {
                for (y, a) in y.chunks_exact_mut(inner).zip(a.chunks_exact(inner)) {
                    y.iter_mut().zip(a.iter().zip(b)).for_each(|(y, (&a, &b))| *y = a.binary(gates::Mul, b));
                }
            });
        }
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
        if at.wants(0) {
            add(0, T::block(self, &[adjoint, at.args[1]]));
        }
        if at.wants(1) {
            add(1, T::block(self.0, &[&hadamard::<T>(adjoint, at.args[0])]));
        }
    }
}
