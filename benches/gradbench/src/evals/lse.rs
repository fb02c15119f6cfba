//! `lse`: the logarithm of a sum of exponentials, `A + ln Σ exp(xᵢ − A)` with `A = max x`.

use anygrad::linalg::Vector;
use anygrad::{Scalar, differentiable};
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Eval, Options, Workload, parse};
use crate::job::{gradient, value};
use crate::{Error, Job};

/// The eval.
pub const EVAL: Eval = Eval {
    name: "lse",
    functions: &[("primal", primal), ("gradient", derivative)],
    workloads: &[
        Workload { name: "n=2500", input: |rng| json!(Input::random(2500, rng)) },
        Workload { name: "n=40000", input: |rng| json!(Input::random(40000, rng)) },
        Workload { name: "n=640000", input: |rng| json!(Input::random(640000, rng)) },
    ],
};

/// What the eval takes.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    x: Vec<f64>,
}

impl Input {
    /// `n` numbers.
    pub fn random(n: usize, rng: &mut impl Rng) -> Self {
        Self { x: (0..n).map(|_| rng.random_range(-1.0..1.0)).collect() }
    }
}

/// `ln Σ exp xᵢ`. The maximum is taken out of the exponentials, so that none of them overflows.
#[differentiable]
pub fn log_sum_exp<S: Scalar<Real = f64>>(x: &Vector<S>) -> S {
    let greatest = x.max();
    greatest + x.shift(-greatest).exp().sum().ln()
}

/// The function and its point.
///
/// # Errors
/// What is wrong with the input.
pub fn read(input: Value) -> Result<(LogSumExp, Vector<f64>), Error> {
    let Input { x } = parse(EVAL.name, input)?;
    if x.is_empty() {
        return Err(Error::Mismatch { module: EVAL.name, expected: "a number".into(), found: "none".into() });
    }
    Ok((LogSumExp, Vector::new(x)))
}

fn primal(input: Value, _: Options) -> Result<Box<dyn Job>, Error> {
    let (f, x) = read(input)?;
    Ok(value(f, x, |y| json!(y)))
}

fn derivative(input: Value, options: Options) -> Result<Box<dyn Job>, Error> {
    let (f, x) = read(input)?;
    gradient(options.method, f, x, |gradient| json!(gradient.to_vec()))
}
