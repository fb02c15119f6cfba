//! Elements by their numbers.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar, gates};

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
}

macro_rules! impl_pick {
    ($Type:ident, $name:literal, |$this:ident| len $len:expr, operand $operand:expr, adjoint $adjoint:expr, |$args:ident, $out:ident| $value:block) => {
        impl<R: Real> Block<R> for $Type {
            fn name(self) -> &'static str {
                $name
            }

            fn size(self) -> usize {
                let $this = self;
                $len
            }

            fn operand(self, index: usize) -> Option<usize> {
                let $this = self;
                [$operand, $this.places()].get(index).copied()
            }

            fn value(self, $args: &[&[R]], $out: &mut [R]) {
                let $this = self;
                $value
            }

            fn pushforward<T: Scalar<Real = R>>(
                self,
                at: At<'_, T>,
                tangents: &[Option<&T::Array>],
            ) -> Option<T::Array> {
                tangents[0].map(|tangent| T::block(self, &[tangent, at.args[1]]))
            }

            fn pullback<T: Scalar<Real = R>>(
                self,
                at: At<'_, T>,
                adjoint: &T::Array,
                add: &mut impl FnMut(usize, T::Array),
            ) {
                let $this = self;
                if at.wants(0) {
                    add(0, T::block($adjoint, &[adjoint, at.args[1]]));
                }
            }
        }
    };
}

impl Pick {
    fn places(self) -> usize {
        self.outer
    }
}

impl Place {
    fn places(self) -> usize {
        self.0.outer
    }
}

impl_pick!(Pick, "pick", |this| len this.outer, operand this.outer * this.axis, adjoint Place(this), |args, out| {
    for (i, (y, &place)) in out.iter_mut().zip(args[1]).enumerate() {
        *y = this.index(i, place).map_or_else(R::nan, |index| args[0][index]);
    }
});

impl_pick!(Place, "place", |this| len this.0.outer * this.0.axis, operand this.0.outer, adjoint this.0, |args, out| {
    for (i, (&x, &place)) in args[0].iter().zip(args[1]).enumerate() {
        if let Some(index) = this.0.index(i, place) {
            out[index] = out[index].binary(gates::Add, x);
        }
    }
});
