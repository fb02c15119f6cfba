//! Fits by levenberg-marquardt.
#![cfg(feature = "levenberg-marquardt")]

use anygrad_adapters::Error;
use anygrad_adapters::levenberg_marquardt::Residuals;
use anygrad_core::{Backend, Differentiable, Error as Core, Scalar};
use anygrad_finite::Finite;
use anygrad_forward::Forward;
use anygrad_reverse::Reverse;
use levenberg_marquardt::{LeastSquaresProblem, LevenbergMarquardt, TerminationReason};
use nalgebra_0_34::DVector;

/// `b·exp(−t·d) + c − y` at some `t`.
struct Decay {
    t: Vec<f64>,
    y: Vec<f64>,
}

impl Decay {
    /// Without noise, so that the parameters are known.
    fn of(b: f64, d: f64, c: f64) -> Self {
        let t: Vec<f64> = (0..20).map(|i| f64::from(i) * 0.25).collect();
        let y = t.iter().map(|t| b * (-t * d).exp() + c).collect();
        Self { t, y }
    }
}

impl Differentiable for Decay {
    type Input = ([f64; 2], f64);
    type Output = Vec<f64>;

    fn call<S: Scalar<Real = f64>>(&self, &([b, d], c): &([S; 2], S)) -> Vec<S> {
        self.t.iter().zip(&self.y).map(|(&t, &y)| b * (d * -t).exp() + c - y).collect()
    }
}

fn finds_the_parameters(backend: impl Backend) {
    let decay = Decay::of(2.5, 0.75, -1.0);
    let residuals = Residuals::new(&decay, backend, ([1.0, 0.1], 0.0));
    let (([b, d], c), report) = residuals.minimize(&LevenbergMarquardt::new()).unwrap();
    assert!(report.termination.was_successful(), "{:?}", report.termination);
    for (found, expected) in [(b, 2.5), (d, 0.75), (c, -1.0)] {
        assert!((found - expected).abs() < 1e-7, "{found} instead of {expected}");
    }
}

#[test]
fn every_backend_finds_the_parameters() {
    finds_the_parameters(Forward::new());
    finds_the_parameters(Reverse::new());
    finds_the_parameters(Finite::default());
}

/// `∂rᵢ/∂(b, d, c) = (e⁻ᵗᵈ, −t·b·e⁻ᵗᵈ, 1)`.
#[test]
fn residuals_and_jacobian() {
    let decay = Decay::of(2.5, 0.75, -1.0);
    let mut residuals = Residuals::new(&decay, Reverse::new(), ([1.0, 0.1], 0.0));
    residuals.set_params(&DVector::from_vec(vec![2.5, 0.75, 0.5]));
    assert_eq!(*residuals.point(), ([2.5, 0.75], 0.5));
    assert_eq!(residuals.params().as_slice(), [2.5, 0.75, 0.5]);
    assert!(residuals.residuals().unwrap().iter().all(|r| (r - 1.5).abs() < 1e-15));
    let jacobian = residuals.jacobian().unwrap();
    assert_eq!(jacobian.shape(), (20, 3));
    for (row, t) in jacobian.row_iter().zip(&decay.t) {
        let e = (-t * 0.75).exp();
        for (found, expected) in row.iter().zip([e, -t * 2.5 * e, 1.0]) {
            assert!((found - expected).abs() < 1e-15);
        }
    }
}

#[test]
fn a_failure_is_kept() {
    let decay = Decay::of(2.5, 0.75, -1.0);
    let residuals = Residuals::new(&decay, Reverse::with_limit(10), ([1.0, 0.1], 0.0));
    let expected = Error::Derivative(Core::TapeFull { limit: 10 });
    assert_eq!(residuals.clone().minimize(&LevenbergMarquardt::new()).unwrap_err(), expected);
    let (end, report) = LevenbergMarquardt::new().minimize(residuals);
    assert_eq!(report.termination, TerminationReason::User("jacobian"));
    assert_eq!(end.failure(), Some(expected));
    assert_eq!(end.failure(), None);
}

#[test]
fn a_vector_of_another_length_is_no_point() {
    let decay = Decay::of(2.5, 0.75, -1.0);
    let mut residuals = Residuals::new(&decay, Forward::new(), ([1.0, 0.1], 0.0));
    residuals.set_params(&DVector::from_vec(vec![1.0; 4]));
    let error = residuals.minimize(&LevenbergMarquardt::new()).unwrap_err();
    assert_eq!(error, Error::Derivative(Core::DimensionMismatch { what: "point", expected: 3, found: 4 }));
}

/// A function that fails itself, `√x − 1` where it is not real.
struct Partial;

impl Differentiable for Partial {
    type Input = f64;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        self.try_call(x).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_call<S: Scalar<Real = f64>>(&self, &x: &S) -> Result<S, Core> {
        if x >= S::zero() { Ok(x.sqrt() - 1.0) } else { Err(Core::function(std::fmt::Error)) }
    }
}

#[test]
fn the_error_of_a_function_is_kept() {
    let error = Residuals::new(Partial, Forward::new(), -1.0).minimize(&LevenbergMarquardt::new()).unwrap_err();
    assert_eq!(error, Error::Derivative(Core::function(std::fmt::Error)));
    let (x, _) = Residuals::new(Partial, Forward::new(), 0.5).minimize(&LevenbergMarquardt::new()).unwrap();
    assert!((x - 1.0).abs() < 1e-12);
}

#[test]
fn nan_ends_the_minimisation_without_an_error() {
    let decay = Decay::of(2.5, 0.75, -1.0);
    let residuals = Residuals::new(&decay, Forward::new(), ([f64::NAN, 0.1], 0.0));
    let (_, report) = residuals.minimize(&LevenbergMarquardt::new()).unwrap();
    assert!(matches!(report.termination, TerminationReason::Numerical(_)), "{:?}", report.termination);
}

/// `x² − 2` in single precision, from 1: `√2`.
struct Root;

impl Differentiable for Root {
    type Input = f32;
    type Output = f32;

    fn call<S: Scalar<Real = f32>>(&self, &x: &S) -> S {
        x * x - 2.0
    }
}

#[test]
fn single_precision() {
    let (root, _) = Residuals::new(Root, Forward::new(), 1.0_f32).minimize(&LevenbergMarquardt::new()).unwrap();
    assert!((root - 2.0_f32.sqrt()).abs() <= f32::EPSILON);
}
