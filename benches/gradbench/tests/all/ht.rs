use anygrad::{Differentiable, Finite, Tree};
use anygrad_gradbench::Method;
use anygrad_gradbench::evals::find;
use anygrad_gradbench::evals::ht::{BONES, Input, Measured, Variant, read};
use serde_json::{Value, json};

use crate::common::{check_by_every_method, numbers, output, rng};

/// The Jacobian by finite differences.
fn expected<F: Differentiable>(f: &F, x: &F::Input) -> Vec<f64>
where
    F::Input: Tree<Leaf = f64>,
{
    let (jacobian, _) = Finite::default().jacobian_with_error(f, x).expect("it is defined there");
    jacobian.into_vec()
}

fn check(input: &Value) {
    let expected = match read(input.clone()).expect("the input is right") {
        Variant::Simple(f, x) => expected(&f, &x),
        Variant::Complicated(f, x) => expected(&f, &x),
    };
    check_by_every_method("ht", "jacobian", input, &expected);
}

#[test]
fn a_simple_jacobian_is_that_of_finite_differences() {
    let mut input = Input::random(false, 4, 2, &mut rng());
    input.data.model.is_mirrored = true;
    check(&json!(input));
}

#[test]
fn a_complicated_jacobian_is_that_of_finite_differences() {
    check(&json!(Input::random(true, 4, 3, &mut rng())));
}

#[test]
fn a_tall_jacobian_is_that_of_finite_differences() {
    check(&json!(Input::random(true, 4, 38, &mut rng())));
}

/// One bone moves all, and no bone is turned: the hand is only moved.
#[test]
fn a_hand_at_rest_is_moved_as_a_whole() {
    let mut input = Input::random(false, 3, 2, &mut rng());
    let identity = std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))));
    input.theta = vec![0.0; 26];
    input.theta[3..6].copy_from_slice(&[10.0, 20.0, 30.0]);
    let Measured { correspondences, points, model } = &mut input.data;
    model.base_relatives = vec![identity; BONES];
    model.inverse_base_absolutes = vec![identity; BONES];
    model.weights = (0..3).map(|_| (0..BONES).map(|bone| f64::from(u8::from(bone == 0))).collect()).collect();
    model.base_positions = vec![[0.0, 0.0, 0.0, 1.0], [1.0, 2.0, 3.0, 1.0], [4.0, 5.0, 6.0, 1.0]];
    model.is_mirrored = true;
    (*correspondences, *points) = (vec![2, 1], vec![[0.0; 3], [1.0, 1.0, 1.0]]);
    let found = numbers(&output("ht", "objective", &json!(input), Method::Auto));
    // The first coordinate is mirrored before the hand is moved.
    assert_eq!(found, [-6.0, -25.0, -36.0, -8.0, -21.0, -32.0]);
}

#[test]
fn a_vertex_that_there_is_not_is_refused() {
    let mut input = Input::random(false, 3, 2, &mut rng());
    input.data.correspondences[1] = 3;
    let eval = find("ht").expect("the eval is there");
    let error = eval.prepare("objective", json!(input), Default::default()).err().expect("it is refused");
    assert_eq!(error.to_string(), "ht: expected a vertex below 3, found 3");
}
