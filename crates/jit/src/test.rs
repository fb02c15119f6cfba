//! `Test`: a comparison that native code makes, and the error of one that comes out otherwise.

use anygrad_core::{Error, Real, Relation};
use anygrad_graph::{Place, comparison_changed, number_changed};

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
        match self.question {
            Question::Relation(relation) => comparison_changed(relation, a, b, &self.place),
            Question::Exactly(value) => number_changed(value, &self.place),
        }
    }
}
