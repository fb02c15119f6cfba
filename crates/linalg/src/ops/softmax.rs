//! Softmax and its logarithm, along the last axis.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar, gates};

use super::{Map, Spread, Sum, difference, hadamard};

/// `yᵢ = exp xᵢ / Σ exp xⱼ` in each of `outer` rows of `axis` numbers, without overflow; equal infinities share 1 equally.
///
/// `ẏ = y∘(ẋ − Σ yⱼ·ẋⱼ)`, and the adjoint is the same: the Jacobian `diag y − y·yᵀ` is symmetric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Softmax {
    /// The number of rows.
    pub outer: usize,
    /// Their length.
    pub axis: usize,
}

/// `yᵢ = xᵢ − ln Σ exp xⱼ` in each of `outer` rows, without overflow. `ẏ = ẋ − Σ sⱼ·ẋⱼ` and `x̄ = ȳ − s·Σ ȳⱼ` with `s = exp y`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogSoftmax {
    /// The number of rows.
    pub outer: usize,
    /// Their length.
    pub axis: usize,
}

macro_rules! impl_rows {
    ($($Type:ident)*) => {$(
        impl $Type {
            fn sum(self) -> Sum {
                Sum { outer: self.outer, axis: self.axis, inner: 1 }
            }

            /// The rows of an array.
            fn rows<R>(self, x: &[R]) -> impl Iterator<Item = &[R]> {
                x.chunks_exact(self.axis.max(1)).take(self.outer)
            }
        }
    )*};
}

impl_rows!(Softmax LogSoftmax);

impl Softmax {
    /// The Jacobian times a change.
    fn linear<T: Scalar>(self, y: &T::Array, change: &T::Array) -> T::Array {
        let weighted = T::block(self.sum(), &[&hadamard::<T>(y, change)]);
        hadamard::<T>(y, &difference::<T>(change, &T::block(Spread(self.sum()), &[&weighted])))
    }
}

impl<R: Real> Block<R> for Softmax {
    fn name(self) -> &'static str {
        "softmax"
    }

    fn size(self) -> usize {
        self.outer * self.axis
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index == 0).then_some(self.outer * self.axis)
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        for (x, y) in self.rows(args[0]).zip(out.chunks_exact_mut(self.axis.max(1))) {
            let most = x.iter().copied().fold(R::neg_infinity(), R::max);
            // Equal infinities have no difference.
            let shifted = |x: R| if x == most { R::zero() } else { x - most };
            y.iter_mut().zip(x).for_each(|(y, &x)| *y = shifted(x).exp());
            let total: R = y.iter().sum();
            y.iter_mut().for_each(|y| *y /= total);
        }
    }

    fn overwrites(self) -> bool {
        true
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        tangents[0].map(|tangent| self.linear::<T>(at.y, tangent))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        add(0, self.linear::<T>(at.y, adjoint));
    }
}

impl<R: Real> Block<R> for LogSoftmax {
    fn name(self) -> &'static str {
        "log_softmax"
    }

    fn size(self) -> usize {
        self.outer * self.axis
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index == 0).then_some(self.outer * self.axis)
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        for (x, y) in self.rows(args[0]).zip(out.chunks_exact_mut(self.axis.max(1))) {
            let total = R::logsumexp(x);
            y.iter_mut().zip(x).for_each(|(y, &x)| *y = x - total);
        }
    }

    fn overwrites(self) -> bool {
        true
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        tangents[0].map(|tangent| {
            let weights = T::block(Map { gate: gates::Exp, len: self.outer * self.axis }, &[at.y]);
            let mean = T::block(self.sum(), &[&hadamard::<T>(&weights, tangent)]);
            difference::<T>(tangent, &T::block(Spread(self.sum()), &[&mean]))
        })
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        let weights = T::block(Map { gate: gates::Exp, len: self.outer * self.axis }, &[at.y]);
        let total = T::block(Spread(self.sum()), &[&T::block(self.sum(), &[adjoint])]);
        add(0, difference::<T>(adjoint, &hadamard::<T>(&weights, &total)));
    }
}
