//! The numbers of "10 Days of Grad, Day 3: Haskell Guide to Neural Networks": the neuron `σ(a·x + b·y + c)` at `(a, b,
//! c, x, y) = (1, 2, −3, −1, 3)`, by every backend. The expected digits are those that the guide prints, and for what
//! it does not print, those of an independent computation.

use anygrad::prelude::*;
use anygrad::search::{GradientAscent, RandomSearch, at_equal_evaluations};
use anygrad::{Derivative, Jit, Program, Replay};
use rand::{SeedableRng, rngs::StdRng};

#[differentiable]
fn multiply<S: Scalar<Real = f64>>(&[x, y]: &[S; 2]) -> S {
    x * y
}

fn sigmoid<S: Scalar>(z: S) -> S {
    S::one() / (S::one() + (-z).exp())
}

#[differentiable]
fn logistic<S: Scalar<Real = f64>>(z: S) -> S {
    sigmoid(z)
}

#[differentiable]
fn neuron<S: Scalar<Real = f64>>(&[a, b, c, x, y]: &[S; 5]) -> S {
    sigmoid(a * x + b * y + c)
}

#[differentiable]
fn fused_neuron<S: Scalar<Real = f64>>(&[a, b, c, x, y]: &[S; 5]) -> S {
    (a * x + b * y + c).sigmoid()
}

#[differentiable]
fn listed_neuron<S: Scalar<Real = f64>>(inputs: &[S]) -> S {
    let [a, b, c, x, y] = inputs else { return S::nan() };
    sigmoid(*a * *x + *b * *y + *c)
}

#[differentiable]
fn single_neuron<S: Scalar<Real = f32>>(&[a, b, c, x, y]: &[S; 5]) -> S {
    sigmoid(a * x + b * y + c)
}

const POINT: [f64; 5] = [1.0, 2.0, -3.0, -1.0, 3.0];
const VALUE: f64 = 0.8807970779778823;
const PARTIALS: [f64; 5] =
    [-0.1049935854035065, 0.3149807562105195, 0.1049935854035065, 0.1049935854035065, 0.209987170807013];
const HESSIAN: [[f64; 5]; 5] = [
    [-0.07996250105615312, 0.23988750316845936, 0.07996250105615312, 0.18495608645965972, 0.15992500211230623],
    [0.23988750316845936, -0.7196625095053781, -0.23988750316845936, -0.23988750316845936, -0.3747814209334121],
    [0.07996250105615312, -0.23988750316845936, -0.07996250105615312, -0.07996250105615312, -0.15992500211230623],
    [0.18495608645965972, -0.23988750316845936, -0.07996250105615312, -0.07996250105615312, -0.15992500211230623],
    [0.15992500211230623, -0.3747814209334121, -0.15992500211230623, -0.15992500211230623, -0.31985000422461246],
];
const DIRECTION: [f64; 5] = [1.0, -1.0, 0.5, 2.0, -2.0];
const HESSIAN_ALONG: [f64; 5] =
    [-0.22980658500182893, 1.1093940966195133, 0.43979375580884217, 0.5447873412123487, 0.7745939262141777];

/// Within 16 units in the last place.
fn assert_close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 16.0 * f64::EPSILON * expected.abs(), "{found} instead of {expected}");
}

fn search(seed: u64) -> RandomSearch<Multiply, StdRng> {
    RandomSearch::new(Multiply, [-2.0, 3.0], 0.01, StdRng::seed_from_u64(seed)).expect("a valid tweak")
}

#[test]
fn multiply_gate() {
    assert_eq!(multiply(&[-2.0, 3.0]), -6.0);
}

#[test]
fn random_local_search() {
    let results = (0..3000).map(|seed| search(seed).nth(99).expect("a step").expect("one output").value);
    let results: Vec<f64> = results.collect();
    let mean = results.iter().sum::<f64>() / 3000.0;
    let variance = results.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 2999.0;
    assert!(results.iter().all(|&result| result > -5.65 && result < -4.6));
    // Standard errors of the mean and of the deviation: 0.0021 and 0.0015, here and in the reference.
    assert!((mean + 5.171).abs() < 0.008, "{mean}");
    assert!((variance.sqrt() - 0.113).abs() < 0.006, "{variance}");
}

#[test]
fn the_gradient_does_better() {
    let ascent = || GradientAscent::new(Multiply, [-2.0, 3.0], 0.01, Reverse::new()).expect("a valid step");
    let traces = at_equal_evaluations(search(1), ascent(), 100).expect("one output");
    let [random, at_equal_cost] = [traces.first[99].value, traces.second[19].value];
    let at_equal_steps = ascent().nth(99).expect("a step").expect("one output").value;
    // The verdict on the search: about 0.8 in 100 steps.
    assert!(random + 6.0 > 0.4 && random + 6.0 < 1.3);
    assert!(at_equal_cost + 6.0 > 2.0 && at_equal_steps + 6.0 > 6.0);
}

#[test]
fn dual_arithmetic() {
    let dual = |(value, derivative)| Dual::new(value, [derivative]);
    let pair = |z: Dual<f64, 1>| (z.primal, z.tangent(0));
    // Derivatives and divisors are such that no operation rounds.
    for (x, dx) in [(3.0, 1.0), (-1.5, 0.25), (0.75, -2.0)] {
        for (y, dy) in [(2.0, 0.0), (-4.0, 1.0), (0.5, 3.0)] {
            let (p, q) = (dual((x, dx)), dual((y, dy)));
            assert_eq!(pair(p * q), (x * y, x * dy + dx * y));
            assert_eq!(pair(p + q), (x + y, dx + dy));
            assert_eq!(pair(p - q), (x - y, dx - dy));
            assert_eq!(pair(p / q), (x / y, (y * dx - x * dy) / (y * y)));
        }
        assert_eq!(pair(-dual((x, dx))), (-x, -dx));
        assert_eq!(pair(dual((x, dx)).exp()), (x.exp(), dx * x.exp()));
    }
    assert_eq!(pair(Dual::constant(7.0)), (7.0, 0.0));
}

#[test]
fn neuron_value() {
    assert_eq!(neuron(&POINT), VALUE);
    assert_eq!(fused_neuron(&POINT), VALUE);
}

#[test]
fn five_seeded_forward_passes() {
    for (i, partial) in PARTIALS.into_iter().enumerate() {
        let inputs = std::array::from_fn(|j| Dual::new(POINT[j], [if i == j { 1.0 } else { 0.0 }]));
        let output = neuron(&inputs);
        assert_eq!((output.primal, output.tangents), (VALUE, [partial]));
    }
}

#[test]
fn one_pass_gives_all_partials_in_the_type_of_the_input() {
    let (value, gradient): (f64, [f64; 5]) = Reverse::new().value_and_gradient(&Neuron, &POINT).expect("one output");
    assert_eq!((value, gradient), (VALUE, PARTIALS));
    let list: Vec<f64> = Reverse::new().gradient(&ListedNeuron, &POINT.to_vec()).expect("one output");
    assert_eq!(list, PARTIALS);
    assert_eq!(anygrad::gradient(&Neuron, &POINT), Ok(PARTIALS));
    assert_eq!(Forward::with_chunk::<2>().gradient(&Neuron, &POINT), Ok(PARTIALS));
}

#[test]
fn numerical_and_automatic_agree() {
    let (value, numerical, bounds) = Finite::default().gradient_with_error(&Neuron, &POINT).expect("finite probes");
    assert_eq!(value, VALUE);
    for (i, exact) in PARTIALS.into_iter().enumerate() {
        assert!((numerical[i] - exact).abs() <= bounds[i], "{} ± {} instead of {exact}", numerical[i], bounds[i]);
        assert!(bounds[i] < 1e-9, "a bound of {} says little", bounds[i]);
    }
    for automatic in [Forward::new().gradient(&Neuron, &POINT), Reverse::new().gradient(&Neuron, &POINT)] {
        assert_eq!(automatic, Ok(PARTIALS));
    }
}

#[test]
fn symbolic_too() {
    let gradient = Program::record(&Neuron, &POINT).and_then(|program| program.gradient()).expect("one output");
    let formula = gradient.formula().with_names(&["a", "b", "c", "x", "y"]).to_string();
    assert!(formula.contains(" = xt₁/(t₁ + 1)²\n") && formula.ends_with("where t₁ = e^(−(ax + by + c))"), "{formula}");
    assert_eq!(gradient.evaluate(&POINT), Ok([&[VALUE], &PARTIALS[..]].concat()));
    assert_eq!(Replay::default().gradient(&Neuron, &POINT), Ok(PARTIALS));
    assert_eq!(Jit::default().gradient(&Neuron, &POINT), Ok(PARTIALS));
}

#[test]
fn the_fused_rule_is_as_close_to_the_truth_in_other_digits() {
    // σ′(2) = 0.10499358540350651735 to 20 digits.
    const TRUTH: f64 = 0.104_993_585_403_506_52;
    let gradient = Reverse::new().gradient(&FusedNeuron, &POINT).expect("one output");
    assert_close(gradient[2], TRUTH);
    assert_ne!(gradient[2], PARTIALS[2]);
    // σ·(1 − σ) by hand cancels: the digits that the guide's trap warns of.
    assert_eq!(VALUE * (1.0 - VALUE), 0.10499358540350662);
    // Far out, nothing overflows: σ′(40) = e⁻⁴⁰ up to a relative 1e-17.
    let far = Reverse::new().derivative(&FusedLogistic, 40.0).expect("one output");
    assert_close(far, 4.248354255291589e-18);
}

#[differentiable]
fn fused_logistic<S: Scalar<Real = f64>>(z: S) -> S {
    z.sigmoid()
}

#[test]
fn single_precision() {
    let point = [1.0, 2.0, -3.0, -1.0, 3.0];
    let expected = [-0.104993574, 0.31498075, 0.104993574, 0.104993574, 0.20998715];
    let forward = Forward::new().value_and_gradient(&SingleNeuron, &point);
    assert_eq!(forward, Ok((0.880797, expected)));
    // Reverse mode multiplies in the other order: the last digit may differ.
    let reverse = Reverse::new().value_and_gradient(&SingleNeuron, &point).expect("one output");
    check_single(reverse, expected, 1.0);
    // Both numbers come of six operations that round, each by ε/2 at most.
    check_single(Replay::default().value_and_gradient(&SingleNeuron, &point).expect("one output"), expected, 6.0);
    check_single(Jit::default().value_and_gradient(&SingleNeuron, &point).expect("one output"), expected, 6.0);
}

/// The value exactly, the partials within so many units of relative rounding.
fn check_single((value, gradient): (f32, [f32; 5]), expected: [f32; 5], units: f32) {
    assert_eq!(value, 0.880797);
    for (found, expected) in gradient.into_iter().zip(expected) {
        assert!((found - expected).abs() <= units * f32::EPSILON * expected.abs(), "{found} instead of {expected}");
    }
}

fn check_second_order(mut backend: impl Backend) {
    let hessian = backend.hessian(&Neuron, &POINT).expect("one output");
    for (i, row) in HESSIAN.iter().enumerate() {
        for (j, &expected) in row.iter().enumerate() {
            assert_close(hessian[(i, j)], expected);
        }
    }
    let product = backend.hvp(&Neuron, &POINT, &DIRECTION).expect("one output");
    for (found, expected) in product.into_iter().zip(HESSIAN_ALONG) {
        assert_close(found, expected);
    }
    assert_close(backend.second_derivative(&Logistic, 2.0).expect("one output"), -0.07996250105615312);
    let third = Derivative::new(Logistic, backend.clone());
    assert_close(backend.second_derivative(&third, 2.0).expect("one output"), 0.038851667548206);
}

#[test]
fn second_and_third_order() {
    check_second_order(Forward::new());
    check_second_order(Reverse::new());
    check_second_order(Auto::new());
    check_second_order(Replay::default());
    check_second_order(Jit::default());
}
