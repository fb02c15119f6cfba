//! The solvers find Rosenbrock's minimum by every backend.

use anygrad_adapters::Error;
use anygrad_adapters::argmin::{LeastSquares, MatrixFree, Problem};
use anygrad_core::{Backend, Error as Core};
use anygrad_forward::Forward;
use anygrad_reverse::Reverse;
use argmin::core::{Executor, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::newton::NewtonCG;
use argmin::solver::quasinewton::LBFGS;
use argmin::solver::trustregion::{Steihaug, TrustRegion};

use super::functions::{Residuals, Rosenbrock, Steep};

fn start() -> Vec<f64> {
    vec![-1.2, 1.0, -1.2, 1.0]
}

macro_rules! minimise {
    ($problem:expr, $solver:expr, $iterations:expr) => {{
        let executor = Executor::new($problem, $solver).configure(|state| state.param(start()).max_iters($iterations));
        let result = executor.run().unwrap();
        let best = result.state().get_best_param().unwrap();
        assert!(best.iter().all(|x| (x - 1.0).abs() < 1e-6), "{best:?} after {}", result.state().get_iter());
    }};
}

fn every_solver(backend: impl Backend) {
    let problem = Problem::new(Rosenbrock, backend.clone());
    let steep = Problem::new(Steep, backend.clone());
    let squares = LeastSquares::new(Residuals, backend);
    let search = MoreThuenteLineSearch::new;
    let region = || TrustRegion::new(Steihaug::new().with_max_iters(10));
    minimise!(problem.clone(), LBFGS::new(search(), 5), 100);
    minimise!(squares.clone(), LBFGS::new(search(), 5), 100);
    minimise!(steep.clone(), NewtonCG::new(search()), 50);
    minimise!(MatrixFree::new(steep), NewtonCG::new(search()), 50);
    minimise!(problem.clone(), region(), 50);
    minimise!(MatrixFree::new(problem), region(), 50);
    minimise!(squares.clone(), region(), 50);
    minimise!(MatrixFree::new(squares), region(), 50);
}

#[test]
fn forward() {
    every_solver(Forward::new());
}

#[test]
fn reverse() {
    every_solver(Reverse::new());
}

#[test]
fn a_failure_ends_the_run() {
    let problem = Problem::new(Rosenbrock, Reverse::with_limit(5));
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 5);
    let error = Executor::new(problem, solver).configure(|state| state.param(start())).run().err().unwrap();
    assert_eq!(error.downcast_ref(), Some(&Error::Derivative(Core::TapeFull { limit: 5 })));
}
