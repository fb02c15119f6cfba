use anygrad::{Backend, Finite, Forward};
use anygrad_gradbench::Method;
use anygrad_gradbench::evals::Options;
use anygrad_gradbench::evals::kmeans::{EVAL, Input, read};
use serde_json::{Value, json};

use crate::common::{check_by_every_method, numbers, output, rng};

#[test]
fn the_cost_is_that_of_the_nearest_centroid() {
    let input = json!({ "points": [[0.0, 3.0], [10.0, 0.0], [4.0, 0.0]], "centroids": [[0.0, 0.0], [10.0, 2.0]] });
    assert_eq!(output("kmeans", "cost", &input, Method::Auto), json!(9.0 + 4.0 + 16.0));
}

/// Of `Σ ‖p − c‖²` over `m` points Newton's step is `c` less their mean, whatever `m`.
#[test]
fn the_direction_leads_away_from_the_mean_of_the_points() {
    let input = json!({ "points": [[0.0, 3.0], [10.0, 0.0], [4.0, 0.0]], "centroids": [[0.0, 0.0], [10.0, 2.0]] });
    check_by_every_method("kmeans", "dir", &input, &[-2.0, -1.5, 0.0, 2.0]);
}

#[test]
fn the_direction_is_that_of_finite_differences_and_the_hessian_is_diagonal() {
    let input = json!(Input::random(3, 20, 2, &mut rng()));
    let (f, x) = read(input.clone()).expect("the input is right");
    let gradient = Finite::default().gradient(&f, &x).expect("it is defined there");
    let hessian = Finite::default().hessian(&f, &x).expect("it is defined there");
    let expected: Vec<f64> = gradient.iter().enumerate().map(|(i, slope)| slope / hessian[(i, i)]).collect();
    check_by_every_method("kmeans", "dir", &input, &expected);

    let exact = Forward::new().hessian(&f, &x).expect("it is defined there");
    let places = (0..expected.len()).flat_map(|i| (0..expected.len()).map(move |j| (i, j)));
    assert!(places.filter(|(i, j)| i != j).all(|place| exact[place] == 0.0), "{exact:?}");
}

#[test]
fn what_does_not_fit_is_named() {
    let found =
        |input: Value| EVAL.prepare("cost", input, Options::default()).err().expect("it does not fit").to_string();
    assert_eq!(found(json!({ "points": [[1.0]], "centroids": [] })), "kmeans: expected a centroid, found none");
    let input = json!({ "points": [[1.0, 2.0], [1.0]], "centroids": [[1.0, 2.0]] });
    assert_eq!(found(input), "kmeans: expected 2 numbers in each point, found 1");
    let input = json!({ "points": [[1.0]], "centroids": [[1.0], [1.0, 2.0]] });
    assert_eq!(found(input), "kmeans: expected 1 numbers in each centroid, found 2");
}

#[test]
fn the_cost_of_no_points_is_nothing() {
    let input = json!({ "points": [], "centroids": [[1.0]] });
    assert_eq!(numbers(&output("kmeans", "cost", &input, Method::Auto)), [0.0]);
}
