//! The greatest number along an axis.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar};

use super::{ScaleSpread, Sum, hadamard};

/// The greatest of `outer × axis × inner` numbers along the axis; NaN where one is NaN, −∞ over an empty axis.
///
/// `ẏ = Σ wᵢ·ẋᵢ` along the axis, with [`MaxWeights`] `w`: equal greatest numbers share the derivative equally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Max(pub Sum);

/// `1/k` at each of the `k` greatest numbers along the axis, which are the second operand, and 0 at all others; no derivative flows
/// through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxWeights(pub Sum);

/// The greater of two numbers; NaN if one is.
#[inline]
pub(super) fn greater<R: Real>(a: R, b: R) -> R {
    if a.is_nan() || a > b { a } else { b }
}

/// So many are kept of the greatest numbers of a long run.
const LANES: usize = 16;

/// The greatest of a run, in lanes.
fn greatest<R: Real>(x: &[R]) -> R {
    let mut lanes = [R::neg_infinity(); LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(most, &x)| *most = greater(*most, x));
    }
    lanes.iter().chain(rest).fold(R::neg_infinity(), |most, &x| greater(most, x))
}

/// Whether a number is the greatest that was found.
#[inline]
pub(super) fn is_most<R: Real>(x: R, most: R) -> bool {
    x == most || x.is_nan() && most.is_nan()
}

impl Max {
    /// The greatest numbers, into `y`.
    fn compute<R: Real>(self, x: &[R], y: &mut [R]) {
        let Sum { axis, inner, .. } = self.0;
        y.fill(R::neg_infinity());
        for (x, y) in x.chunks_exact((axis * inner).max(1)).zip(y.chunks_exact_mut(inner.max(1))) {
            if let [y] = y {
                *y = greatest(x);
            } else {
                for row in x.chunks_exact(inner) {
                    y.iter_mut().zip(row).for_each(|(most, &x)| *most = greater(*most, x));
                }
            }
        }
    }
}

impl MaxWeights {
    /// The weights of `axis × inner` numbers, of which the greatest are known.
    fn share<R: Real>(most: &[R], x: &[R], weights: &mut [R]) {
        let of = |occurs: bool| if occurs { R::one() } else { R::zero() };
        if let &[most] = most {
            let occurrences = x.iter().filter(|&&x| is_most(x, most)).count();
            let share = R::one() / R::narrow(occurrences as f64);
            weights.iter_mut().zip(x).for_each(|(w, &x)| *w = if is_most(x, most) { share } else { R::zero() });
            return;
        }
        let mut shares = vec![R::zero(); most.len()];
        for row in x.chunks_exact(most.len()) {
            shares.iter_mut().zip(row.iter().zip(most)).for_each(|(sum, (&x, &most))| *sum += of(is_most(x, most)));
        }
        shares.iter_mut().for_each(|share| *share = R::one() / *share);
        for (row, weights) in x.chunks_exact(most.len()).zip(weights.chunks_exact_mut(most.len())) {
            let found = row.iter().zip(most).zip(&shares);
            weights.iter_mut().zip(found).for_each(|(w, ((&x, &most), &share))| {
                *w = if is_most(x, most) { share } else { R::zero() };
            });
        }
    }
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
        self.compute(args[0], out);
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        tangents[0].map(|tangent| {
            let weights = T::block(MaxWeights(self.0), &[at.args[0], at.y]);
            T::block(self.0, &[&hadamard::<T>(&weights, tangent)])
        })
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        let weights = T::block(MaxWeights(self.0), &[at.args[0], at.y]);
        add(0, T::block(ScaleSpread(self.0), &[&weights, adjoint]));
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
        [self.0.whole(), self.0.part()].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        let Sum { axis, inner, .. } = self.0;
        let (len, inner) = ((axis * inner).max(1), inner.max(1));
        for ((x, weights), most) in
            args[0].chunks_exact(len).zip(out.chunks_exact_mut(len)).zip(args[1].chunks_exact(inner))
        {
            Self::share(most, x, weights);
        }
    }

    fn pushforward<T: Scalar<Real = R>>(self, _: At<'_, T>, _: &[Option<&T::Array>]) -> Option<T::Array> {
        None
    }

    fn pullback<T: Scalar<Real = R>>(self, _: At<'_, T>, _: &T::Array, _: &mut impl FnMut(usize, T::Array)) {}

    fn is_detached(self) -> bool {
        true
    }
}
