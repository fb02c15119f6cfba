//! `Test<R>`: something that was so while recording, and has to be so again.

use anygrad_core::{Error, Real, Relation};

use crate::code::Op;
use crate::failure::{comparison_changed, number_changed};
use crate::place::Place;
use crate::run::is_same;

/// A test of an operand, or of two.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test<R> {
    Guard { relation: Relation, expected: bool, place: Option<Place> },
    Exactly { value: R, place: Option<Place> },
}

impl<R: Real> Test<R> {
    /// What an instruction tests, if it does.
    pub(super) fn of(op: &Op<R>) -> Option<Self> {
        match op {
            Op::Guard { relation, expected, place } => {
                Some(Self::Guard { relation: *relation, expected: *expected, place: place.clone() })
            }
            Op::Exactly { value, place } => Some(Self::Exactly { value: *value, place: place.clone() }),
            _ => None,
        }
    }

    /// Whether it is so.
    #[inline]
    pub(super) fn passes(&self, a: R, b: R) -> bool {
        match self {
            Self::Guard { relation, expected, .. } => relation.holds(a, b) == *expected,
            Self::Exactly { value, .. } => is_same(a, *value),
        }
    }

    /// The error where it is not so.
    pub(super) fn failure(&self, a: R, b: R) -> Error {
        match self {
            Self::Guard { relation, place, .. } => comparison_changed(*relation, a, b, place),
            Self::Exactly { value, place } => number_changed(*value, place),
        }
    }
}
