//! Second derivatives in several inputs.

use anygrad_core::{Backend, Differentiable, Error, Scalar};
use anygrad_finite::Finite;

/// `σ(a·x + b·y + c)`.
struct Neuron;

impl Differentiable for Neuron {
    type Input = [f64; 5];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, &[a, b, c, x, y]: &[S; 5]) -> S {
        S::one() / (S::one() + (-(a * x + b * y + c)).exp())
    }
}

const POINT: [f64; 5] = [1.0, 2.0, -3.0, -1.0, 3.0];

/// `∂² = σ″(s)·∂s·∂sᵀ + σ′(s)·∂²s` at `s = 2`, with `∂s = (x, y, 1, a, b)` and `∂²s = 1` for the pairs (a, x) and (b, y).
fn exact_hessian() -> [[f64; 5]; 5] {
    let s = 1.0 / (1.0 + (-2.0_f64).exp());
    let first = s * (1.0 - s);
    let second = first * (1.0 - 2.0 * s);
    let slope = [-1.0, 3.0, 1.0, 1.0, 2.0];
    let paired = |i: usize, j: usize| i.abs_diff(j) == 3 && i.min(j) < 2;
    std::array::from_fn(|i| {
        std::array::from_fn(|j| second * slope[i] * slope[j] + if paired(i, j) { first } else { 0.0 })
    })
}

/// What a method is expected to reach.
const METHODS: [(Finite, f64); 5] = [
    (Finite::ridders(), 1e-8),
    (Finite::forward(), 1e-3),
    (Finite::central(), 1e-5),
    (Finite::order(4), 1e-6),
    (Finite::order(8), 1e-4),
];

#[test]
fn hessian_of_the_neuron() {
    let exact = exact_hessian();
    for (mut finite, tolerance) in METHODS {
        let (found, error) = finite.hessian_with_error(&Neuron, &POINT).expect("smooth");
        let plain = finite.hessian(&Neuron, &POINT).expect("smooth");
        for (i, j) in (0..5).flat_map(|i| (0..5).map(move |j| (i, j))) {
            let off = (found[(i, j)] - exact[i][j]).abs();
            assert!(off <= error[(i, j)], "{finite:?} at {i}, {j}: off {off:e}, bound {:e}", error[(i, j)]);
            assert!(error[(i, j)] < tolerance, "{finite:?} at {i}, {j}: bound {:e}", error[(i, j)]);
            assert_eq!(found[(i, j)], found[(j, i)]);
            assert!((plain[(i, j)] - exact[i][j]).abs() < tolerance);
        }
    }
}

#[test]
fn hessian_times_vector_of_the_neuron() {
    let exact = exact_hessian();
    for v in [[1.0, -1.0, 0.5, 2.0, -2.0], [0.0, 0.0, 0.0, 3.0, 0.0]] {
        for (mut finite, tolerance) in METHODS {
            let (found, error) = finite.hvp_with_error(&Neuron, &POINT, &v).expect("smooth");
            let plain = finite.hvp(&Neuron, &POINT, &v).expect("smooth");
            for i in 0..5 {
                let exact: f64 = exact[i].iter().zip(v).map(|(h, v)| h * v).sum();
                let off = (found[i] - exact).abs();
                assert!(off <= error[i], "{finite:?} at {i}: off {off:e}, bound {:e}", error[i]);
                assert!(error[i] < 10.0 * tolerance, "{finite:?} at {i}: bound {:e}", error[i]);
                assert!((plain[i] - exact).abs() < 10.0 * tolerance);
            }
        }
    }
    assert_eq!(Finite::default().hvp(&Neuron, &POINT, &[0.0; 5]), Ok([0.0; 5]));
}

/// `ln x · ln y`, with no value where either is negative.
struct Logs;

impl Differentiable for Logs {
    type Input = [f64; 2];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, [x, y]: &[S; 2]) -> S {
        x.ln() * y.ln()
    }
}

#[test]
fn hessian_near_the_edge_of_the_domain() {
    let (x, y) = (1e-6_f64, 0.01_f64);
    let (found, error) = Finite::default().hessian_with_error(&Logs, &[x, y]).expect("finite");
    let exact = [[-y.ln() / (x * x), 1.0 / (x * y)], [1.0 / (x * y), -x.ln() / (y * y)]];
    for (i, j) in [(0, 0), (0, 1), (1, 1)] {
        let off = (found[(i, j)] - exact[i][j]).abs();
        assert!(
            off <= error[(i, j)] && error[(i, j)] < 1e-5 * exact[i][j].abs(),
            "{i}, {j}: {off:e}, {:e}",
            error[(i, j)]
        );
    }
}

#[test]
fn second_derivative_on_one_side() {
    /// `e^x`, on one side of 0.
    struct Cut;
    impl Differentiable for Cut {
        type Input = f64;
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
            if *x > S::zero() { S::nan() } else { x.exp() }
        }
    }
    for mut finite in [Finite::ridders(), Finite::central()] {
        let (found, error) = finite.second_derivative_with_error(&Cut, 0.0).expect("one side is finite");
        assert!((found - 1.0).abs() <= error && error < 1e-2, "{finite:?}: {found} ± {error:e}");
        assert!((finite.second_derivative(&Cut, 0.0).expect("one side is finite") - 1.0).abs() < 1e-2);
    }
    let blocked = Finite::central().with_step(0.1).second_derivative(&Lonely, 3.0);
    assert!(matches!(blocked, Err(Error::NonFiniteProbe { index: 0, .. })), "found {blocked:?}");
}

/// 1 at 3, NaN elsewhere.
struct Lonely;

impl Differentiable for Lonely {
    type Input = f64;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        if *x == S::lit(3.0) { S::one() } else { S::nan() }
    }
}
