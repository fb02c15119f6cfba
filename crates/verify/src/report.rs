//! `Report`: all checks of a run.

use std::fmt;

use crate::{Check, Reason, Verdict};

/// The checks of a run, in the order in which they were made.
///
/// Printed, it shows the disagreements, each with the gate where the sides part, then the inconclusive checks with their
/// reasons, then the summary. For a build server: [`to_markdown`](Self::to_markdown)
#[cfg_attr(feature = "junit", doc = "and [`to_junit_xml`](Self::to_junit_xml).")]
#[cfg_attr(not(feature = "junit"), doc = "and, with the feature `junit`, `to_junit_xml`.")]
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

    /// Why checks say nothing: each reason with the number of its checks and the first of them, in the order of their first.
    pub fn reasons(&self) -> Vec<(&Reason, usize, &Check)> {
        let mut reasons: Vec<(&Reason, usize, &Check)> = Vec::new();
        for check in &self.checks {
            let Some(reason) = check.verdict.reason() else { continue };
            match reasons.iter_mut().find(|(known, _, _)| *known == reason) {
                Some((_, count, _)) => *count += 1,
                None => reasons.push((reason, 1, check)),
            }
        }
        reasons
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
