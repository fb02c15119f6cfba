//! When a check is open, and what it says.

use crate::common::{Central, Modulus};
use anygrad_core::{Differentiable, Scalar};
use anygrad_forward::Forward;
use anygrad_verify::{Check, ClosedForm, Operator, Reason, Report, Summary, Verdict, verify};

fn derivative_check(report: &Report) -> &Check {
    let matches = |check: &&Check| check.operator == Operator::Derivative && check.against == "central";
    report.checks.iter().find(matches).expect("forward against central")
}

fn modulus_at(x: f64) -> Report {
    let central = Central { step: 1e-3, bound: 1e-9 };
    verify(&Modulus).at(&x).with(Forward::new()).with_witness(central).run().expect("two sides")
}

#[test]
fn differences_across_a_kink_are_inconclusive() {
    // The difference over ±1e-3 is x/1e-3 where the derivative is ±1.
    for x in [1e-4, -3e-4, 9.9e-4] {
        let report = modulus_at(x);
        assert_eq!(derivative_check(&report).verdict, Verdict::Inconclusive { reason: Reason::Kink }, "at {x}");
    }
}

#[test]
fn away_from_the_kink_they_agree() {
    assert_eq!(derivative_check(&modulus_at(0.5)).verdict, Verdict::Agree);
}

#[test]
fn a_kink_elsewhere_excuses_nothing() {
    // The closed form has the wrong sign, and the kink is far from the probes.
    let wrong = ClosedForm::default().jacobian(|_: &f64| vec![-1.0]);
    let central = Central { step: 1e-3, bound: 1e-9 };
    let report = verify(&Modulus).at(&0.5).with_witness(central).closed_form(&wrong).run().expect("two sides");
    let verdicts: Vec<_> = report.disagreements().map(|check| check.operator).collect();
    assert_eq!(verdicts, [Operator::Derivative]);
}

#[test]
fn a_bound_as_large_as_the_value_says_nothing() {
    let central = Central { step: 1e-3, bound: 5.0 };
    let report = verify(&Modulus).at(&0.5).with(Forward::new()).with_witness(central).run().expect("two sides");
    assert_eq!(derivative_check(&report).verdict, Verdict::Inconclusive { reason: Reason::WideBound });
}

#[test]
fn what_is_not_served_is_named() {
    let report = modulus_at(0.5);
    let gradient = report.inconclusive().find(|check| check.operator == Operator::Gradient).expect("an open check");
    let reason = gradient.verdict.reason().map(ToString::to_string).unwrap_or_default();
    assert_eq!(
        reason,
        "unsupported: central: central does not serve gradient: first derivatives of functions of one number only"
    );
}

/// `√x`, NaN below 0.
struct Root;

impl Differentiable for Root {
    type Input = f64;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        x.sqrt()
    }
}

#[test]
fn a_probe_outside_the_domain_is_named() {
    let central = Central { step: 1e-3, bound: 1e-9 };
    let report = verify(&Root).at(&1e-4).with(Forward::new()).with_witness(central).run().expect("two sides");
    assert_eq!(derivative_check(&report).verdict, Verdict::Inconclusive { reason: Reason::NonFinite });
}

/// `(x + 10¹¹) − 10¹¹`: the identity, rounded to multiples of 2⁻¹⁶.
struct Rounded;

impl Differentiable for Rounded {
    type Input = f64;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        *x + 1e11 - 1e11
    }
}

#[test]
fn a_noisy_function_is_named() {
    // Differences over 2·10⁻³ may be wrong by 2⁻¹⁶/(2·10⁻³) = 0.8 %.
    for bound in [1e-9, 5.0] {
        let central = Central { step: 1e-3, bound };
        let report = verify(&Rounded).at(&0.4).with(Forward::new()).with_witness(central).run().expect("two sides");
        assert_eq!(derivative_check(&report).verdict, Verdict::Inconclusive { reason: Reason::Noise }, "{bound}");
        assert!(report.to_string().contains("inconclusive (noisy probe)"), "{report}");
    }
}

#[test]
fn nan_agrees_with_nan_only() {
    // √ at −1 and its derivative are NaN in every exact mode, by the closed form of one reader and not of the other.
    let honest = ClosedForm::default().jacobian(|_: &f64| vec![f64::NAN]);
    let report = verify(&Root).at(&-1.0).with(Forward::new()).closed_form(&honest).run().expect("two sides");
    report.assert_agree();
    let confident = ClosedForm::default().jacobian(|_: &f64| vec![0.0]);
    let report = verify(&Root).at(&-1.0).with(Forward::new()).closed_form(&confident).run().expect("two sides");
    assert!(report.disagreements().any(|check| check.operator == Operator::Derivative));
}

#[test]
fn infinities_agree_with_themselves_only() {
    for (slope, agrees) in [(f64::INFINITY, true), (f64::NEG_INFINITY, false), (1e300, false)] {
        let by_hand = ClosedForm::default().jacobian(move |_: &f64| vec![slope]);
        let report = verify(&Root).at(&0.0).with(Forward::new()).closed_form(&by_hand).run().expect("two sides");
        let derivative = report.checks.iter().find(|check| check.operator == Operator::Derivative).expect("a check");
        assert_eq!(derivative.verdict == Verdict::Agree, agrees, "{slope}");
    }
}

#[test]
fn a_report_prints_its_open_checks_and_the_summary() {
    let report = modulus_at(1e-4);
    let printed = report.to_string();
    let open = "Modulus · derivative: forward against central: inconclusive (kink within the step)";
    assert!(printed.lines().any(|line| line == open), "{printed}");
    let Summary { agree, disagree, inconclusive, .. } = report.summary();
    let last =
        format!("{} checks: {agree} agree, {disagree} disagree, {inconclusive} inconclusive", report.checks.len());
    assert_eq!(printed.lines().last(), Some(last.as_str()));
}

#[test]
#[should_panic(expected = "expected agreement")]
fn nothing_conclusive_is_no_agreement() {
    Report::default().assert_agree();
}
