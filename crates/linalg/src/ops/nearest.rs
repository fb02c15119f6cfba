//! The nearest of some points.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar};
use pulp::Arch;

/// For each of `count` points of `dimension` numbers, the first operand, the place of the nearest among `candidates` points, the
/// second: the least `‖aᵢ − bⱼ‖²`, and the first of several; NaN if there are none. One with NaN is nearest where no other is.
/// No derivative flows through: places are constant wherever they have a derivative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// How many points look for their nearest.
    pub count: usize,
    /// How many points there are to choose from.
    pub candidates: usize,
    /// The numbers of a point.
    pub dimension: usize,
}

/// So many candidates are looked at side by side.
const LANES: usize = 16;

impl Nearest {
    fn compute<R: Real>(self, points: &[R], candidates: &[R], places: &mut [R]) {
        match (self.candidates, self.dimension) {
            (0, _) => places.fill(R::nan()),
            (_, 0) => places.fill(R::zero()),
            // With the widest vectors that the processor has.
            (_, dimension) => Arch::new().dispatch(
                #[inline(always)]
                || {
                    let groups = self.groups(candidates);
                    for (point, place) in points.chunks_exact(dimension).zip(places) {
                        *place = nearest(point, &groups);
                    }
                },
            ),
        }
    }

    /// The candidates in groups of lanes, coordinate by coordinate; the last ones are filled up with what is nearest to nothing.
    fn groups<R: Real>(self, candidates: &[R]) -> Vec<[R; LANES]> {
        let Self { candidates: count, dimension, .. } = self;
        let coordinate = |j: usize, t: usize| if j < count { candidates[j * dimension + t] } else { R::nan() };
        let places = (0..count).step_by(LANES).flat_map(|first| (0..dimension).map(move |t| (first, t)));
        places.map(|(first, t)| std::array::from_fn(|lane| coordinate(first + lane, t))).collect()
    }
}

/// The place of the nearest candidate.
#[inline(always)]
fn nearest<R: Real>(point: &[R], groups: &[[R; LANES]]) -> R {
    let (mut least, mut at) = ([R::infinity(); LANES], [R::zero(); LANES]);
    let mut number = R::zero();
    for group in groups.chunks_exact(point.len()) {
        let mut squares = [R::zero(); LANES];
        for (&x, group) in point.iter().zip(group) {
            for lane in 0..LANES {
                let difference = x - group[lane];
                squares[lane] += difference * difference;
            }
        }
        for lane in 0..LANES {
            let is_nearer = squares[lane] < least[lane];
            least[lane] = if is_nearer { squares[lane] } else { least[lane] };
            at[lane] = if is_nearer { number } else { at[lane] };
        }
        number += R::one();
    }
    let first = (1..LANES).fold(0, |best, lane| {
        let is_nearer = least[lane] < least[best] || least[lane] == least[best] && at[lane] < at[best];
        if is_nearer { lane } else { best }
    });
    at[first] * R::narrow(LANES as f64) + R::narrow(first as f64)
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

    fn overwrites(self) -> bool {
        true
    }

    fn pushforward<T: Scalar<Real = R>>(self, _: At<'_, T>, _: &[Option<&T::Array>]) -> Option<T::Array> {
        None
    }

    fn pullback<T: Scalar<Real = R>>(self, _: At<'_, T>, _: &T::Array, _: &mut impl FnMut(usize, T::Array)) {}

    fn is_detached(self) -> bool {
        true
    }
}
