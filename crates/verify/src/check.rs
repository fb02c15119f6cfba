//! `Check`: one comparison and its verdict.

use std::fmt;

use crate::tolerance::ratio;
use crate::{Operator, Parting, Reason};

/// What a comparison says.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The numbers differ by no more than their bounds.
    Agree,
    /// They differ by more, or one side failed to answer what it should.
    Disagree,
    /// Nothing can be said.
    Inconclusive {
        /// Why not.
        reason: Reason,
    },
}

impl Verdict {
    /// `agree`, `disagree` or `inconclusive`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Disagree => "disagree",
            Self::Inconclusive { .. } => "inconclusive",
        }
    }

    /// Why a check is inconclusive.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Inconclusive { reason } => Some(reason),
            Self::Agree | Self::Disagree => None,
        }
    }
}

/// Two answers to one question, compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The function, and the number of the point if there are several: `rosenbrock/n=2@1`.
    pub scenario: String,
    /// What was asked.
    pub operator: Operator,
    /// Who answered.
    pub backend: String,
    /// Who answered on the other side: a backend, `plain` (the function over floats) or `closed form`.
    pub against: String,
    /// The difference of the number that fares worst; NaN if there were no numbers or one of them was NaN.
    pub error: f64,
    /// The difference that the [tolerance policy](crate::tolerance) allows it.
    pub bound: f64,
    /// The verdict on all the numbers.
    pub verdict: Verdict,
    /// For a disagreement: the number and the two values, or the failure.
    pub detail: String,
    /// For a disagreement between two sides that answered: where they part.
    pub parting: Option<Parting>,
}

impl Check {
    /// Error over bound, below 1 where the sides agree; NaN where there is no error to speak of.
    pub fn ratio(&self) -> f64 {
        ratio(self.error, self.bound)
    }
}

/// A line, and for a disagreement another one that says where the sides part.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scenario, operator, backend, against, error, bound, verdict, detail, parting } = self;
        write!(f, "{scenario} · {operator}: {backend} against {against}: {}", verdict.name())?;
        match verdict {
            Verdict::Inconclusive { reason } => write!(f, " ({reason})"),
            Verdict::Agree => write!(f, " (error {error:.1e}, bound {bound:.1e})"),
            Verdict::Disagree => write!(f, " (error {error:.1e}, bound {bound:.1e}; {detail})"),
        }?;
        parting.as_ref().map_or(Ok(()), |parting| write!(f, "\n    {parting}"))
    }
}
