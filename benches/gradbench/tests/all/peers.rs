//! The Rust crates: each eval that one serves gives what our reverse backend gives.

use anygrad_gradbench::evals::{EVALS, ba, det, gmm, kmeans, llsq, lse, lstm, ode};
use anygrad_gradbench::peers::Crate;
use anygrad_gradbench::{Method, Tool};
use serde_json::{Value, json};

use crate::common::{numbers, output, rng};

/// What a crate gives for a function of an eval, or why it does not.
fn found(library: Crate, module: &str, function: &str, input: &Value) -> Result<Value, String> {
    let mut job = library.prepare(module, function, input.clone()).map_err(|error| error.to_string())?;
    // What is kept from one evaluation to the next does not change it.
    for _ in 0..2 {
        job.evaluate().map_err(|error| error.to_string())?;
    }
    Ok(job.output())
}

/// Checks both functions of an eval by all crates, but for those that do not serve its derivative.
fn check(module: &str, input: &Value, without: &[Crate]) {
    let eval = EVALS.iter().find(|eval| eval.name == module).expect("the eval is there");
    for (order, (function, _)) in eval.functions.iter().enumerate() {
        let expected = output(module, function, input, Method::Reverse);
        for library in Crate::EACH {
            match found(library, module, function, input) {
                Ok(found) => {
                    assert!(order == 0 || !without.contains(&library), "{library:?} serves {module} {function}");
                    check_numbers(&found, &expected, &format!("{module} {function} by {library:?}"));
                }
                Err(reason) => assert!(order == 1 && without.contains(&library), "{module} {function}: {reason}"),
            }
        }
    }
}

/// Compares two outputs, relative to the greatest number.
fn check_numbers(found: &Value, expected: &Value, what: &str) {
    let (found, expected) = (numbers(found), numbers(expected));
    assert_eq!(found.len(), expected.len(), "{what}");
    let greatest = expected.iter().fold(f64::MIN_POSITIVE, |greatest, x| greatest.max(x.abs()));
    for (i, (found, expected)) in found.iter().zip(&expected).enumerate() {
        let error = (found - expected).abs() / greatest;
        assert!(error <= 1e-9, "{what}: number {i} is {found}, expected {expected}");
    }
}

#[test]
fn gradients_are_those_of_our_own_tape() {
    let rng = &mut rng();
    check("hello", &json!(1.5), &[]);
    check("gmm", &json!(gmm::Input::random(3, 2, 5, rng)), &[]);
    check("gmm", &json!(gmm::Input::random(1, 1, 2, rng)), &[]);
    check("lstm", &json!(lstm::Input::random(2, 4, 3, rng)), &[]);
    check("llsq", &json!(llsq::Input::random(11, 7, rng)), &[]);
    check("lse", &json!(lse::Input::random(9, rng)), &[]);
    check("ode", &json!(ode::Input::random(5, 3, rng)), &[]);
    check("det", &json!(det::Input::random(4, rng)), &[]);
}

#[test]
fn a_jacobian_in_blocks_takes_one_pass_or_a_sweep_for_each_row() {
    check("ba", &json!(ba::Input::random(2, 3, 5, &mut rng())), &[Crate::EchidnaRecorded]);
    let cam = [0.0, 0.0, 0.0, 0.5, 0.0, -2.0, 3.0, 0.5, -0.5, 0.25, 0.1];
    let input = json!({ "n": 1, "m": 1, "p": 2, "cam": cam, "x": [2.0, 1.0, 0.0], "w": 2.0, "feat": [4.0, 1.0] });
    check("ba", &input, &[Crate::EchidnaRecorded]);
}

#[test]
fn second_derivatives_are_those_of_our_own_tape_where_a_crate_has_some() {
    let without = [Crate::Reverse, Crate::EasyMl, Crate::EchidnaRecorded];
    check("kmeans", &json!(kmeans::Input::random(2, 9, 3, &mut rng())), &without);
}

#[test]
fn nested_descents_end_where_ours_do() {
    for (module, input) in [("particle", json!({ "w": 0.2 })), ("saddle", json!({ "start": [0.02, -0.01] }))] {
        let expected = output(module, "ff", &input, Method::Auto);
        for variant in ["rr", "ff", "fr", "rf"] {
            let serve: Vec<Crate> = Crate::EACH
                .into_iter()
                .filter(|&library| match found(library, module, variant, &input) {
                    Ok(found) => {
                        check_numbers(&found, &expected, &format!("{module} {variant} by {library:?}"));
                        true
                    }
                    Err(_) => false,
                })
                .collect();
            let expected: &[Crate] = match variant {
                "ff" => &[Crate::Autodiff, Crate::Echidna, Crate::NumDual],
                "fr" | "rf" => &[Crate::Echidna],
                _ => &[],
            };
            assert_eq!(serve, expected, "{module} {variant}");
        }
    }
}

#[test]
fn what_a_crate_does_not_serve_has_a_reason() {
    let reason = |library, module: &str, function: &str, input| {
        found(library, module, function, &input).expect_err("it is not served")
    };
    let many = json!({ "x": vec![0.5; 1001] });
    let said = "autodiff: expected at most 1000 inputs in forward mode, found 1001";
    assert_eq!(reason(Crate::Autodiff, "lse", "gradient", many), said);
    let said = "num-dual: ht is not written over its numbers";
    assert_eq!(reason(Crate::NumDual, "ht", "jacobian", json!({})), said);
    let said = "easy-ml: its numbers do not nest";
    assert_eq!(reason(Crate::EasyMl, "particle", "ff", json!({ "w": 0.0 })), said);
    let said = "det: expected a function among primal, gradient, found \"hessian\"";
    assert_eq!(reason(Crate::Hyperjet, "det", "hessian", json!({})), said);
    let input = json!({ "A": [1.0, 2.0], "ell": 2 });
    assert_eq!(reason(Crate::Hyperjet, "det", "primal", input), "det: expected 4 elements of A, found 2");
}
