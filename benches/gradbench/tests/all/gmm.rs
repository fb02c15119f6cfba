use std::f64::consts::{LN_2, PI};

use anygrad::{Backend, Finite};
use anygrad_gradbench::Method;
use anygrad_gradbench::evals::Options;
use anygrad_gradbench::evals::gmm::{EVAL, Input, read, written};
use serde_json::{Value, json};

use crate::common::{check_by_every_method, numbers, output, rng};

#[test]
fn one_point_at_the_mean_of_one_component_has_a_value_of_logarithms() {
    let input = json!({
        "d": 2, "k": 1, "n": 1, "m": 0, "gamma": 1.0,
        "x": [[3.0, 4.0]], "alpha": [7.0], "mu": [[3.0, 4.0]], "q": [[0.0, 0.0]], "l": [[0.0]],
    });
    // The density is 1/2π, and the prior, with ln Γ₂(3/2) = ln π − ln 2 and two ones on the diagonal, −2·ln 2 − ln π − 1.
    let expected = -3.0 * LN_2 - 2.0 * PI.ln() - 1.0;
    let value = output("gmm", "objective", &input, Method::Auto);
    assert!((numbers(&value)[0] - expected).abs() < 1e-14 * expected.abs(), "{value} {expected}");
}

/// The sum over points of `ln Σₖ exp(αₖ + Σqₖ − ½·‖Uₖᵀ·(xᵢ − μₖ)‖²)`, number by number.
fn likelihood(input: &Value) -> f64 {
    let number = |value: &Value| value.as_f64().expect("a number");
    let (d, k) = (numbers(&input["q"][0]).len(), numbers(&input["alpha"]).len());
    let density = |x: &Value, k: usize| {
        let centred: Vec<f64> = (0..d).map(|j| number(&x[j]) - number(&input["mu"][k][j])).collect();
        let mut whitened: Vec<f64> = (0..d).map(|j| number(&input["q"][k][j]).exp() * centred[j]).collect();
        let mut elements = numbers(&input["l"][k]).into_iter();
        for (a, centred) in centred.iter().enumerate() {
            whitened[a + 1..].iter_mut().zip(&mut elements).for_each(|(sum, element)| *sum += element * centred);
        }
        let squares: f64 = whitened.iter().map(|x| x * x).sum();
        (number(&input["alpha"][k]) + numbers(&input["q"][k]).iter().sum::<f64>() - 0.5 * squares).exp()
    };
    let points = input["x"].as_array().expect("points");
    points.iter().map(|x| (0..k).map(|k| density(x, k)).sum::<f64>().ln()).sum()
}

#[test]
fn more_points_add_the_logarithms_of_their_densities() {
    let mut input = json!(Input::random(4, 3, 7, &mut rng()));
    let value = |input: &Value| numbers(&output("gmm", "objective", input, Method::Auto))[0];
    let (all, of_all) = (value(&input), likelihood(&input));
    let points = input["x"].as_array_mut().expect("points");
    points.truncate(5);
    input["n"] = json!(5);
    let weights = numbers(&input["alpha"]).iter().map(|alpha| alpha.exp()).sum::<f64>().ln();
    let expected = of_all - likelihood(&input) - 2.0 * (2.0 * (2.0 * PI).ln() + weights);
    assert!((all - value(&input) - expected).abs() < 1e-12 * expected.abs(), "{} {expected}", all - value(&input));
}

#[test]
fn the_gradient_is_that_of_finite_differences() {
    for (d, k, n) in [(3, 2, 8), (1, 1, 2)] {
        let input = json!(Input::random(d, k, n, &mut rng()));
        let (f, x) = read(input.clone()).expect("the input is right");
        let expected = Finite::default().gradient(&f, &x).expect("it is defined there");
        check_by_every_method("gmm", "jacobian", &input, &numbers(&written(&expected)));
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let found = |change: fn(&mut Value)| {
        let mut input = json!(Input::random(3, 2, 4, &mut rng()));
        change(&mut input);
        EVAL.prepare("objective", input, Options::default()).err().expect("it does not fit").to_string()
    };
    assert_eq!(found(|input| input["n"] = json!(5)), "gmm: expected 5 points x, found 4");
    assert_eq!(found(|input| input["l"][1] = json!([1.0])), "gmm: expected 3 numbers in each row of l, found 1");
    assert_eq!(found(|input| input["x"][1] = json!([1.0])), "gmm: expected 3 numbers in each point x, found 1");
    assert_eq!(found(|input| input["mu"] = json!([])), "gmm: expected 2 means mu, found 0");
}
