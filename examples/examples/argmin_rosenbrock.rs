//! Rosenbrock's valley in ten dimensions by the solvers of argmin: a function and a backend are all that they need.

use anygrad::adapters::argmin::{MatrixFree, Problem};
use anygrad::prelude::*;
use argmin::core::{Error, Executor, IterState, OptimizationResult};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::newton::NewtonCG;
use argmin::solver::quasinewton::LBFGS;

const DIMENSIONS: usize = 10;

/// Solvers stop once the valley is no higher than this.
const LOW: f64 = 1e-12;

/// `height·Σ (1 − xᵢ)² + 100·(xᵢ₊₁ − xᵢ²)²`, lowest at `(1, 1, …)` (Rosenbrock 1960).
#[differentiable]
fn valley<S: Scalar<Real = f64>>(x: &[S], height: f64) -> S {
    let link = |pair: &[S]| (S::one() - pair[0]).powi(2) + (pair[1] - pair[0] * pair[0]).powi(2) * 100.0;
    x.windows(2).map(link).sum::<S>() * height
}

fn main() -> Result<(), Error> {
    println!("backend solver        iterations gradients hessians   height  distance to (1, 1, …)");
    by(&Forward::new())?;
    by(&Reverse::new())
}

/// By one backend: L-BFGS wants gradients, Newton-CG gradients and a Hessian, for which products with it will do.
fn by(backend: &impl Backend) -> Result<(), Error> {
    let search = MoreThuenteLineSearch::new;
    let valley = Problem::new(Valley { height: 1.0 }, backend.clone());
    let lbfgs = Executor::new(valley, LBFGS::new(search(), 5));
    report(backend, "L-BFGS", 1.0, &lbfgs.configure(|state| start(state, 1.0)).run()?);

    // The inner iterations of argmin 0.11's Newton-CG stop early where gradients are short: so the valley is a canyon.
    let canyon = Problem::new(Valley { height: 1e8 }, backend.clone());
    let dense = Executor::new(canyon, NewtonCG::new(search()));
    report(backend, "Newton-CG", 1e8, &dense.configure(|state| start(state, 1e8)).run()?);

    let canyon = MatrixFree::new(Problem::new(Valley { height: 1e8 }, backend.clone()));
    let products = Executor::new(canyon, NewtonCG::new(search()));
    report(backend, "Newton-CG, H·v", 1e8, &products.configure(|state| start(state, 1e8)).run()?);
    Ok(())
}

/// What a solver knows between its iterations; its Hessian is a matrix, or what makes products.
type Step<H> = IterState<Vec<f64>, Vec<f64>, (), H, (), f64>;

fn start<H>(state: Step<H>, height: f64) -> Step<H> {
    state.param(vec![-1.0; DIMENSIONS]).max_iters(100).target_cost(LOW * height)
}

fn report<P, S, H>(backend: &impl Backend, solver: &str, height: f64, result: &OptimizationResult<P, S, Step<H>>) {
    let (state, counts) = (&result.state, &result.problem.counts);
    let count = |what| counts.get(what).copied().unwrap_or_default();
    let best = state.best_param.as_deref().unwrap_or_default();
    let distance = best.iter().map(|x| (x - 1.0).powi(2)).sum::<f64>().sqrt();
    println!(
        "{:8}{solver:14} {:8} {:9} {:8} {:8.0e}  {distance:.1e}",
        backend.name(),
        state.iter,
        count("gradient_count"),
        count("hessian_count"),
        state.best_cost / height,
    );
    assert!(best.len() == DIMENSIONS && distance < 1e-5, "{best:?}");
}
