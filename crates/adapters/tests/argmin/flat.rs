use anygrad_adapters::Error;
use anygrad_adapters::argmin::{Flat, Problem};
use anygrad_core::{Differentiable, Error as Core, Scalar};
use anygrad_forward::Forward;
use argmin::core::{CostFunction, Executor, Gradient, State};
use argmin::solver::{linesearch::MoreThuenteLineSearch, quasinewton::LBFGS};

/// `(a − 1)² + Σ (bᵢ − a)²`, lowest at `(1, [1, 1, 1])`.
struct Chained;

impl Differentiable for Chained {
    type Input = (f64, [f64; 3]);
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, &(a, b): &(S, [S; 3])) -> S {
        (a - 1.0).powi(2) + b.iter().map(|&b| (b - a).powi(2)).sum::<S>()
    }
}

#[test]
fn a_structure_is_minimised() {
    let flat = Flat::new(Chained, (3.0, [-1.0, 0.0, 1.0]));
    let start = flat.start();
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 4);
    let result = Executor::new(Problem::new(&flat, Forward::new()), solver)
        .configure(|state| state.param(start).max_iters(50))
        .run()
        .unwrap();
    let (a, b) = flat.point(result.state().get_best_param().unwrap()).unwrap();
    assert!(b.iter().chain([&a]).all(|x| (x - 1.0).abs() < 1e-6), "{a} {b:?}");
}

#[test]
fn a_vec_of_another_length_is_no_point() {
    let flat = Flat::new(Chained, (3.0, [-1.0, 0.0, 1.0]));
    let problem = Problem::new(&flat, Forward::new());
    for length in [0, 3, 5] {
        assert_eq!(flat.point(&vec![0.0; length]), None);
        let expected = Error::Derivative(Core::DimensionMismatch { what: "point", expected: 4, found: length });
        let point = vec![0.0; length];
        assert_eq!(problem.cost(&point).unwrap_err().downcast_ref(), Some(&expected));
        assert_eq!(problem.gradient(&point).unwrap_err().downcast_ref(), Some(&expected));
        assert!(flat.call(&point).is_nan());
    }
    assert_eq!(problem.gradient(&flat.start()).unwrap(), [4.0 - 2.0 * (-4.0 - 3.0 - 2.0), -8.0, -6.0, -4.0]);
}
