//! The backend: one recording for many sweeps, reuse, panics, nesting, and the errors of bad input.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use anygrad_core::num_traits::Float;
use anygrad_core::{Backend, Dense, Differentiable, Error, Gradient, In, Out, Scalar};
use anygrad_forward::{Dual, Forward};
use anygrad_reverse::{Reverse, Tape};

/// `(x·y, sin x, x)`, counting how often it is called.
#[derive(Default)]
struct Vector {
    calls: Cell<usize>,
}

impl Differentiable for Vector {
    type Input = (f64, f64);
    type Output = [f64; 3];

    fn call<S: Scalar<Real = f64>>(&self, &(x, y): &(S, S)) -> [S; 3] {
        self.calls.set(self.calls.get() + 1);
        [x * y, x.sin(), x]
    }
}

/// `√x`, `x`: the first output is singular at 0, the second is not.
struct Singular;

impl Differentiable for Singular {
    type Input = f64;
    type Output = [f64; 2];

    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> [S; 2] {
        [x.sqrt(), *x]
    }
}

/// `f(x, y) = x²·y³`, with `H = [[2y³, 6xy²], [6xy², 6x²y]]`.
struct Monomial;

impl Differentiable for Monomial {
    type Input = Vec<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        x[0].powi(2) * x[1].powi(3)
    }
}

/// `x³` in `f32`.
struct Cube;

impl Differentiable for Cube {
    type Input = f32;
    type Output = f32;

    fn call<S: Scalar<Real = f32>>(&self, x: &S) -> S {
        x.powi(3)
    }
}

/// Doubles its input as often as `steps` says, and panics before the step `panic_at`.
struct Panicking {
    steps: usize,
    panic_at: Cell<usize>,
}

impl Differentiable for Panicking {
    type Input = (f64, f64);
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, &(x, z): &(S, S)) -> S {
        (0..self.steps).fold(x, |y, step| {
            assert!(step != self.panic_at.get(), "stopped");
            y * z
        })
    }
}

struct Nothing;

impl Differentiable for Nothing {
    type Input = Vec<f64>;
    type Output = Vec<f64>;

    fn call<S: Scalar<Real = f64>>(&self, x: &In<Self, S>) -> Out<Self, S> {
        x.clone()
    }
}

#[test]
fn a_jacobian_is_one_recording() {
    let f = Vector::default();
    let (y, jacobian) = Reverse::new().value_and_jacobian(&f, &(2.0, 3.0)).unwrap();
    assert_eq!(f.calls.get(), 1);
    assert_eq!(y, [6.0, 2.0.sin(), 2.0]);
    assert_eq!(jacobian.as_slice(), [3.0, 2.0, 2.0.cos(), 0.0, 1.0, 0.0]);
}

#[test]
fn a_gradient_is_one_recording_and_a_pullback_is_one() {
    let f = Vector::default();
    let (_, bx) = Reverse::new().pullback::<_, f64>(&f, &(2.0, 3.0), &[1.0, 0.0, 10.0]).unwrap();
    assert_eq!((bx, f.calls.get()), ((13.0, 2.0), 1));
}

#[test]
fn each_output_has_its_own_sweep() {
    let jacobian = Reverse::new().jacobian(&Singular, &0.0).unwrap();
    assert_eq!(jacobian.as_slice(), [f64::INFINITY, 1.0]);
    let (_, bx) = Reverse::new().pullback::<_, f64>(&Singular, &0.0, &[0.0, 2.0]).unwrap();
    assert_eq!(bx, 2.0);
}

#[test]
fn second_order_alone_and_under_dual_numbers() {
    let (x, v) = (vec![2.0, 3.0], vec![1.0, -1.0]);
    let hessian = [54.0, 108.0, 108.0, 72.0];
    let product = vec![54.0 - 108.0, 108.0 - 72.0];
    let mut reverse = Reverse::new();
    assert_eq!(reverse.hessian(&Monomial, &x).unwrap().as_slice(), hessian);
    assert_eq!(reverse.hvp(&Monomial, &x, &v).unwrap(), product);
    let gradient = Gradient::new(Monomial, Reverse::new());
    assert_eq!(Forward::new().jacobian(&gradient, &x).unwrap().as_slice(), hessian);
    assert_eq!(Forward::new().directional(&gradient, &x, &v).unwrap(), product);
    assert_eq!(reverse.second_derivative(&Cube, 2.0).unwrap(), 12.0);
}

#[test]
fn both_floats_share_one_workspace() {
    let mut reverse = Reverse::new();
    assert_eq!(reverse.gradient(&Cube, &2.0), Ok(12.0_f32));
    assert_eq!(reverse.gradient(&Monomial, &vec![2.0, 3.0]), Ok(vec![108.0, 108.0]));
    assert_eq!(reverse.gradient(&Cube, &2.0), Ok(12.0_f32));
}

#[test]
fn after_a_panic_the_next_gradient_is_right() {
    let mut reverse = Reverse::new();
    for panic_at in 0..50 {
        let f = Panicking { steps: 50, panic_at: Cell::new(panic_at) };
        let stopped = catch_unwind(AssertUnwindSafe(|| reverse.gradient(&f, &(1.0, 1.0))));
        assert!(stopped.is_err());
        f.panic_at.set(usize::MAX);
        assert_eq!(reverse.gradient(&f, &(1.0, 1.0)), Ok((1.0, 50.0)));
    }
}

#[test]
fn bad_input_has_its_error() {
    let mut reverse = Reverse::new();
    let f = Vector::default();
    assert_eq!(reverse.gradient(&f, &(1.0, 2.0)), Err(Error::NotScalar { outputs: 3 }));
    assert_eq!(reverse.hessian(&f, &(1.0, 2.0)), Err(Error::NotScalar { outputs: 3 }));
    assert_eq!(reverse.hvp(&f, &(1.0, 2.0), &(1.0, 0.0)), Err(Error::NotScalar { outputs: 3 }));
    let mismatch = |what, expected, found| Error::DimensionMismatch { what, expected, found };
    let x = vec![1.0, 2.0];
    assert_eq!(reverse.hvp(&Monomial, &x, &vec![1.0]), Err(mismatch("vector", 2, 1)));
    assert_eq!(reverse.directional(&Monomial, &x, &vec![1.0; 3]), Err(mismatch("tangent", 2, 3)));
    assert_eq!(reverse.pullback::<_, f64>(&Nothing, &x, &vec![1.0]), Err(mismatch("seed", 2, 1)));
    let mut short = vec![7.0];
    assert_eq!(reverse.value_and_gradient_into(&Monomial, &x, &mut short), Err(mismatch("gradient buffer", 2, 1)));
    assert_eq!(short, [7.0]);
}

#[test]
fn a_low_limit_is_an_error_at_every_order() {
    let x = vec![2.0, 3.0];
    let full = |limit| Error::TapeFull { limit };
    assert_eq!(Reverse::with_limit(1).gradient(&Monomial, &x), Err(full(1)));
    assert_eq!(Reverse::with_limit(2).gradient(&Monomial, &x), Err(full(2)));
    // The product is the only operation on two inputs; the gradient takes more.
    assert_eq!(Reverse::with_limit(3).gradient(&Monomial, &x), Ok(vec![108.0, 108.0]));
    assert_eq!(Reverse::with_limit(3).hessian(&Monomial, &x), Err(full(3)));
}

#[test]
fn without_inputs_the_result_is_empty() {
    let mut reverse = Reverse::new();
    assert_eq!(reverse.jacobian(&Nothing, &vec![]), Ok(Dense::zeros(0, 0)));
    assert_eq!(reverse.pushforward::<_, f64>(&Nothing, &vec![], &vec![]), Ok((vec![], vec![])));
}

#[test]
fn the_in_place_forms_write_what_the_others_return() {
    let mut reverse = Reverse::new();
    let (x, mut gradient) = (vec![2.0, 3.0], vec![0.0; 2]);
    assert_eq!(reverse.value_and_gradient_into(&Monomial, &x, &mut gradient), Ok(108.0));
    assert_eq!(gradient, [108.0, 108.0]);
    let mut jacobian = Dense::zeros(7, 7);
    assert_eq!(reverse.jacobian_into(&Monomial, &x, &mut jacobian), Ok(108.0));
    assert_eq!((jacobian.shape(), jacobian.as_slice()), ((1, 2), [108.0, 108.0].as_slice()));
}

#[test]
fn a_derived_pushforward_is_the_directional_derivative() {
    let dy = Reverse::new().directional(&Vector::default(), &(2.0, 3.0), &(1.0, 10.0));
    assert_eq!(dy, Ok([23.0, 2.0.cos(), 1.0]));
}

/// Numbers of different sizes, and of recordings that have ended, take turns in the memory of a workspace.
#[test]
fn a_workspace_serves_inner_gradients_over_any_scalar_in_turn() {
    let mut reverse = Reverse::new();
    for _ in 0..3 {
        let x = [2.0, 3.0];
        assert_eq!(reverse.gradient_over::<_, f64>(&Monomial, &x.to_vec()), Ok((108.0, vec![108.0, 108.0])));

        let x = vec![Dual::new(2.0, [1.0]), Dual::from(3.0)];
        let (value, slope) = reverse.gradient_over::<_, Dual<f64, 1>>(&Monomial, &x).expect("one output");
        assert_eq!((value.primal, value.tangents), (108.0, [108.0]));
        assert_eq!(
            slope.iter().map(|slope| (slope.primal, slope.tangents)).collect::<Vec<_>>(),
            [(108.0, [54.0]), (108.0, [108.0])]
        );

        let x = vec![Dual::new(2.0, [1.0, 0.0]), Dual::new(3.0, [0.0, 1.0])];
        let (_, slope) = reverse.gradient_over::<_, Dual<f64, 2>>(&Monomial, &x).expect("one output");
        assert_eq!(slope.iter().map(|slope| slope.tangents).collect::<Vec<_>>(), [[54.0, 108.0], [108.0, 72.0]]);

        let row = Tape::new().record(|recording| {
            let x = [2.0, 3.0].map(|x| recording.variable(x));
            let (_, slope) = reverse.gradient_over(&Monomial, &x.to_vec()).expect("one output");
            let adjoints = recording.adjoints(slope[1]).expect("room on the tape");
            x.map(|x| adjoints.of(x))
        });
        assert_eq!(row, [Some(108.0), Some(72.0)]);
    }
}
