//! The chunk size changes no bit of a gradient, a Jacobian or a Hessian, at ordinary points and at hard ones.

use anygrad_core::{Backend, Differentiable, Scalar};
use anygrad_forward::Forward;
use proptest::prelude::*;

/// A composition of smooth gates, `Σ tanh(xᵢ·xᵢ₊₁)·exp(−xᵢ²) / (1 + |xᵢ₊₂|) + ‖x‖`.
struct Smooth;

impl Differentiable for Smooth {
    type Input = Vec<f64>;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        let n = x.len();
        let term = |i: usize| (x[i] * x[(i + 1) % n]).tanh() * (-(x[i] * x[i])).exp() / (x[(i + 2) % n].abs() + 1.0);
        (0..n).map(term).sum::<S>() + S::norm(x)
    }
}

/// Gates with edges inside their domain, met at zeros, ties and negative numbers.
struct Edgy;

impl Differentiable for Edgy {
    type Input = Vec<f64>;
    type Output = Vec<f64>;
    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> Vec<S> {
        let n = x.len();
        let next = |i: usize| x[(i + 1) % n];
        let root = |i: usize| x[i].sqrt().max(next(i)) + next(i).abs().ln();
        let power = |i: usize| x[i].powf(next(i)) + x[i].xlogy(next(i)).min(S::one());
        let choice = |i: usize| x[i].select(next(i).sqrt(), x[i].hypot(next(i))).atan2(x[i]);
        (0..n).map(root).chain((0..n).map(power)).chain((0..n).map(choice)).chain([S::logsumexp(x)]).collect()
    }
}

fn point() -> impl Strategy<Value = Vec<f64>> {
    let hard = prop::sample::select(vec![0.0, -0.0, 1.0, -1.0, 2.0, f64::INFINITY, f64::NAN, 1e200, 5e-324]);
    prop::collection::vec(prop_oneof![4 => -3.0..3.0, 1 => hard], 1..12)
}

/// The bits, with one NaN for all.
fn bits<'a>(numbers: impl IntoIterator<Item = &'a f64>) -> Vec<u64> {
    numbers.into_iter().map(|x| if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() }).collect()
}

/// Gradient, Hessian and Jacobian in chunks of `N`, as bits.
fn derivatives<const N: usize>(x: &Vec<f64>) -> [Vec<u64>; 4] {
    let mut backend = Forward::with_chunk::<N>();
    let (value, gradient) = backend.value_and_gradient(&Smooth, x).expect("one output");
    let hessian = backend.hessian(&Smooth, x).expect("one output");
    let (outputs, jacobian) = backend.value_and_jacobian(&Edgy, x).expect("any outputs");
    let entries = |matrix: &anygrad_core::Dense<f64>| {
        let (m, n) = matrix.shape();
        (0..m).flat_map(|i| (0..n).map(move |j| (i, j))).map(|at| matrix[at]).collect::<Vec<_>>()
    };
    [bits(gradient.iter().chain([&value])), bits(&entries(&hessian)), bits(&entries(&jacobian)), bits(&outputs)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chunks_change_no_bit(x in point()) {
        let one = derivatives::<1>(&x);
        prop_assert_eq!(&one, &derivatives::<2>(&x));
        prop_assert_eq!(&one, &derivatives::<3>(&x));
        prop_assert_eq!(&one, &derivatives::<5>(&x));
        prop_assert_eq!(&one, &derivatives::<8>(&x));
    }

    /// Column `j` of the Jacobian is the pushforward of the unit vector `j`.
    #[test]
    fn a_column_is_a_pushforward(x in point()) {
        let jacobian = Forward::new().jacobian(&Edgy, &x).expect("any outputs");
        for j in 0..x.len() {
            let mut direction = vec![0.0; x.len()];
            direction[j] = 1.0;
            let column = Forward::new().directional(&Edgy, &x, &direction).expect("of the same shape");
            let of_jacobian: Vec<f64> = (0..column.len()).map(|i| jacobian[(i, j)]).collect();
            prop_assert_eq!(bits(&of_jacobian), bits(&column));
        }
    }
}
