//! One problem, many callers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anygrad_adapters::argmin::Problem;
use anygrad_core::{Differentiable, Scalar};
use anygrad_reverse::Reverse;
use argmin::core::{CostFunction, Gradient};

use super::functions::Rosenbrock;

#[test]
fn threads_share_a_problem() {
    let problem = Problem::new(Rosenbrock, Reverse::new());
    let point: Vec<f64> = (0..100).map(|i| f64::from(i).sin()).collect();
    let (expected, together) = (problem.gradient(&point).unwrap(), Barrier::new(4));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                together.wait();
                (0..50).for_each(|_| assert_eq!(problem.gradient(&point).unwrap(), expected));
            });
        }
    });
}

/// `Σ xᵢ²`, and the gradient of another problem on the way, which needs a workspace while this one is in use.
#[derive(Clone)]
struct Inside<'a>(&'a Problem<Rosenbrock, Reverse>, &'a AtomicBool);

impl Differentiable for Inside<'_> {
    type Input = Vec<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        let point: Vec<f64> = x.iter().map(|x| x.primal()).collect();
        assert!(self.0.gradient(&point).is_ok());
        assert!(!self.1.load(Ordering::Relaxed), "stopped on purpose");
        x.iter().map(|&x| x * x).sum()
    }
}

#[test]
fn a_panic_inside_of_a_function_leaves_the_problem_usable() {
    let (inner, stop) = (Problem::new(Rosenbrock, Reverse::new()), AtomicBool::new(true));
    let problem = Problem::new(Inside(&inner, &stop), Reverse::new());
    let point = vec![1.0, 2.0];
    assert!(catch_unwind(AssertUnwindSafe(|| problem.gradient(&point))).is_err());
    stop.store(false, Ordering::Relaxed);
    assert_eq!(problem.cost(&point).unwrap(), 5.0);
    assert_eq!(problem.gradient(&point).unwrap(), [2.0, 4.0]);
    assert_eq!(problem.clone().gradient(&point).unwrap(), [2.0, 4.0]);
}
