//! The derivatives by hand are right: every exact backend, and finite differences, find the same.

use anygrad::{Backend, Dense, Differentiable, Finite, Forward, Reverse, Tree};
use anygrad_benches::matrices::{
    ByHand, CholeskyByHand, CholeskyFactor, Layers, LayersByHand, LogDeterminant, LogDeterminantByHand, Primal,
    Product, ProductByHand, Solution, SolutionByHand,
};
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

/// The gradient of a function of matrices by the kernels of a library, against a tape and finite differences.
fn kernels_agree<F>(what: &str, f: &F, x: &F::Input, mut by_hand: impl ByHand)
where
    F: Differentiable<Input: Tree<Leaf = f64>, Output = f64>,
{
    by_hand.run();
    let reverse = Reverse::new().gradient(f, x).expect("a function of one output");
    let finite = Finite::default().gradient(f, x).expect("a function of one output");
    agree(&format!("{what} by reverse"), &F::Input::flatten::<f64>(&reverse), &by_hand.derivative(), ROUNDING);
    agree(&format!("{what} by finite"), &F::Input::flatten::<f64>(&finite), &by_hand.derivative(), TRUNCATION);
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

#[test]
fn product_of_matrices() {
    let ((a, b), seed, mut by_hand) = (Product::point(5), Product::seed(5), ProductByHand::new(5));
    by_hand.run();
    let (value, (by_a, by_b)) = Reverse::new().pullback(&Product, &(a, b), &seed).expect("shapes that fit");
    agree("value", &value.to_vec(), &by_hand.value(), ROUNDING);
    agree("adjoints", &[by_a.to_vec(), by_b.to_vec()].concat(), &by_hand.derivative(), ROUNDING);
}

#[test]
fn layers_of_matrices() {
    let mut by_hand = LayersByHand::new(4);
    by_hand.run();
    agree("value", &[Layers.call::<f64>(&Layers::point(4))], &[by_hand.value()], ROUNDING);
    kernels_agree("layers", &Layers, &Layers::point(4), by_hand);
}

#[test]
fn solution_of_a_system() {
    let mut by_hand = SolutionByHand::new(6);
    agree("value", &[Solution.call::<f64>(&Solution::point(6))], &[by_hand.primal()], ROUNDING);
    kernels_agree("solution", &Solution, &Solution::point(6), by_hand);
}

#[test]
fn logarithm_of_a_determinant() {
    let mut by_hand = LogDeterminantByHand::new(6);
    agree("value", &[LogDeterminant.call::<f64>(&LogDeterminant::point(6))], &[by_hand.primal()], ROUNDING);
    kernels_agree("log-determinant", &LogDeterminant, &LogDeterminant::point(6), by_hand);
}

#[test]
fn cholesky_factor() {
    let mut by_hand = CholeskyByHand::new(6);
    let (f, x) = (CholeskyFactor::of_size(6), CholeskyFactor::point(6));
    agree("value", &[f.call::<f64>(&x)], &[by_hand.primal()], ROUNDING);
    kernels_agree("cholesky", &f, &x, by_hand);
}
