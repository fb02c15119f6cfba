//! The greatest number along an axis, and what its derivatives are made of.

use anygrad_core::arrays::{At, Block, Buffer};
use anygrad_core::{Real, Scalar, gates};
use pulp::Arch;
use smallvec::SmallVec;

use super::{Sum, impl_linear};

/// The greatest of `outer × axis × inner` numbers along the axis; NaN where one is NaN, −∞ over an empty axis.
///
/// Equal greatest numbers share the derivative equally: tangent [`MaxPick`], adjoint [`MaxShare`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Max(pub Sum);

/// The mean of `u` along the axis over the places of the greatest numbers, of operands `u`, `x` and the greatest of `x`. The adjoint
/// is [`MaxShare`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxPick(pub Sum);

/// `ȳ/k` at each of the `k` greatest numbers along the axis, and 0 at all others, of operands `ȳ`, `x` and the greatest of `x`. The
/// adjoint is [`MaxPick`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxShare(pub Sum);

/// The greater of two numbers; NaN if one is.
#[inline(always)]
pub(super) fn greater<R: Real>(a: R, b: R) -> R {
    if a.is_nan() || a > b { a } else { b }
}

/// So many are kept of the greatest numbers of a long run.
const LANES: usize = 16;

/// The greatest of a run, in lanes.
fn greatest<R: Real>(x: &[R]) -> R {
    let (chunks, rest) = x.as_chunks::<LANES>();
    let lanes = Arch::new().dispatch(
        #[inline(always)]
        || {
            let mut lanes = [R::neg_infinity(); LANES];
            for chunk in chunks {
                lanes.iter_mut().zip(chunk).for_each(|(most, &x)| *most = greater(*most, x));
            }
            lanes
        },
    );
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

/// So many numbers are compared before the outcome is looked at.
const COMPARED: usize = 64;

/// The places of the greatest number in a run.
fn places_of<R: Real>(x: &[R], most: R) -> SmallVec<[usize; 4]> {
    if most.is_nan() { places_where(x, R::is_nan) } else { places_where(x, |x| x == most) }
}

/// The places of a run for which `is_found` holds.
fn places_where<R: Real>(x: &[R], is_found: impl Fn(R) -> bool + Copy) -> SmallVec<[usize; 4]> {
    let mut places = SmallVec::new();
    let mut search = |first: usize, chunk: &[R]| {
        // Without a way out inside a chunk, its numbers are compared side by side.
        if chunk.iter().fold(false, |any, &x| any | is_found(x)) {
            let found = (first..).zip(chunk).filter(|&(_, &x)| is_found(x));
            places.extend(found.map(|(place, _)| place));
        }
    };
    Arch::new().dispatch(
        #[inline(always)]
        || x.chunks(COMPARED).enumerate().for_each(|(number, chunk)| search(number * COMPARED, chunk)),
    );
    places
}

/// The part of each of so many that share equally.
fn share<R: Real>(count: usize) -> R {
    R::one() / R::narrow(count as f64)
}

impl Sum {
    /// The places of the greatest numbers in what the axis and what stands along it are: by `outer` and `inner`.
    fn each_most<R: Real>(self, x: &[R], most: &[R], mut found: impl FnMut(usize, &[usize])) {
        let Self { axis, inner, .. } = self;
        for (i, x) in x.chunks_exact((axis * inner).max(1)).enumerate() {
            let first = i * axis * inner;
            for j in 0..inner {
                let most = most[i * inner + j];
                let mut places: SmallVec<[usize; 4]> = match inner {
                    1 => places_of(x, most),
                    _ => (j..x.len()).step_by(inner).filter(|&place| is_most(x[place], most)).collect(),
                };
                places.iter_mut().for_each(|place| *place += first);
                found(i * inner + j, &places);
            }
        }
    }
}

impl MaxPick {
    fn compute<R: Real>(self, args: &[&[R]], y: &mut [R]) {
        self.0.each_most(args[1], args[2], |index, places| {
            let share = share::<R>(places.len());
            let parts = places.iter().map(|&place| share.binary(gates::Mul, args[0][place]));
            y[index] = parts.fold(R::zero(), |sum, part| sum.binary(gates::Add, part));
        });
    }
}

impl MaxShare {
    /// The places that are not zero, and what stands there.
    fn each<R: Real>(self, [adjoint, x, most]: [&[R]; 3], mut found: impl FnMut(usize, R)) {
        self.0.each_most(x, most, |index, places| {
            let part = share::<R>(places.len()).binary(gates::Mul, adjoint[index]);
            places.iter().for_each(|&place| found(place, part));
        });
    }

    fn compute<R: Real>(self, args: &[&[R]], x: &mut [R]) {
        self.each([args[0], args[1], args[2]], |place, part| x[place] = part);
    }

    /// Of one long run, only the places are listed.
    fn output_of<R: Real>(self, args: &[&Buffer<R>]) -> Option<Buffer<R>> {
        (self.0.part() == 1).then(|| {
            let mut places = Vec::new();
            self.each([args[0], args[1], args[2]], |place, part| places.push((place, part)));
            Buffer::few(self.0.whole(), places)
        })
    }
}

impl_linear!(
    MaxPick, "max pick", |this| len this.0.part(), operand this.0.whole(),
    by this.0.whole(), by this.0.part(), adjoint MaxShare(this.0)
);
impl_linear!(
    MaxShare, "max share", output output_of, |this| len this.0.whole(), operand this.0.part(),
    by this.0.whole(), by this.0.part(), adjoint MaxPick(this.0)
);

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

    fn overwrites(self) -> bool {
        true
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        tangents[0].map(|tangent| T::block(MaxPick(self.0), &[tangent, at.args[0], at.y]))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        add(0, T::block(MaxShare(self.0), &[adjoint, at.args[0], at.y]));
    }
}
