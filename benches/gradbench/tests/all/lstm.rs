use anygrad_gradbench::Method;
use anygrad_gradbench::evals::Options;
use anygrad_gradbench::evals::lstm::{EVAL, Input, read};
use serde_json::{Value, json};

use crate::common::{check_gradient, numbers, output, rng};

/// One layer of one cell, whose gates are all ½ and whose cell therefore halves and predicts its hidden number.
#[test]
fn without_weights_the_cell_halves() {
    let input = json!({
        "main_params": [[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]], "extra_params": [[0.0], [1.0], [0.0]],
        "state": [[0.0], [2.0]], "sequence": [[1.0], [1.0], [0.0], [1.0]],
    });
    let term = |cell: f64| {
        let y = 0.5 * cell.tanh();
        y - (2.0 + y.exp()).ln()
    };
    let expected = -(term(1.0) + term(0.25)) / 3.0;
    let value = numbers(&output("lstm", "objective", &input, Method::Auto))[0];
    assert!((value - expected).abs() < 1e-15 * 4.0, "{value} {expected}");
}

#[test]
fn the_gradient_is_that_of_finite_differences() {
    for (l, c, b) in [(2, 6, 3), (1, 2, 1)] {
        let input = json!(Input::random(l, c, b, &mut rng()));
        let (f, x) = read(input.clone()).expect("the input is right");
        check_gradient("lstm", "jacobian", &input, &f, &x);
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let found = |change: fn(&mut Value)| {
        let mut input = json!(Input::random(1, 3, 2, &mut rng()));
        change(&mut input);
        EVAL.prepare("objective", input, Options::default()).err().expect("it does not fit").to_string()
    };
    assert_eq!(found(|input| input["extra_params"] = json!([])), "lstm: expected 3 rows of extra_params, found 0");
    assert_eq!(found(|input| input["state"] = json!([])), "lstm: expected 2 rows of state, found 0");
    let error = found(|input| input["main_params"][1] = json!([1.0]));
    assert_eq!(error, "lstm: expected 8 numbers in each row of main_params, found 1");
    let error = found(|input| input["sequence"][2] = json!([]));
    assert_eq!(error, "lstm: expected 2 numbers in each row of extra_params, state and sequence, found 0");
    let expected = "lstm: expected two characters of a bit at least, and two rows of main_params a layer, ";
    assert!(found(|input| input["sequence"] = json!([[1.0, 0.0]])).starts_with(expected));
}
