//! The numbers of the "Hacker's guide to Neural Networks" (Karpathy 2014) and of micrograd's README (Karpathy 2020).

use anygrad::prelude::*;
use anygrad::search::{GradientAscent, RandomSearch};
use anygrad::{Jit, Replay};
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// Within 4 units in the last place of 1 or of the expected number, whichever is larger.
fn assert_close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 4.0 * f64::EPSILON * expected.abs().max(1.0), "{found} instead of {expected}");
}

/// The gradient by every exact backend, each against the expected one.
fn assert_gradient<const N: usize, F: Differentiable<Input = [f64; N]>>(f: &F, x: [f64; N], expected: [f64; N]) {
    let eager = [Forward::new().gradient(f, &x), Reverse::new().gradient(f, &x)];
    let recorded = [Replay::default().gradient(f, &x), Jit::default().gradient(f, &x)];
    for gradient in eager.into_iter().chain(recorded) {
        gradient
            .expect("one output")
            .into_iter()
            .zip(expected)
            .for_each(|(found, expected)| assert_close(found, expected));
    }
}

/// The guide's numerical gradient: `(f(x + h) − f(x))/h` with `h = 1e-4`.
fn quotients<const N: usize>(f: impl Fn(&[f64; N]) -> f64, x: [f64; N]) -> [f64; N] {
    std::array::from_fn(|i| {
        let mut ahead = x;
        ahead[i] += 1e-4;
        (f(&ahead) - f(&x)) / 1e-4
    })
}

/// Point and value after one step of 0.01 along the gradient.
fn ascend<const N: usize, F: Differentiable<Input = [f64; N], Output = f64>>(f: &F, x: [f64; N]) -> ([f64; N], f64) {
    let mut ascent = GradientAscent::new(f, x, 0.01, Reverse::new()).expect("a valid step");
    let step = ascent.next().expect("a step").expect("one output");
    (step.point, step.value)
}

#[differentiable]
fn multiply<S: Scalar<Real = f64>>(&[x, y]: &[S; 2]) -> S {
    x * y
}

#[test]
fn random_search_around_the_start() {
    let results = (0..3000).map(|seed| {
        let search = RandomSearch::new(Multiply, [-2.0, 3.0], 0.01, StdRng::seed_from_u64(seed));
        search.expect("a valid tweak").from_start().nth(99).expect("a step").expect("one output").value
    });
    let results: Vec<f64> = results.collect();
    assert!(results.iter().all(|&result| result <= -5.9501));
    let mean = results.iter().sum::<f64>() / 3000.0;
    // The standard error is 0.00006.
    assert!((mean + 5.9562).abs() < 0.0003, "{mean}");
}

#[test]
fn multiply_gate() {
    assert_eq!(quotients(multiply, [-2.0, 3.0]), [3.00000000000189, -2.0000000000042206]);
    assert_gradient(&Multiply, [-2.0, 3.0], [3.0, -2.0]);
    let (point, value) = ascend(&Multiply, [-2.0, 3.0]);
    assert_eq!(point, [-1.97, 2.98]);
    assert_close(value, -5.8706);
}

#[differentiable]
fn add_then_multiply<S: Scalar<Real = f64>>(&[x, y, z]: &[S; 3]) -> S {
    (x + y) * z
}

#[test]
fn two_gates() {
    let x = [-2.0, 5.0, -4.0];
    assert_eq!((x[0] + x[1], add_then_multiply(&x)), (3.0, -12.0));
    assert_gradient(&AddThenMultiply, x, [-4.0, -4.0, 3.0]);
    assert_eq!(quotients(add_then_multiply, x), [-3.9999999999906777, -3.9999999999906777, 3.000000000010772]);
    assert_close(ascend(&AddThenMultiply, x).1, -11.5924);
}

fn sigmoid<S: Scalar>(z: S) -> S {
    S::one() / (S::one() + (-z).exp())
}

#[differentiable]
fn neuron<S: Scalar<Real = f64>>(&[a, b, c, x, y]: &[S; 5]) -> S {
    sigmoid(a * x + b * y + c)
}

#[test]
fn logistic_values() {
    assert_eq!([-5.0, 0.0, 5.0].map(sigmoid), [0.0066928509242848554, 0.5, 0.9933071490757153]);
    for (x, expected) in [(-5.0, 0.0066928509242848554), (0.0, 0.5), (5.0, 0.9933071490757153)] {
        assert_close(Scalar::sigmoid(x), expected);
    }
}

#[test]
fn single_neuron() {
    let x = [1.0, 2.0, -3.0, -1.0, 3.0];
    assert_eq!(ascend(&Neuron, x).1, 0.8825501816218984);
    let expected =
        [-0.10499758359205913, 0.3149447748351797, 0.10498958734506125, 0.10498958734506125, 0.2099711788272618];
    assert_eq!(quotients(neuron, x), expected);
}

#[differentiable]
fn squared<S: Scalar<Real = f64>>(&[a, b, c, d]: &[S; 4]) -> S {
    let x = (a * b + c) * d;
    x * x
}

#[differentiable]
fn quotient<S: Scalar<Real = f64>>(&[a, b, c, d]: &[S; 4]) -> S {
    (a + b) / (c + d)
}

#[differentiable]
fn larger<S: Scalar<Real = f64>>(&[x, y]: &[S; 2]) -> S {
    x.max(y)
}

#[differentiable]
fn rectified<S: Scalar<Real = f64>>(&[x]: &[S; 1]) -> S {
    x.relu()
}

#[test]
fn patterns() {
    let x = [1.0, 2.0, 3.0, 4.0];
    assert_eq!(squared(&x), 400.0);
    assert_gradient(&Squared, x, [320.0, 160.0, 160.0, 200.0]);
    assert_eq!(quotient(&x), 3.0 / 7.0);
    assert_gradient(&Quotient, x, [1.0 / 7.0, 1.0 / 7.0, -3.0 / 49.0, -3.0 / 49.0]);
    assert_gradient(&Larger, [2.0, 5.0], [0.0, 1.0]);
    assert_gradient(&Larger, [5.0, 2.0], [1.0, 0.0]);
    // A tie is shared, and never counted twice.
    assert_gradient(&Larger, [2.0, 2.0], [0.5, 0.5]);
    assert_gradient(&Rectified, [2.0], [1.0]);
    assert_gradient(&Rectified, [-2.0], [0.0]);
    assert_gradient(&Rectified, [0.0], [0.0]);
}

const POINTS: [([f64; 2], f64); 6] = [
    ([1.2, 0.7], 1.0),
    ([-0.3, -0.5], -1.0),
    ([3.0, 0.1], 1.0),
    ([-0.1, -1.0], -1.0),
    ([-1.0, 1.1], -1.0),
    ([2.1, -3.0], 1.0),
];

fn score<S: Scalar<Real = f64>>(w: [S; 3], [x, y]: [f64; 2]) -> S {
    w[0] * x + w[1] * y + w[2]
}

fn hinge<S: Scalar<Real = f64>>(w: [S; 3], point: [f64; 2], label: f64) -> S {
    (S::one() - score(w, point) * label).relu()
}

#[differentiable]
fn objective<S: Scalar<Real = f64>>(w: &[S; 3], point: [f64; 2], label: f64) -> S {
    hinge(*w, point, label) + (w[0] * w[0] + w[1] * w[1]) * 0.5
}

#[test]
fn support_vector_machine_scores() {
    assert_close(score([1.0, -2.0, -1.0], [1.2, 0.7]), -1.2);
    assert_close(score([1.0, -2.0, -1.0], [-0.3, 0.5]), -2.3);
}

fn train(mut backend: impl Backend) -> [f64; 3] {
    POINTS.iter().cycle().take(400).fold([1.0, -2.0, -1.0], |w, &(point, label)| {
        let slope = backend.gradient(&Objective { point, label }, &w).expect("one output");
        std::array::from_fn(|i| w[i] - 0.01 * slope[i])
    })
}

#[test]
fn support_vector_machine_by_stochastic_gradient_descent() {
    for w in [train(Forward::new()), train(Reverse::new()), train(Replay::default()), train(Jit::default())] {
        for (found, expected) in w.into_iter().zip([0.6397158906445634, -0.1284062492282233, -0.89]) {
            // 400 steps round by at most half a unit in the last place of 1 each.
            assert!((found - expected).abs() < 400.0 * f64::EPSILON, "{found} instead of {expected}");
        }
        let right = POINTS.iter().filter(|&&(point, label)| (score(w, point) > 0.0) == (label > 0.0)).count();
        assert_eq!(right, 5);
    }
}

#[differentiable]
fn total_loss<S: Scalar<Real = f64>>(w: &[S; 3], data: [([f64; 2], f64); 3], alpha: f64) -> S {
    let hinges = data.iter().map(|&(point, label)| hinge(*w, point, label)).sum::<S>();
    hinges + (w[0] * w[0] + w[1] * w[1]) * alpha
}

#[test]
fn support_vector_machine_loss() {
    let w = [0.1, 0.2, 0.3];
    let data = [([1.2, 0.7], 1.0), ([-0.3, 0.5], -1.0), ([3.0, 2.5], 1.0)];
    for ((point, label), expected) in data.into_iter().zip([0.44, 1.37, 0.0]) {
        assert_close(hinge(w, point, label), expected);
    }
    assert_close(0.1 * (w[0] * w[0] + w[1] * w[1]), 0.005);
    let loss = TotalLoss { data, alpha: 0.1 };
    assert_close(loss.call(&w), 1.815);
    assert_gradient(&loss, w, [-1.48, -0.16, 0.0]);
}

/// Three hidden neurons `(a, b, c)`, then the weights and the bias of the output.
#[differentiable]
fn net_score<S: Scalar<Real = f64>>(net: &([[S; 3]; 3], [S; 3], S), point: [f64; 2]) -> S {
    let hidden = net.0.map(|[a, b, c]| (a * point[0] + b * point[1] + c).relu());
    S::dot(&net.1, &hidden) + net.2
}

#[test]
fn two_layer_net_against_central_differences() {
    type Net = ([[f64; 3]; 3], [f64; 3], f64);
    const H: f64 = 1e-5;
    let mut rng = StdRng::seed_from_u64(0);
    let mut uniform = || 2.0 * rng.random::<f64>() - 1.0;
    let mut worst = 0.0_f64;
    for _ in 0..200 {
        let f = NetScore { point: [uniform(), uniform()] };
        let net: Net = Net::map(&Net::default(), &mut |_: f64| uniform());
        let gradient = Net::flatten(&Reverse::new().gradient(&f, &net).expect("one output"));
        assert_eq!(gradient.len(), 13);
        assert_eq!(Net::flatten(&Forward::new().gradient(&f, &net).expect("one output")), gradient);
        for (i, exact) in gradient.into_iter().enumerate() {
            let [ahead, behind] = [H, -H].map(|h| {
                let mut leaf = 0..;
                f.call(&Net::map(&net, &mut |w: f64| if leaf.next() == Some(i) { w + h } else { w }))
            });
            worst = worst.max(((ahead - behind) / (2.0 * H) - exact).abs());
        }
    }
    // The score is linear in each parameter, so what is left is rounding: a few ε/h.
    assert!(worst < 5e-11 && worst > 1e-12, "{worst}");
}

#[differentiable]
fn micrograd<S: Scalar<Real = f64>>(&[a, b]: &[S; 2]) -> S {
    let (c, d) = (a + b, a * b + b.powi(3));
    let c = c + (c + 1.0);
    let c = c + (c + 1.0 - a);
    let d = d + (d * 2.0 + (b + a).relu());
    let d = d + (d * 3.0 + (b - a).relu());
    let f = (c - d).powi(2);
    f / 2.0 + S::lit(10.0) / f
}

#[test]
fn micrograd_readme() {
    assert_close(micrograd(&[-4.0, 2.0]), 24.70408163265306);
    assert_gradient(&Micrograd, [-4.0, 2.0], [138.83381924198252, 645.5772594752186]);
}
