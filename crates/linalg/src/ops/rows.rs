//! Rows by their numbers.

use anygrad_core::Real;

use super::sum::add;
use super::{by_length, impl_linear};

/// `count` rows of a `rows×columns` matrix: row `i` is its row `pᵢ`, with the places `p` as an operand of floats that no
/// derivative flows to. NaN for a place that there is not. The adjoint is [`AddRows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakeRows {
    /// How many rows are taken.
    pub count: usize,
    /// How many rows there are to take from.
    pub rows: usize,
    /// The length of a row.
    pub columns: usize,
}

/// A `rows×columns` matrix whose row `j` is the sum of the `count` given rows `i` with `pᵢ = j`. The adjoint is [`TakeRows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddRows(pub TakeRows);

impl TakeRows {
    fn whole(self) -> usize {
        self.rows * self.columns
    }

    fn part(self) -> usize {
        self.count * self.columns
    }

    /// The row that a place is.
    ///
    /// Added to `2⁵²`, a number is rounded to an integer, which stands in the last bits. What is negative, greater or NaN has bits
    /// that are no row.
    #[inline]
    fn row<R: Real>(self, place: R) -> Option<usize> {
        const SHIFT: f64 = 4_503_599_627_370_496.0;
        let shifted = place.widen() + SHIFT;
        let row = shifted.to_bits().wrapping_sub(SHIFT.to_bits());
        if row >= self.rows as u64 || shifted - SHIFT != place.widen() {
            return None;
        }
        Some(row as usize)
    }

    fn compute<R: Real>(self, args: &[&[R]], taken: &mut [R]) {
        let (from, places) = (args[0], args[1]);
        by_length!(self.columns.max(1), |columns| {
            for (y, &place) in taken.chunks_exact_mut(columns).zip(places) {
                match self.row(place) {
                    Some(row) => y.copy_from_slice(&from[row * columns..][..columns]),
                    None => y.fill(R::nan()),
                }
            }
        });
    }
}

impl AddRows {
    fn compute<R: Real>(self, args: &[&[R]], sums: &mut [R]) {
        by_length!(self.0.columns.max(1), |columns| {
            for (x, &place) in args[0].chunks_exact(columns).zip(args[1]) {
                if let Some(row) = self.0.row(place) {
                    add(&mut sums[row * columns..][..columns], x);
                }
            }
        });
    }
}

impl_linear!(TakeRows, "take rows", overwrites true, |this| len this.part(), operand this.whole(), by this.count, adjoint AddRows(this));
impl_linear!(AddRows, "add rows", |this| len this.0.whole(), operand this.0.part(), by this.0.count, adjoint this.0);
