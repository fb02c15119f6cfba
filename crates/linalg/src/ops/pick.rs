//! Elements by their numbers.

use anygrad_core::{Real, gates};

use super::impl_linear;

/// `outer` picks along an axis of `outer × axis` numbers: `yᵢ = x[i, pᵢ]`, with the places `p` as an operand of floats that no
/// derivative flows to. NaN for a place that there is not. The adjoint is [`Place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    /// How many picks.
    pub outer: usize,
    /// What there is to pick from.
    pub axis: usize,
}

/// The picked places filled, and zeros in all others. The adjoint is [`Pick`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(pub Pick);

impl Pick {
    /// The index of pick `i`.
    fn index<R: Real>(self, i: usize, place: R) -> Option<usize> {
        let place = place.to_usize().filter(|&place| place < self.axis)?;
        Some(i * self.axis + place)
    }

    fn compute<R: Real>(self, args: &[&[R]], out: &mut [R]) {
        for (i, (y, &place)) in out.iter_mut().zip(args[1]).enumerate() {
            *y = self.index(i, place).map_or_else(R::nan, |index| args[0][index]);
        }
    }
}

impl Place {
    fn compute<R: Real>(self, args: &[&[R]], out: &mut [R]) {
        for (i, (&x, &place)) in args[0].iter().zip(args[1]).enumerate() {
            if let Some(index) = self.0.index(i, place) {
                out[index] = out[index].binary(gates::Add, x);
            }
        }
    }
}

impl_linear!(Pick, "pick", overwrites true, |this| len this.outer, operand this.outer * this.axis, by this.outer, adjoint Place(this));
impl_linear!(Place, "place", |this| len this.0.outer * this.0.axis, operand this.0.outer, by this.0.outer, adjoint this.0);
