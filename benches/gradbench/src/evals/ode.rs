//! `ode`: an ordinary differential equation, solved by the classical method of Runge and Kutta.
//!
//! `y₀' = x₀`, `yᵢ' = xᵢ·yᵢ₋₁` and `y(0) = 0`, from time 0 to 2 in `s` steps. The primal is `y(2)`, the gradient that of its last
//! component by `x`.

use std::sync::Arc;

use anygrad::{Scalar, differentiable, loops};
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Eval, Options, Workload, parse};
use crate::job::{gradient, value};
use crate::{Error, Job};

/// The eval.
pub const EVAL: Eval = Eval {
    name: "ode",
    functions: &[("primal", primal), ("gradient", derivative)],
    workloads: &[
        Workload { name: "n=1000 s=10", input: |rng| json!(Input::random(1000, 10, rng)) },
        Workload { name: "n=10000 s=100", input: |rng| json!(Input::random(10000, 100, rng)) },
    ],
};

/// What the eval takes: the factors, and the number of steps.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    x: Vec<f64>,
    s: usize,
}

impl Input {
    /// `n` factors, `s` steps.
    pub fn random(n: usize, s: usize, rng: &mut impl Rng) -> Self {
        Self { x: (0..n).map(|_| rng.random_range(0.5..1.5)).collect(), s }
    }
}

/// `y` after steps of the given lengths.
#[differentiable]
pub fn solution<S: Scalar<Real = f64>>(x: &[S], steps: Arc<[f64]>) -> Vec<S> {
    loops::fold(vec![S::zero(); x.len()], loops::data(&steps), |y, h: S| step(x, &y, h))
}

/// The last component of the solution.
#[differentiable]
pub fn last<S: Scalar<Real = f64>>(x: &[S], steps: Arc<[f64]>) -> S {
    solution(x, steps).last().copied().unwrap_or_else(S::zero)
}

/// One step, of length `h`.
///
/// The slope of a component reads the one before it and nothing else. So the four stages of a component are formed from those
/// of the one before, in one pass; before the first stands a constant 1, for `y₀' = x₀·1`. What does not depend on these, `h·xᵢ`, is
/// formed first: nothing waits for it.
fn step<S: Scalar<Real = f64>>(x: &[S], y: &[S], h: S) -> Vec<S> {
    let before = [S::one(); 4];
    let components = (loops::each(x), loops::each(y));
    let (_, next) = loops::scan(before, components, |[b1, b2, b3, b4]: [S; 4], (x, y): (S, S)| {
        let whole = h * x;
        let half = whole * 0.5;
        let stages = [y, y + half * b1, y + half * b2, y + whole * b3];
        (stages, y + whole * (1.0 / 6.0) * (b1 + (b2 + b3) * 2.0 + b4))
    });
    next
}

/// The function of the last component, and the factors.
///
/// # Errors
/// What is wrong with the input.
pub fn read(input: Value) -> Result<(Last, Vec<f64>), Error> {
    let Input { x, s } = parse(EVAL.name, input)?;
    if x.is_empty() || s == 0 {
        let found = format!("{} components and {s} steps", x.len());
        return Err(Error::Mismatch { module: EVAL.name, expected: "a component and a step".into(), found });
    }
    Ok((Last { steps: (0..s).map(|_| 2.0 / s as f64).collect() }, x))
}

fn primal(input: Value, _: Options) -> Result<Box<dyn Job>, Error> {
    let (Last { steps }, x) = read(input)?;
    Ok(value(Solution { steps }, x, |y| json!(y)))
}

fn derivative(input: Value, options: Options) -> Result<Box<dyn Job>, Error> {
    let (f, x) = read(input)?;
    gradient(options.method, f, x, |gradient| json!(gradient))
}
