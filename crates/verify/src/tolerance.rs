//! The tolerance policy: how far two answers may be apart. It stands here and nowhere else.
//!
//! Numbers are compared in *groups*: the outputs; a row of a Jacobian; a gradient; a Hessian. The *scale* of a group is the
//! largest magnitude in it (for `J·v`, `Jᵀ·w` and `H·v`: the largest sum of the magnitudes that were added up), since
//! rounding errors in one component are of the size of its neighbours.
//!
//! | the number comes from | its error bound |
//! |---|---|
//! | an exact mode | [`ULPS`]` · ε · scale`, with the `ε` of the leaf |
//! | a closed form | the same, with the `ε` of `f64` |
//! | a method with a bound | the bound that it reports |
//! | anyone but a closed form, the function's value, against another | 0: the primal is the same in every mode, bit for bit |
//!
//! Two numbers agree if they differ by no more than the sum of their bounds. NaN agrees with NaN and an infinity with
//! itself; with anything else they disagree, or are inconclusive if the other side probed around the point.
//! A check against reported bounds is inconclusive if a bound is not finite or as large as the scale of its group (or as
//! `‖y‖/‖x‖ᵏ` for a `k`-th derivative, where that is larger: a zero derivative is known to be small by that measure; with
//! `‖x‖` at least 1 and `‖y‖` at least `√ε`).

use crate::{Answer, Certainty, Numbers, Reason, Verdict};

/// The rounding allowed to an exact mode or a closed form, in units of `ε` times the scale of the group.
pub const ULPS: f64 = 16.0;

/// Consecutive numbers that share a scale.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    /// How many numbers.
    pub(crate) len: usize,
    /// A magnitude that the scale is at least.
    pub(crate) floor: f64,
    /// Whether these are the function's values, equal bit for bit in exact modes.
    pub(crate) primal: bool,
}

/// What the comparison of two answers knows about its question.
pub(crate) struct Context<'a> {
    /// The groups, covering all numbers.
    pub(crate) groups: &'a [Group],
    /// The `ε` of the leaf.
    pub(crate) epsilon: f64,
    /// The smallest normal number of the leaf, where relative errors end.
    pub(crate) tiny: f64,
    /// `‖y‖/‖x‖ᵏ`, the size that an ordinary `k`-th derivative has.
    pub(crate) natural: f64,
}

/// Error, bound and verdict of the number that fares worst.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    pub(crate) error: f64,
    pub(crate) bound: f64,
    pub(crate) verdict: Verdict,
    pub(crate) detail: String,
}

impl Comparison {
    fn agreeing() -> Self {
        Self { error: 0.0, bound: 0.0, verdict: Verdict::Agree, detail: String::new() }
    }

    /// No numbers to compare, and a reason.
    fn refused(verdict: Verdict, detail: String) -> Self {
        Self { error: f64::NAN, bound: f64::NAN, verdict, detail }
    }

    /// Which of two is worse: disagreement over doubt over agreement, then by error over bound.
    fn rank(&self) -> (u8, f64) {
        let severity = match self.verdict {
            Verdict::Agree => 0,
            Verdict::Inconclusive { .. } => 1,
            Verdict::Disagree => 2,
        };
        (severity, ratio(self.error, self.bound))
    }

    fn worse(self, other: Self) -> Self {
        let (own, others) = (self.rank(), other.rank());
        let by_size = own.1.total_cmp(&others.1).then(self.bound.total_cmp(&other.bound));
        if own.0.cmp(&others.0).then(by_size).is_lt() { other } else { self }
    }
}

/// Error over bound: 0 for no error, whatever the bound; NaN if it is not known.
pub(crate) fn ratio(error: f64, bound: f64) -> f64 {
    if error == 0.0 { 0.0 } else { error / bound }
}

/// Compares two answers to one question.
pub(crate) fn compare(a: &Answer, b: &Answer, context: &Context<'_>) -> Comparison {
    match (&a.result, &b.result) {
        (Ok(left), Ok(right)) => compare_numbers(left, right, context),
        (Err(error), _) => refuse(&a.backend, error),
        (_, Err(error)) => refuse(&b.backend, error),
    }
}

/// A respondent that can't answer leaves the check open; one that fails where it should answer is wrong.
fn refuse(backend: &str, error: &anygrad_core::Error) -> Comparison {
    use anygrad_core::Error;
    let why = format!("{backend}: {error}");
    match error {
        Error::Unsupported { .. } | Error::UnsupportedOrder { .. } => {
            Comparison::refused(Verdict::Inconclusive { reason: Reason::Unsupported(why) }, String::new())
        }
        Error::NonFiniteProbe { .. } | Error::InvalidStep { .. } => {
            Comparison::refused(Verdict::Inconclusive { reason: Reason::NonFinite }, String::new())
        }
        _ => Comparison::refused(Verdict::Disagree, why),
    }
}

fn compare_numbers(a: &Numbers, b: &Numbers, context: &Context<'_>) -> Comparison {
    let expected: usize = context.groups.iter().map(|group| group.len).sum();
    let (left, right) = (a.values.len(), b.values.len());
    if left != expected || right != expected {
        let detail = format!("expected {expected} numbers, found {left} and {right}");
        return Comparison::refused(Verdict::Disagree, detail);
    }
    let mut worst = Comparison::agreeing();
    let mut start = 0;
    for group in context.groups {
        let scale = scale(a, start, group).max(scale(b, start, group));
        for index in start..start + group.len {
            worst = worst.worse(compare_at(index, a, b, group, scale, context));
        }
        start += group.len;
    }
    worst
}

/// The largest finite magnitude of the group.
fn scale(numbers: &Numbers, start: usize, group: &Group) -> f64 {
    let members = numbers.values[start..start + group.len].iter();
    members.map(|value| value.abs()).filter(|value| value.is_finite()).fold(group.floor, f64::max)
}

fn compare_at(index: usize, a: &Numbers, b: &Numbers, group: &Group, scale: f64, context: &Context<'_>) -> Comparison {
    let (x, y) = (a.values[index], b.values[index]);
    // Values are evaluated, not estimated: who reports bounds is here as exact as the others.
    let bounded = !group.primal && (a.is_bounded() || b.is_bounded());
    let derived = [a, b].iter().any(|side| side.certainty == Certainty::ClosedForm);
    let bound = if group.primal && !derived {
        0.0
    } else {
        allowance(a, index, scale, group, context) + allowance(b, index, scale, group, context)
    };
    let same = x == y || (x.is_nan() && y.is_nan());
    let error = if same { 0.0 } else { (x - y).abs() };
    let within = same || (error <= bound && error.is_finite());
    let verdict = if bounded && !same && !(x.is_finite() && y.is_finite()) {
        Verdict::Inconclusive { reason: Reason::NonFinite }
    } else if bounded && !bound.is_finite() {
        Verdict::Inconclusive { reason: Reason::WideBound }
    } else if !within {
        Verdict::Disagree
    } else if bounded && bound > 0.0 && bound >= scale.max(context.natural) {
        Verdict::Inconclusive { reason: Reason::WideBound }
    } else {
        Verdict::Agree
    };
    let detail = if verdict == Verdict::Disagree { format!("number {index}: {x:?} and {y:?}") } else { String::new() };
    Comparison { error, bound, verdict, detail }
}

/// The error allowed to one number.
fn allowance(numbers: &Numbers, index: usize, scale: f64, group: &Group, context: &Context<'_>) -> f64 {
    match &numbers.certainty {
        Certainty::ClosedForm => ULPS * f64::EPSILON * scale.max(f64::MIN_POSITIVE),
        Certainty::Bounds { bounds, .. } if !group.primal => bounds.get(index).copied().unwrap_or(f64::NAN),
        Certainty::Rounding | Certainty::Bounds { .. } => ULPS * context.epsilon * scale.max(context.tiny),
    }
}
