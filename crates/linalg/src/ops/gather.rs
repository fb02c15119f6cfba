//! Rows by their numbers.

use anygrad_core::{Real, gates};

use super::impl_linear;

/// Rows of a matrix of `axis` rows of `inner` numbers: row `i` of the result is row `pᵢ`, with the places `p` as an operand of
/// floats that no derivative flows to. NaN for a place that there is not. The adjoint is [`Scatter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gather {
    /// How many rows are taken.
    pub count: usize,
    /// How many there are to take from.
    pub axis: usize,
    /// The numbers of a row.
    pub inner: usize,
}

/// Row `i` added to row `pᵢ` of a matrix of zeros. The adjoint is [`Gather`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scatter(pub Gather);

impl Gather {
    fn whole(self) -> usize {
        self.axis * self.inner
    }

    fn part(self) -> usize {
        self.count * self.inner
    }

    /// The range of the row at a place.
    fn range<R: Real>(self, place: R) -> Option<std::ops::Range<usize>> {
        let place = place.to_usize().filter(|&place| place < self.axis)?;
        Some(place * self.inner..(place + 1) * self.inner)
    }

    fn compute<R: Real>(self, args: &[&[R]], part: &mut [R]) {
        for (row, &place) in part.chunks_exact_mut(self.inner.max(1)).zip(args[1]) {
            match self.range(place) {
                Some(range) => row.copy_from_slice(&args[0][range]),
                None => row.fill(R::nan()),
            }
        }
    }
}

impl Scatter {
    fn compute<R: Real>(self, args: &[&[R]], whole: &mut [R]) {
        for (row, &place) in args[0].chunks_exact(self.0.inner.max(1)).zip(args[1]) {
            if let Some(range) = self.0.range(place) {
                whole[range].iter_mut().zip(row).for_each(|(sum, &x)| *sum = sum.binary(gates::Add, x));
            }
        }
    }
}

impl_linear!(Gather, "gather", |this| len this.part(), operand this.whole(), by this.count, adjoint Scatter(this));
impl_linear!(Scatter, "scatter", |this| len this.0.whole(), operand this.0.part(), by this.0.count, adjoint this.0);
