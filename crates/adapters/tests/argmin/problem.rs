use anygrad_adapters::Error;
use anygrad_adapters::argmin::Problem;
use anygrad_core::{Backend, Error as Core};
use anygrad_finite::Finite;
use anygrad_forward::Forward;
use anygrad_reverse::Reverse;
use argmin::core::{CostFunction, Gradient, Hessian, Jacobian, Operator};

use super::functions::{Kinked, Residuals, Rosenbrock, Single, assert_near, curvature, slope};

fn answers(backend: impl Backend, of_gradient: f64, of_hessian: f64) {
    let (x, y) = (-1.2, 1.5);
    let problem = Problem::new(Rosenbrock, backend);
    let point = vec![x, y];
    assert_near(&[problem.cost(&point).unwrap()], &[4.84 + 100.0 * (1.5 - 1.44_f64).powi(2)], 1e-14);
    assert_near(&problem.gradient(&point).unwrap(), &slope(x, y), of_gradient);
    assert_near(&problem.hessian(&point).unwrap().concat(), &curvature(x, y).concat(), of_hessian);
}

#[test]
fn answers_are_those_by_hand() {
    answers(Forward::new(), 1e-14, 1e-14);
    answers(Reverse::new(), 1e-14, 1e-14);
    answers(Finite::default(), 1e-9, 1e-6);
}

#[test]
fn an_operator_has_a_jacobian() {
    let (root, point) = (2.0_f64.sqrt(), vec![3.0, 5.0]);
    let problem = Problem::new(&Residuals, Reverse::new());
    assert_near(&problem.apply(&point).unwrap(), &[-2.0 * root, -40.0 * root], 1e-15);
    let jacobian = problem.jacobian(&point).unwrap();
    assert_near(&jacobian.concat(), &[-root, 0.0, -60.0 * root, 10.0 * root], 1e-15);
}

#[test]
fn single_precision() {
    let (problem, point) = (Problem::new(Single, Reverse::new()), vec![3.0_f32, 5.0]);
    assert_eq!(problem.cost(&point).unwrap(), 45.0);
    assert_eq!(problem.gradient(&point).unwrap(), [30.0, 9.0]);
    assert_eq!(problem.hessian(&point).unwrap(), [[10.0, 6.0], [6.0, 0.0]]);
}

#[test]
fn errors_are_typed_inside_of_argmins() {
    let problem = Problem::new(Residuals, Forward::new());
    let point = vec![3.0, 5.0];
    let boxed = [
        problem.cost(&point).unwrap_err(),
        problem.gradient(&point).unwrap_err(),
        problem.hessian(&point).unwrap_err(),
    ];
    for error in boxed {
        assert_eq!(error.downcast_ref(), Some(&Error::Derivative(Core::NotScalar { outputs: 2 })));
    }
    let full = Problem::new(Rosenbrock, Reverse::with_limit(3)).gradient(&point).unwrap_err();
    assert_eq!(full.downcast_ref(), Some(&Error::Derivative(Core::TapeFull { limit: 3 })));
    assert_eq!(full.to_string(), Core::TapeFull { limit: 3 }.to_string());
}

/// A solver's loop over a Hessian of infinities would not end.
#[test]
fn a_hessian_is_finite() {
    let problem = Problem::new(Kinked, Forward::new());
    assert_eq!(problem.gradient(&vec![1.0, 0.0]).unwrap(), [2.5, 1.0]);
    let error = problem.hessian(&vec![1.0, 0.0]).unwrap_err();
    let expected = Error::NotFinite { what: "Hessian", index: 3, found: f64::INFINITY };
    assert_eq!(error.downcast_ref(), Some(&expected));
    assert_eq!(expected.to_string(), "Hessian: expected finite numbers, found inf at index 3");
}
