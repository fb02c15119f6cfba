//! `Report`: all checks of a run.

use std::fmt;

use crate::{Check, Verdict};

/// The checks of a run, in the order in which they were made.
///
/// Printed, it shows the disagreements, then the inconclusive checks, then the summary.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "a report says nothing until it is read: call `assert_agree`"]
pub struct Report {
    /// The checks.
    pub checks: Vec<Check>,
}

/// How many checks came out which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Checks whose sides agree.
    pub agree: usize,
    /// Checks whose sides disagree.
    pub disagree: usize,
    /// Checks that say nothing.
    pub inconclusive: usize,
}

impl Summary {
    /// Counts one check.
    pub fn count(&mut self, check: &Check) {
        *match check.verdict {
            Verdict::Agree => &mut self.agree,
            Verdict::Disagree => &mut self.disagree,
            Verdict::Inconclusive { .. } => &mut self.inconclusive,
        } += 1;
    }

    /// All of them.
    pub fn total(&self) -> usize {
        self.agree + self.disagree + self.inconclusive
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { agree, disagree, inconclusive } = self;
        write!(f, "{} checks: {agree} agree, {disagree} disagree, {inconclusive} inconclusive", self.total())
    }
}

impl Report {
    /// The counts.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        self.checks.iter().for_each(|check| summary.count(check));
        summary
    }

    /// The checks whose sides disagree.
    pub fn disagreements(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.verdict == Verdict::Disagree)
    }

    /// The checks that say nothing.
    pub fn inconclusive(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.verdict.reason().is_some())
    }

    /// Asserts that no two sides disagree, and that at least one check says so.
    ///
    /// # Panics
    /// With the report, if a check disagrees or if not a single one agrees.
    #[track_caller]
    pub fn assert_agree(&self) {
        let summary = self.summary();
        assert!(summary.disagree == 0 && summary.agree > 0, "expected agreement, found:\n{self}");
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.disagreements().chain(self.inconclusive()).try_for_each(|check| writeln!(f, "{check}"))?;
        write!(f, "{}", self.summary())
    }
}
