//! The greatest number along an axis.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar};

use super::{Spread, Sum, hadamard};

/// The greatest of `outer × axis × inner` numbers along the axis; NaN where one is NaN, −∞ over an empty axis.
///
/// `ẏ = Σ wᵢ·ẋᵢ` along the axis, with [`MaxWeights`] `w`: equal greatest numbers share the derivative equally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Max(pub Sum);

/// `1/k` at each of the `k` greatest numbers along the axis, 0 at all others; no derivative flows through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxWeights(pub Sum);

impl Max {
    /// Calls `each(place of y, places of x)`.
    fn runs(self, mut each: impl FnMut(usize, &mut dyn Iterator<Item = usize>)) {
        let Sum { outer, axis, inner } = self.0;
        for (i, j) in (0..outer).flat_map(|i| (0..inner).map(move |j| (i, j))) {
            each(i * inner + j, &mut (0..axis).map(|at| (i * axis + at) * inner + j));
        }
    }
}

/// The greater of two numbers; NaN if one is.
fn greater<R: Real>(a: R, b: R) -> R {
    if a.is_nan() || a > b { a } else { b }
}

impl<R: Real> Block<R> for Max {
    fn name(self) -> &'static str {
        "max"
    }

    fn size(self) -> usize {
        self.0.part()
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index == 0).then_some(self.0.whole())
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        self.runs(|y, places| out[y] = places.fold(R::neg_infinity(), |most, place| greater(most, args[0][place])));
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        tangents[0].map(|tangent| {
            let weights = T::block(MaxWeights(self.0), &[at.args[0]]);
            T::block(self.0, &[&hadamard::<T>(&weights, tangent)])
        })
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        let weights = T::block(MaxWeights(self.0), &[at.args[0]]);
        add(0, hadamard::<T>(&weights, &T::block(Spread(self.0), &[adjoint])));
    }
}

impl<R: Real> Block<R> for MaxWeights {
    fn name(self) -> &'static str {
        "max weights"
    }

    fn size(self) -> usize {
        self.0.whole()
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index == 0).then_some(self.0.whole())
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        let x = args[0];
        Max(self.0).runs(|_, places| {
            let places: Vec<usize> = places.collect();
            let most = places.iter().fold(R::neg_infinity(), |most, &place| greater(most, x[place]));
            let is_most = |place: usize| x[place] == most || most.is_nan() && x[place].is_nan();
            let count = places.iter().filter(|&&place| is_most(place)).count();
            let share = R::one() / R::from_usize(count).unwrap_or_else(R::one);
            places.iter().filter(|&&place| is_most(place)).for_each(|&place| out[place] = share);
        });
    }

    fn pushforward<T: Scalar<Real = R>>(self, _: At<'_, T>, _: &[Option<&T::Array>]) -> Option<T::Array> {
        None
    }

    fn pullback<T: Scalar<Real = R>>(self, _: At<'_, T>, _: &T::Array, _: &mut impl FnMut(usize, T::Array)) {}

    fn is_detached(self) -> bool {
        true
    }
}
