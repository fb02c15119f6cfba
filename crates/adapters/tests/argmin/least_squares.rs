use anygrad_adapters::argmin::{Curvature, LeastSquares, Problem};
use anygrad_core::{Backend, Error as Core};
use anygrad_forward::Forward;
use anygrad_reverse::Reverse;
use argmin::core::{CostFunction, Gradient, Hessian, Jacobian, Operator};

use super::functions::{Residuals, Rosenbrock, assert_near, slope};

/// `J = √2·[−1 0; −20x 10]`.
fn answers(backend: impl Backend) {
    let (x, y) = (-1.2, 1.5);
    let squares = LeastSquares::new(Residuals, backend.clone());
    let point = vec![x, y];
    let cost = Problem::new(Rosenbrock, backend.clone()).cost(&point).unwrap();
    assert_near(&[squares.cost(&point).unwrap()], &[cost], 1e-14);
    assert_near(&squares.gradient(&point).unwrap(), &slope(x, y), 1e-14);
    let gram = [2.0 + 800.0 * x * x, -400.0 * x, -400.0 * x, 200.0];
    assert_near(&squares.hessian(&point).unwrap().concat(), &gram, 1e-14);
    let product = squares.curvature(&point, &vec![1.0, 3.0]).unwrap();
    assert_near(&product, &[gram[0] + 3.0 * gram[1], gram[2] + 3.0 * gram[3]], 1e-14);
    let residuals = Problem::new(Residuals, backend);
    assert_eq!(squares.apply(&point).unwrap(), residuals.apply(&point).unwrap());
    assert_eq!(squares.jacobian(&point).unwrap(), residuals.jacobian(&point).unwrap());
}

#[test]
fn answers_are_those_by_hand() {
    answers(Forward::new());
    answers(Reverse::new());
}

#[test]
fn a_product_along_a_vector_of_another_length_is_an_error() {
    let squares = LeastSquares::new(Residuals, Forward::new());
    let error = squares.curvature(&vec![1.0, 2.0], &vec![1.0]).unwrap_err();
    assert!(matches!(
        error,
        anygrad_adapters::Error::Derivative(Core::DimensionMismatch { expected: 2, found: 1, .. })
    ));
}
