//! The derivatives by hand are right: every exact backend, and finite differences, find the same.

use anygrad::{Backend, Dense, Finite, Forward, Reverse, Tree};
use anygrad_benches::{Logistic, Mlp, Neuron, Rosenbrock, Tridiagonal, Workload};

/// The forms of one sum differ by roundings alone.
const ROUNDING: f64 = 1e-13;

/// What finite differences reach without further care.
const TRUNCATION: f64 = 1e-7;

/// Asks that every entry be within `tolerance` of the one by hand, in units of the largest.
fn agree(what: &str, found: &[f64], by_hand: &[f64], tolerance: f64) {
    assert_eq!(found.len(), by_hand.len(), "{what}");
    let scale = by_hand.iter().fold(0.0_f64, |scale, entry| scale.max(entry.abs()));
    assert!(scale > 0.0, "{what}: nothing to compare with");
    for (i, (found, by_hand)) in found.iter().zip(by_hand).enumerate() {
        let error = (found - by_hand).abs();
        assert!(error <= tolerance * scale, "{what}: entry {i}: by hand {by_hand}, found {found}");
    }
}

fn gradient_agrees<W: Workload, B: Backend>(workload: &W, mut backend: B, tolerance: f64) {
    let what = format!("{} by {}", workload.name(), backend.name());
    let (x, mut by_hand) = (workload.point(), workload.point());
    let value = workload.by_hand(&x, &mut by_hand);
    let (found_value, found) = backend.value_and_gradient(workload, &x).expect("a function of one output");
    agree(&what, &[found_value], &[value], ROUNDING);
    agree(&what, &W::Input::flatten::<f64>(&found), &W::Input::flatten::<f64>(&by_hand), tolerance);
}

fn gradients_agree<W: Workload>(workload: &W) {
    gradient_agrees(workload, Forward::new(), ROUNDING);
    gradient_agrees(workload, Reverse::new(), ROUNDING);
    gradient_agrees(workload, Finite::default(), TRUNCATION);
}

#[test]
fn neuron() {
    gradients_agree(&Neuron);
}

#[test]
fn rosenbrock() {
    gradients_agree(&Rosenbrock { n: 2 });
    gradients_agree(&Rosenbrock { n: 100 });
}

#[test]
fn mlp() {
    gradients_agree(&Mlp::new(7));
}

#[test]
fn tridiagonal() {
    let workload = Tridiagonal { n: 20 };
    let x = workload.point();
    let mut by_hand = Dense::default();
    workload.by_hand(&x, &mut by_hand);
    let forward = Forward::new().jacobian(&workload, &x).expect("a point of 20 inputs");
    let reverse = Reverse::new().jacobian(&workload, &x).expect("a point of 20 inputs");
    let finite = Finite::default().jacobian(&workload, &x).expect("a point of 20 inputs");
    agree("tridiagonal by forward", forward.as_slice(), by_hand.as_slice(), ROUNDING);
    agree("tridiagonal by reverse", reverse.as_slice(), by_hand.as_slice(), ROUNDING);
    agree("tridiagonal by finite", finite.as_slice(), by_hand.as_slice(), TRUNCATION);
}

#[test]
fn logistic() {
    let workload = Logistic::new(7);
    let (w, v) = workload.point();
    let by_hand = workload.by_hand(&w, &v);
    let forward = Forward::new().hvp(&workload, &w, &v).expect("a function of one output");
    let reverse = Reverse::new().hvp(&workload, &w, &v).expect("a function of one output");
    agree("logistic by forward", &forward, &by_hand, ROUNDING);
    agree("logistic by reverse", &reverse, &by_hand, ROUNDING);
}

#[test]
fn rosenbrock_hessian_times_a_vector() {
    for n in [2, 30] {
        let workload = Rosenbrock { n };
        let (x, v, mut by_hand) = (workload.point(), workload.vector(), vec![f64::NAN; n]);
        workload.hvp_by_hand(&x, &v, &mut by_hand);
        let forward = Forward::new().hvp(&workload, &x, &v).expect("a function of one output");
        let reverse = Reverse::new().hvp(&workload, &x, &v).expect("a function of one output");
        agree("rosenbrock by forward", &forward, &by_hand, ROUNDING);
        agree("rosenbrock by reverse", &reverse, &by_hand, ROUNDING);
    }
}
