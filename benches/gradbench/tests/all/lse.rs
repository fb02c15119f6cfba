use anygrad_gradbench::Method;
use anygrad_gradbench::evals::lse::{Input, read};
use serde_json::json;

use crate::common::{check_by_every_method, check_gradient, output, rng};

#[test]
fn the_value_of_equal_numbers_is_the_number_and_the_logarithm_of_their_count() {
    let value = output("lse", "primal", &json!({ "x": [700.0, 700.0, 700.0, 700.0] }), Method::Auto);
    assert_eq!(value, json!(700.0 + 4.0_f64.ln()));
}

#[test]
fn the_gradient_is_the_softmax() {
    let input = json!({ "x": [0.0, 2.0_f64.ln(), 5.0_f64.ln()] });
    check_by_every_method("lse", "gradient", &input, &[0.125, 0.25, 0.625]);
}

#[test]
fn the_gradient_is_that_of_finite_differences() {
    let input = json!(Input::random(50, &mut rng()));
    let (f, x) = read(input.clone()).expect("the input is right");
    check_gradient("lse", "gradient", &input, &f, &x);
}

#[test]
fn no_numbers_are_refused() {
    let error = read(json!({ "x": [] })).expect_err("there is no greatest one");
    assert_eq!(error.to_string(), "lse: expected a number, found none");
}
