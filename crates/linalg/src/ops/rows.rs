//! Rows by their numbers.

use anygrad_core::Real;

use super::impl_linear;
use super::sum::add;

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

    /// Where the row of a place stands.
    fn range<R: Real>(self, place: R) -> Option<std::ops::Range<usize>> {
        let place = place.to_usize().filter(|&place| place < self.rows)?;
        Some(place * self.columns..(place + 1) * self.columns)
    }

    fn compute<R: Real>(self, args: &[&[R]], taken: &mut [R]) {
        for (y, &place) in taken.chunks_exact_mut(self.columns.max(1)).zip(args[1]) {
            match self.range(place) {
                Some(range) => y.copy_from_slice(&args[0][range]),
                None => y.fill(R::nan()),
            }
        }
    }
}

impl AddRows {
    fn compute<R: Real>(self, args: &[&[R]], sums: &mut [R]) {
        for (x, &place) in args[0].chunks_exact(self.0.columns.max(1)).zip(args[1]) {
            if let Some(range) = self.0.range(place) {
                add(&mut sums[range], x);
            }
        }
    }
}

impl_linear!(TakeRows, "take rows", |this| len this.part(), operand this.whole(), by this.count, adjoint AddRows(this));
impl_linear!(AddRows, "add rows", |this| len this.0.whole(), operand this.0.part(), by this.0.count, adjoint this.0);
