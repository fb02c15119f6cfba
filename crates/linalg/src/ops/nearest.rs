//! The nearest of some points.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar};

/// For each of `count` points of `dimension` numbers, the first operand, the place of the nearest among `candidates` points, the
/// second: the least `‖aᵢ − bⱼ‖²`, and the first of several. A place with NaN counts as nearest. No derivative flows through:
/// places are constant wherever they have a derivative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// How many points look for their nearest.
    pub count: usize,
    /// How many points there are to choose from.
    pub candidates: usize,
    /// The numbers of a point.
    pub dimension: usize,
}

impl Nearest {
    fn compute<R: Real>(self, points: &[R], candidates: &[R], places: &mut [R]) {
        let Self { candidates: count, dimension, .. } = self;
        // By coordinate, so that the distances to all candidates are computed side by side.
        let coordinates: Vec<R> =
            (0..dimension).flat_map(|t| (0..count).map(move |j| candidates[j * dimension + t])).collect();
        let mut distances = vec![R::zero(); count];
        for (i, place) in places.iter_mut().enumerate() {
            distances.fill(R::zero());
            let point = &points[i * dimension..(i + 1) * dimension];
            for (&x, candidates) in point.iter().zip(coordinates.chunks_exact(count.max(1))) {
                distances.iter_mut().zip(candidates).for_each(|(sum, &c)| *sum += (x - c) * (x - c));
            }
            *place = first_least(&distances).and_then(R::from_usize).unwrap_or_else(R::nan);
        }
    }
}

/// The place of the first least number, or of one that is NaN; none of none.
fn first_least<R: Real>(numbers: &[R]) -> Option<usize> {
    const LANES: usize = 8;
    let mut lanes = [R::infinity(); LANES];
    for chunk in numbers.chunks(LANES) {
        lanes.iter_mut().zip(chunk).for_each(|(least, &x)| *least = lesser(*least, x));
    }
    let least = lanes.into_iter().fold(R::infinity(), lesser);
    numbers.iter().position(|&x| x == least || x.is_nan())
}

/// The lesser of two numbers; the first if they cannot be compared.
#[inline]
fn lesser<R: Real>(a: R, b: R) -> R {
    if b < a { b } else { a }
}

impl<R: Real> Block<R> for Nearest {
    fn name(self) -> &'static str {
        "nearest"
    }

    fn size(self) -> usize {
        self.count
    }

    fn operand(self, index: usize) -> Option<usize> {
        [self.count * self.dimension, self.candidates * self.dimension].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        self.compute(args[0], args[1], out);
    }

    fn pushforward<T: Scalar<Real = R>>(self, _: At<'_, T>, _: &[Option<&T::Array>]) -> Option<T::Array> {
        None
    }

    fn pullback<T: Scalar<Real = R>>(self, _: At<'_, T>, _: &T::Array, _: &mut impl FnMut(usize, T::Array)) {}

    fn is_detached(self) -> bool {
        true
    }
}
