//! `Test`: a comparison that native code makes, and the error of one that comes out otherwise.

use anygrad_core::{Error, Real, Relation};
use anygrad_graph::Place;

/// A comparison that came out in some way while recording.
#[derive(Clone, Debug)]
pub(crate) struct Test<R> {
    pub(crate) question: Question<R>,
    pub(crate) place: Option<Place>,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Question<R> {
    /// How two numbers compare.
    Relation(Relation),
    /// Whether a number is this one.
    Exactly(R),
}

impl<R: Real> Test<R> {
    /// The error of a comparison of `a` with `b` that came out otherwise.
    pub(crate) fn failed(&self, a: R, b: R) -> Error {
        let test = match self.question {
            Question::Relation(Relation::Less) => format!("{a} < {b}"),
            Question::Relation(Relation::LessOrEqual) => format!("{a} ≤ {b}"),
            Question::Relation(Relation::Equal) => format!("{a} = {b}"),
            Question::Exactly(value) => format!("= {value:?}"),
        };
        Error::BranchChanged { test, place: self.place.as_ref().map(ToString::to_string) }
    }
}
