use anygrad_gradbench::Method;
use anygrad_gradbench::evals::llsq::{Input, read};
use serde_json::json;

use crate::common::{check_gradient, output, rng};

#[test]
fn without_coefficients_the_errors_are_the_signs() {
    let value = output("llsq", "primal", &json!({ "x": [0.0], "n": 5 }), Method::Auto);
    assert_eq!(value, json!(2.0));
}

#[test]
fn the_gradient_is_that_of_finite_differences() {
    let input = json!(Input::random(6, 41, &mut rng()));
    let (f, x) = read(input.clone()).expect("the input is right");
    check_gradient("llsq", "gradient", &input, &f, &x);
}

#[test]
fn fewer_than_two_places_are_refused() {
    let error = read(json!({ "x": [1.0], "n": 1 })).expect_err("there is no second end");
    assert_eq!(error.to_string(), "llsq: expected 2 places or more, found 1");
}
