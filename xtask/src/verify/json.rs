//! A check as a line of JSON.

use std::io::{self, Write};

use anygrad_verify::Check;
use serde::Serialize;

/// The keys of a line, in their order; `reason` is there only if the verdict is `inconclusive`.
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
}

/// Writes the line of a check.
pub(super) fn print(out: &mut impl Write, check: &Check) -> io::Result<()> {
    let line = Line {
        scenario: &check.scenario,
        operator: check.operator.name(),
        backend: &check.backend,
        against: &check.against,
        error: check.error,
        bound: check.bound,
        verdict: check.verdict.name(),
        reason: check.verdict.reason().map(ToString::to_string),
    };
    serde_json::to_writer(&mut *out, &line)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use anygrad_verify::{Check, Operator, Reason, Verdict};

    use super::print;

    fn line(error: f64, verdict: Verdict) -> String {
        let check = Check {
            scenario: "gate/tanh@1".to_owned(),
            operator: Operator::Gradient,
            backend: "forward".to_owned(),
            against: "finite".to_owned(),
            error,
            bound: 0.5,
            verdict,
            detail: String::new(),
        };
        let mut out = Vec::new();
        print(&mut out, &check).expect("a vector can be written to");
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn the_keys_are_these() {
        let expected = r#"{"scenario":"gate/tanh@1","operator":"gradient","backend":"forward","against":"finite","#;
        assert_eq!(
            line(0.25, Verdict::Agree),
            format!("{expected}\"error\":0.25,\"bound\":0.5,\"verdict\":\"agree\"}}\n")
        );
    }

    #[test]
    fn a_reason_comes_with_inconclusive_and_nan_is_null() {
        let verdict = Verdict::Inconclusive { reason: Reason::Kink };
        let end = r#""error":null,"bound":0.5,"verdict":"inconclusive","reason":"kink within the step"}"#;
        assert!(line(f64::NAN, verdict.clone()).trim_end().ends_with(end));
        assert!(line(f64::INFINITY, verdict).trim_end().ends_with(end));
    }
}
