use anygrad_gradbench::Method;
use anygrad_gradbench::evals::Options;
use anygrad_gradbench::evals::det::{EVAL, Input, read};
use serde_json::json;

use crate::common::{check_by_every_method, check_gradient, output, rng};

#[test]
fn small_determinants_are_known() {
    let value = |a: &[f64], ell: usize| output("det", "primal", &json!({ "A": a, "ell": ell }), Method::Auto);
    assert_eq!(value(&[], 0), json!(1.0));
    assert_eq!(value(&[-3.0], 1), json!(-3.0));
    assert_eq!(value(&[1.0, 2.0, 3.0, 4.0], 2), json!(-2.0));
    assert_eq!(value(&[2.0, 0.0, 1.0, 1.0, 3.0, 2.0, 4.0, 1.0, 5.0], 3), json!(15.0));
    // Rows 4, 1, 2, 3 of the identity: three exchanges.
    let cycle = [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0];
    assert_eq!(value(&cycle, 4), json!(-1.0));
}

#[test]
fn the_gradient_has_the_cofactors() {
    let input = json!({ "A": [2.0, 0.0, 1.0, 1.0, 3.0, 2.0, 4.0, 1.0, 5.0], "ell": 3 });
    check_by_every_method("det", "gradient", &input, &[13.0, 3.0, -11.0, 1.0, 6.0, -2.0, -3.0, -3.0, 6.0]);
}

#[test]
fn the_gradient_is_that_of_finite_differences() {
    let input = json!(Input::random(5, &mut rng()));
    let (f, x) = read(input.clone()).expect("the input is right");
    check_gradient("det", "gradient", &input, &f, &x);
}

#[test]
fn what_does_not_fit_is_named() {
    let input = json!({ "A": [1.0, 2.0], "ell": 2 });
    let error = EVAL.prepare("primal", input, Options::default()).err().expect("it does not fit");
    assert_eq!(error.to_string(), "det: expected 4 elements of A, found 2");
}
