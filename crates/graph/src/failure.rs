//! The errors of tests that come out otherwise than while recording, and of data, in one wording for every engine.

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

/// Whether something has the length that it is to have.
pub(crate) fn check_length(what: &'static str, expected: usize, found: usize) -> Result<(), Error> {
    if expected == found { Ok(()) } else { Err(Error::DimensionMismatch { what, expected, found }) }
}

/// Whether so many values may take the place of a data parameter, given the lengths of all of them.
///
/// # Errors
/// [`Error::DimensionMismatch`] if there is no such parameter, or if its length is another.
pub fn check_data(number: usize, mut lengths: impl ExactSizeIterator<Item = usize>, found: usize) -> Result<(), Error> {
    let count = lengths.len();
    match lengths.nth(number) {
        Some(expected) => check_length("data parameter", expected, found),
        None => Err(Error::DimensionMismatch { what: "data parameters", expected: number + 1, found: count }),
    }
}

fn changed(test: String, place: &Option<Place>) -> Error {
    Error::BranchChanged { test, place: place.as_ref().map(ToString::to_string) }
}
