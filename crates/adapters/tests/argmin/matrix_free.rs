use anygrad_adapters::Error;
use anygrad_adapters::argmin::{LeastSquares, MatrixFree, Problem};
use anygrad_core::Error as Core;
use anygrad_forward::Forward;
use anygrad_reverse::Reverse;
use argmin::core::{CostFunction, Executor, Gradient, Hessian, Jacobian, Operator};
use argmin::solver::{linesearch::MoreThuenteLineSearch, newton::NewtonCG};
use argmin_math::ArgminDot;

use super::functions::{Kinked, Residuals, Rosenbrock, assert_near, curvature};

#[test]
fn products_are_those_of_the_matrix() {
    let (x, y) = (-1.2, 1.5);
    let [[a, b], [c, d]] = curvature(x, y);
    let point = vec![x, y];
    let hessian = MatrixFree::new(Problem::new(Rosenbrock, Reverse::new())).hessian(&point).unwrap();
    assert_near(&hessian.clone().dot(&vec![1.0, 3.0]), &[a + 3.0 * b, c + 3.0 * d], 1e-14);
    let squares = LeastSquares::new(Residuals, Forward::new());
    let dense = squares.hessian(&point).unwrap();
    let free = MatrixFree::new(squares).hessian(&point).unwrap();
    assert_near(&free.dot(&vec![1.0, 3.0]), &dense.dot(&vec![1.0, 3.0]), 1e-14);
}

#[test]
fn the_rest_is_that_of_the_problem() {
    let (squares, point) = (LeastSquares::new(Residuals, Forward::new()), vec![-1.2, 1.5]);
    let free = MatrixFree::new(squares.clone());
    assert_eq!(free.cost(&point).unwrap(), squares.cost(&point).unwrap());
    assert_eq!(free.gradient(&point).unwrap(), squares.gradient(&point).unwrap());
    assert_eq!(free.apply(&point).unwrap(), squares.apply(&point).unwrap());
    assert_eq!(free.jacobian(&point).unwrap(), squares.jacobian(&point).unwrap());
}

fn not_finite(found: f64) -> Error {
    Error::NotFinite { what: "product with the Hessian", index: 0, found }
}

#[test]
fn a_failed_product_is_zero_and_is_told_next() {
    let problem = MatrixFree::new(Problem::new(Kinked, Forward::new()));
    let start = vec![0.0];
    let hessian = problem.hessian(&start).unwrap();
    assert_eq!(hessian.dot(&vec![1.0]), [0.0]);
    assert_eq!(problem.cost(&start).unwrap_err().downcast_ref(), Some(&not_finite(f64::INFINITY)));
    assert_eq!(problem.cost(&start).unwrap(), 0.0);
    assert_eq!(hessian.dot(&vec![1.0, 2.0]), [0.0]);
    let failure = problem.failure();
    assert!(matches!(failure, Some(Error::Derivative(Core::DimensionMismatch { expected: 1, found: 2, .. }))));
    assert_eq!(problem.failure(), None);
}

/// With a Hessian of infinities the solver's inner loop would not end. It begins along `−∇f = −1`.
#[test]
fn a_solver_stops_at_a_failed_product() {
    let run = |problem| {
        let solver = NewtonCG::new(MoreThuenteLineSearch::new());
        Executor::new(problem, solver).configure(|state| state.param(vec![0.0]).max_iters(5)).run()
    };
    let error = run(MatrixFree::new(Problem::new(Kinked, Reverse::new()))).err().unwrap();
    assert_eq!(error.downcast_ref(), Some(&not_finite(f64::NEG_INFINITY)));
}
