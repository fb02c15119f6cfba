//! `llsq`: linear least squares, a step function fitted by a polynomial.
//!
//! `½·Σᵢ (sᵢ − Σⱼ xⱼ·tᵢʲ)²` with `n` places `tᵢ` from −1 to 1 and `sᵢ = sign tᵢ`.

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
    name: "llsq",
    functions: &[("primal", primal), ("gradient", derivative)],
    workloads: &[
        Workload { name: "n=128 m=128", input: |rng| json!(Input::random(128, 128, rng)) },
        Workload { name: "n=1024 m=128", input: |rng| json!(Input::random(128, 1024, rng)) },
        Workload { name: "n=8196 m=128", input: |rng| json!(Input::random(128, 8196, rng)) },
    ],
};

/// What the eval takes: the coefficients, and the number of places.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    x: Vec<f64>,
    n: usize,
}

impl Input {
    /// `m` coefficients for `n` places.
    pub fn random(m: usize, n: usize, rng: &mut impl Rng) -> Self {
        Self { x: (0..m).map(|_| rng.random_range(-1.0..1.0)).collect(), n }
    }
}

/// Half the sum of the squared errors at places with their signs.
#[differentiable]
pub fn half_squares<S: Scalar<Real = f64>>(x: &[S], places: Arc<[f64]>, signs: Arc<[f64]>) -> S {
    let squares = loops::sum((loops::data(&places), loops::data(&signs)), |(t, sign): (S, S)| {
        let (mut error, mut power) = (sign, S::one());
        for &coefficient in x {
            error -= coefficient * power;
            power *= t;
        }
        error * error
    });
    squares * 0.5
}

/// The function for `n` places, and the coefficients.
///
/// # Errors
/// What is wrong with the input.
pub fn read(input: Value) -> Result<(HalfSquares, Vec<f64>), Error> {
    let Input { x, n } = parse(EVAL.name, input)?;
    if n < 2 {
        return Err(Error::Mismatch { module: EVAL.name, expected: "2 places or more".into(), found: n.to_string() });
    }
    let places: Arc<[f64]> = (0..n).map(|i| -1.0 + 2.0 * i as f64 / (n - 1) as f64).collect();
    let signs = places.iter().map(|&t| if t == 0.0 { 0.0 } else { t.signum() }).collect();
    Ok((HalfSquares { places, signs }, x))
}

fn primal(input: Value, _: Options) -> Result<Box<dyn Job>, Error> {
    let (f, x) = read(input)?;
    Ok(value(f, x, |y| json!(y)))
}

fn derivative(input: Value, options: Options) -> Result<Box<dyn Job>, Error> {
    let (f, x) = read(input)?;
    gradient(options, f, x, |gradient| json!(gradient))
}
