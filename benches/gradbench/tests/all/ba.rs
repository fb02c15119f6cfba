use anygrad::Finite;
use anygrad_gradbench::Method;
use anygrad_gradbench::evals::ba::{Errors, Input, read};
use anygrad_gradbench::evals::find;
use serde_json::{Value, json};

use crate::common::{numbers, output, rng};

/// The sample of the Jacobian's row pointers, columns and values, in this order, by finite differences.
///
/// Two observations or more, so that the first 30 entries are the blocks of the first, and the last one is of a weight.
fn expected(input: &Value) -> [Vec<f64>; 3] {
    let number = |name: &str| input[name].as_u64().expect("a count") as usize;
    let (n, m, p) = (number("n"), number("m"), number("p"));
    let scene = read(input.clone()).expect("the input is right");
    let (block, _) =
        Finite::default().jacobian_with_error(&Errors, &scene.observation(0)).expect("it is defined there");
    let weight = (11 * n + 3 * m) as f64;
    let columns = (0..11).chain(11 * n..11 * n + 3).map(|column| column as f64).chain([weight]);
    let columns = columns.clone().chain(columns).chain([weight + (p - 1) as f64]).collect();
    let values = [&block.row(0)[..15], &block.row(1)[..15], &block.row(2)[14..15]].concat();
    let pointers = (0..=3 * p).map(|row| if row <= 2 * p { 15 * row } else { 28 * p + row });
    let pointers: Vec<f64> = pointers.map(|pointer| pointer as f64).collect();
    let sampled = pointers.iter().take(30).chain(pointers.last()).copied().collect();
    [sampled, columns, values]
}

#[test]
fn a_camera_without_rotation_projects() {
    let cam = [0.0, 0.0, 0.0, 0.0, 0.0, -2.0, 3.0, 0.5, -0.5, 0.25, 0.0];
    let input = json!({ "n": 2, "m": 3, "p": 7, "cam": cam, "x": [2.0, 0.0, 0.0], "w": 2.0, "feat": [4.0, 1.0] });
    // The place is (1, 0), whose square is 1: 3·1·1.25 + 0.5 and −0.5.
    let expected = json!({
        "reproj_error": { "elements": [0.5, -3.0], "repeated": 7 },
        "w_err": { "element": -3.0, "repeated": 7 },
    });
    assert_eq!(output("ba", "objective", &input, Method::Auto), expected);
}

/// Checks the Jacobian by every method.
fn check(input: &Value) {
    let [rows, columns, values] = expected(input);
    let greatest = values.iter().fold(0.0_f64, |greatest, value| greatest.max(value.abs()));
    for method in Method::EACH.into_iter().chain([Method::Auto]) {
        let found = output("ba", "jacobian", input, method);
        assert_eq!(numbers(&found["rows"]), rows, "{method:?}");
        assert_eq!(numbers(&found["cols"]), columns, "{method:?}");
        for (found, expected) in numbers(&found["vals"]).iter().zip(&values) {
            let error = (found - expected).abs() / greatest;
            assert!(error <= 1e-8, "{method:?}: found {found}, expected {expected}");
        }
        assert_eq!(numbers(&found["vals"]).len(), values.len());
    }
}

#[test]
fn the_jacobian_is_that_of_finite_differences() {
    check(&json!(Input::random(2, 3, 11, &mut rng())));
}

#[test]
fn observations_of_no_camera_are_refused() {
    let mut input = json!(Input::random(1, 2, 3, &mut rng()));
    input["n"] = json!(0);
    let eval = find("ba").expect("the eval is there");
    let error = eval.prepare("jacobian", input, Default::default()).err().expect("it is refused");
    assert_eq!(error.to_string(), "ba: expected a camera, a point and an observation, found n = 0, m = 2, p = 3");
}
