//! The lines of JSON.

use anygrad_verify::{Check, Operator, Parting, Reason, Verdict};

use verifier::json::print;

fn check(error: f64, verdict: Verdict) -> Check {
    Check {
        scenario: "gate/tanh@1".to_owned(),
        operator: Operator::Gradient,
        backend: "forward".to_owned(),
        against: "finite".to_owned(),
        error,
        bound: 0.5,
        verdict,
        detail: String::new(),
        parting: None,
    }
}

fn line(error: f64, verdict: Verdict) -> String {
    printed(&check(error, verdict))
}

fn printed(check: &Check) -> String {
    let mut out = Vec::new();
    print(&mut out, check).expect("a vector can be written to");
    String::from_utf8(out).expect("JSON is UTF-8")
}

#[test]
fn the_keys_are_these() {
    let expected = r#"{"scenario":"gate/tanh@1","operator":"gradient","backend":"forward","against":"finite","#;
    assert_eq!(line(0.25, Verdict::Agree), format!("{expected}\"error\":0.25,\"bound\":0.5,\"verdict\":\"agree\"}}\n"));
}

#[test]
fn a_disagreement_says_where() {
    let parting = Some(Parting::Nowhere { gates: 3, differences: false, sums: false, own: Vec::new() });
    let check = Check { detail: "number 0: 1.0 and 2.0".to_owned(), parting, ..check(0.25, Verdict::Disagree) };
    let end = r#""verdict":"disagree","detail":"number 0: 1.0 and 2.0","parting":"parts at no gate: each of 3 alone agrees"}"#;
    assert!(printed(&check).trim_end().ends_with(end), "{}", printed(&check));
}

#[test]
fn a_reason_comes_with_inconclusive_and_nan_is_null() {
    let verdict = Verdict::Inconclusive { reason: Reason::Kink };
    let end = r#""error":null,"bound":0.5,"verdict":"inconclusive","reason":"kink within the step"}"#;
    assert!(line(f64::NAN, verdict.clone()).trim_end().ends_with(end));
    assert!(line(f64::INFINITY, verdict).trim_end().ends_with(end));
}
