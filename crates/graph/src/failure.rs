//! The errors of tests that come out otherwise than while recording, in one wording for every engine.

use std::fmt::{Debug, Display};

use anygrad_core::{Error, Relation};

use crate::place::Place;

/// The error of a comparison of `a` with `b`.
pub fn comparison_changed<S: Display>(relation: Relation, a: S, b: S, place: &Option<Place>) -> Error {
    let sign = match relation {
        Relation::Less => "<",
        Relation::LessOrEqual => "≤",
        Relation::Equal => "=",
    };
    changed(format!("{a} {sign} {b}"), place)
}

/// The error of a number that was looked at while recording and was `value`.
pub fn number_changed<R: Debug>(value: R, place: &Option<Place>) -> Error {
    changed(format!("= {value:?}"), place)
}

fn changed(test: String, place: &Option<Place>) -> Error {
    Error::BranchChanged { test, place: place.as_ref().map(ToString::to_string) }
}
