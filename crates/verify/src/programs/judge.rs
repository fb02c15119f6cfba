//! `Pair`: two answers and how far they may be apart.

use anygrad_core::Error;

use crate::{Answer, Numbers, Reason, Verdict};

/// Error, bound, verdict and detail of a comparison.
pub(super) type Judgement = (f64, f64, Verdict, String);

/// Two answers to one question.
pub(super) struct Pair<'a> {
    pub(super) a: &'a Result<Numbers, Error>,
    pub(super) b: &'a Result<Numbers, Error>,
    /// How many numbers in front are values, which are compared elsewhere.
    pub(super) skip: usize,
    /// One bound for each number behind them.
    pub(super) bounds: &'a [f64],
    /// Whether a bound as large as the number leaves the comparison open.
    pub(super) probed: bool,
}

/// Whether an answer is exact but for rounding; a mode that fails where it should answer counts as one.
pub(super) fn is_exact(answer: &Answer) -> bool {
    match &answer.result {
        Ok(numbers) => !numbers.is_bounded(),
        Err(error) => !is_refusal(error),
    }
}

fn is_refusal(error: &Error) -> bool {
    matches!(
        error,
        Error::Unsupported { .. }
            | Error::UnsupportedOrder { .. }
            | Error::NonFiniteProbe { .. }
            | Error::InvalidStep { .. }
    )
}

impl Pair<'_> {
    /// By size: the number that fares worst.
    pub(super) fn numbers(&self) -> Judgement {
        self.judge(|a, b, bound| {
            let error = if a == b { 0.0 } else { (a - b).abs() };
            let verdict = if !bound.is_finite() {
                Verdict::Inconclusive { reason: Reason::WideBound }
            } else if error.is_nan() || error > bound {
                Verdict::Disagree
            } else if self.probed && bound > a.abs().max(1.0) {
                Verdict::Inconclusive { reason: Reason::WideBound }
            } else {
                Verdict::Agree
            };
            (error, bound, verdict)
        })
    }

    /// By class: finite or not.
    pub(super) fn classes(&self, overflow: bool) -> Judgement {
        self.judge(|a, b, _| {
            let verdict = match (a.is_finite() == b.is_finite(), overflow) {
                (true, _) => Verdict::Agree,
                (false, true) => Verdict::Inconclusive { reason: Reason::NonFinite },
                (false, false) => Verdict::Disagree,
            };
            (0.0, 0.0, verdict)
        })
    }

    fn judge(&self, compare: impl Fn(f64, f64, f64) -> (f64, f64, Verdict)) -> Judgement {
        let (a, b) = match (self.a, self.b) {
            (Ok(a), Ok(b)) => (a, b),
            (Err(error), _) | (_, Err(error)) => return refused(error),
        };
        let expected = self.skip + self.bounds.len();
        if a.values.len() != expected || b.values.len() != expected {
            let detail = format!("expected {expected} numbers, found {} and {}", a.values.len(), b.values.len());
            return (f64::NAN, f64::NAN, Verdict::Disagree, detail);
        }
        let mut worst: Judgement = (0.0, 0.0, Verdict::Agree, String::new());
        for (i, bound) in self.bounds.iter().enumerate() {
            let (x, y) = (a.values[self.skip + i], b.values[self.skip + i]);
            let (error, bound, verdict) =
                compare(x, y, bound + reported(a, self.skip + i) + reported(b, self.skip + i));
            if rank(&verdict, error, bound) >= rank(&worst.2, worst.0, worst.1) {
                let disagree = verdict == Verdict::Disagree;
                let detail = if disagree { format!("number {i}: {x:?} and {y:?}") } else { String::new() };
                worst = (error, bound, verdict, detail);
            }
        }
        worst
    }
}

/// The bound that a method reports for a number, 0 for an exact mode.
fn reported(numbers: &Numbers, index: usize) -> f64 {
    match &numbers.certainty {
        crate::Certainty::Bounds { bounds, .. } => bounds.get(index).copied().unwrap_or(f64::NAN),
        crate::Certainty::Rounding | crate::Certainty::ClosedForm => 0.0,
    }
}

/// Disagreement over doubt over agreement, then by error over bound.
fn rank(verdict: &Verdict, error: f64, bound: f64) -> (u8, f64) {
    let severity = match verdict {
        Verdict::Agree => 0,
        Verdict::Inconclusive { .. } => 1,
        Verdict::Disagree => 2,
    };
    let ratio = crate::tolerance::ratio(error, bound);
    (severity, if ratio.is_nan() { f64::INFINITY } else { ratio })
}

/// A respondent that can't answer leaves the check open; one that fails where it should answer is wrong.
fn refused(error: &Error) -> Judgement {
    let reason = match error {
        Error::NonFiniteProbe { .. } | Error::InvalidStep { .. } => Some(Reason::NonFinite),
        _ => is_refusal(error).then(|| Reason::Unsupported(error.to_string())),
    };
    let verdict = reason.map_or(Verdict::Disagree, |reason| Verdict::Inconclusive { reason });
    let detail = if verdict == Verdict::Disagree { error.to_string() } else { String::new() };
    (f64::NAN, f64::NAN, verdict, detail)
}
