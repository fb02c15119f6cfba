//! A check as a line of JSON.

use std::io::{self, Write};

use anygrad_verify::Check;
use serde::Serialize;

/// The keys of a line, in their order. `reason` is there only if the verdict is `inconclusive`, `detail` (the numbers) and
/// `parting` (the gate where the sides part, with its line) only if it is `disagree`.
///
/// JSON has no NaN and no infinity: an error or bound that is not finite is `null`.
#[derive(Serialize)]
struct Line<'a> {
    scenario: &'a str,
    operator: &'a str,
    backend: &'a str,
    against: &'a str,
    error: f64,
    bound: f64,
    verdict: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parting: Option<String>,
}

/// Writes the line of a check.
///
/// # Errors
/// What `out` says.
pub fn print(out: &mut dyn Write, check: &Check) -> io::Result<()> {
    let line = Line {
        scenario: &check.scenario,
        operator: check.operator.name(),
        backend: &check.backend,
        against: &check.against,
        error: check.error,
        bound: check.bound,
        verdict: check.verdict.name(),
        reason: check.verdict.reason().map(ToString::to_string),
        detail: &check.detail,
        parting: check.parting.as_ref().map(ToString::to_string),
    };
    serde_json::to_writer(&mut *out, &line)?;
    writeln!(out)
}
