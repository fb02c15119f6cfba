use anygrad_gradbench::Method;
use anygrad_gradbench::evals::find;
use anygrad_gradbench::evals::ode::{Input, read};
use serde_json::json;

use crate::common::{check_gradient, numbers, output, rng};

/// `y₀ = 2·x₀`, `y₁ = 2·x₁·x₀` and `y₂ = 4/3·x₂·x₁·x₀` at time 2: polynomials that the method solves exactly.
#[test]
fn polynomials_of_low_degree_are_solved_exactly() {
    let input = json!({ "x": [0.5, 3.0, -2.0], "s": 3 });
    let found = numbers(&output("ode", "primal", &input, Method::Auto));
    for (found, expected) in found.iter().zip([1.0, 3.0, -4.0]) {
        assert!((found - expected).abs() <= 1e-14, "found {found}, expected {expected}");
    }
    assert_eq!(found.len(), 3);
}

#[test]
fn the_gradient_is_that_of_finite_differences() {
    let input = json!(Input::random(6, 5, &mut rng()));
    let (f, x) = read(input.clone()).expect("the input is right");
    check_gradient("ode", "gradient", &input, &f, &x);
}

#[test]
fn an_equation_of_no_components_is_refused() {
    let eval = find("ode").expect("the eval is there");
    let error = eval.prepare("gradient", json!({ "x": [], "s": 3 }), Default::default()).err().expect("it is refused");
    assert_eq!(error.to_string(), "ode: expected a component and a step, found 0 components and 3 steps");
}
