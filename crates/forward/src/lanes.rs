//! Which lanes of a dual number carry a derivative.

use std::fmt::Debug;

/// What a dual number knows of its lanes besides their tangents.
///
/// A number is *constant* if it was computed from constants alone, and a lane is *active* once an input seeded it.
pub trait Lanes: Copy + Debug {
    /// Those of a constant.
    const CONSTANT: Self;

    /// Those of an input that no lane is seeded of.
    const INPUT: Self;

    /// The same with one more active lane.
    fn seed(self, lane: usize) -> Self;

    /// Those of a number computed from two others.
    fn join(self, other: Self) -> Self;

    /// Whether a tangent of this lane takes part in what is computed from it.
    fn is_active(self, lane: usize) -> bool;

    /// Whether the number is known to be computed from constants alone.
    fn is_constant(self) -> bool;
}

/// All lanes take part, always: plain IEEE arithmetic, where the zero of a lane that no input seeded becomes NaN once it
/// meets a partial that is not finite. Takes no memory, and so does not know a constant from an input either.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Every;

impl Lanes for Every {
    const CONSTANT: Self = Self;
    const INPUT: Self = Self;

    #[inline]
    fn seed(self, _: usize) -> Self {
        Self
    }

    #[inline]
    fn join(self, _: Self) -> Self {
        Self
    }

    #[inline]
    fn is_active(self, _: usize) -> bool {
        true
    }

    #[inline]
    fn is_constant(self) -> bool {
        false
    }
}

/// Only the lanes that an input seeded take part; the others are structural zeros and stay exactly zero. Up to 64 lanes.
#[derive(Clone, Copy, Debug)]
pub struct Seeded {
    origin: Origin,
    /// One bit a lane.
    active: u64,
}

/// What a number was computed from. As wide as the lanes: a dual number without a gap is copied in whole words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
enum Origin {
    Constants,
    Inputs,
}

impl Lanes for Seeded {
    const CONSTANT: Self = Self { origin: Origin::Constants, active: 0 };
    const INPUT: Self = Self { origin: Origin::Inputs, active: 0 };

    #[inline]
    fn seed(self, lane: usize) -> Self {
        Self { origin: Origin::Inputs, active: self.active | 1 << lane }
    }

    #[inline]
    fn join(self, other: Self) -> Self {
        let origin = if self.is_constant() { other.origin } else { self.origin };
        Self { origin, active: self.active | other.active }
    }

    #[inline]
    fn is_active(self, lane: usize) -> bool {
        self.active >> lane & 1 == 1
    }

    #[inline]
    fn is_constant(self) -> bool {
        self.origin == Origin::Constants
    }
}
