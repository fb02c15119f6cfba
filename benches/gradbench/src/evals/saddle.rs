//! `saddle`: `min max x₁² + y₁² − (x₂² + y₂²)` over `(x₁, y₁)` and `(x₂, y₂)`, by a descent whose function is itself the end of one.

use anygrad::{Backend, Differentiable, Error as Failure, Forward, Reverse, Scalar, differentiable};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::descent::{argmin, nested};
use super::{Eval, Workload, parse};
use crate::job::job;
use crate::{Error, Job};

/// The eval.
pub const EVAL: Eval = Eval {
    name: "saddle",
    functions: nested!(prepare, inputs 2 outside, 2 inside),
    workloads: &[Workload { name: "(1, 1)", input: |_| json!(Input { start: [1.0, 1.0] }) }],
};

/// What the eval takes: where all descents begin.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    pub(crate) start: [f64; 2],
}

/// `x₁² + y₁² − (x₂² + y₂²)`.
#[inline]
fn height<S: Scalar<Real = f64>>(&[x1, y1]: &[S; 2], &[x2, y2]: &[S; 2]) -> S {
    x1 * x1 + y1 * y1 - (x2 * x2 + y2 * y2)
}

/// Minus the height, as a function of the second point; the first one is held.
#[differentiable]
fn depth<S: Scalar<Real = f64>>(second: &[S; 2], first: &[S; 2]) -> S {
    -height(first, second)
}

/// The greatest height over the second point, as a function of the first.
#[derive(Debug)]
pub struct Greatest<B> {
    /// What differentiates the height.
    pub backend: B,
    /// Where the search for the second point begins.
    pub start: [f64; 2],
}

impl<B: Backend> Greatest<B> {
    /// The second point, by a descent of minus the height.
    fn argmax<S: Scalar<Real = f64>>(&self, first: [S; 2]) -> Result<[S; 2], Failure> {
        let mut backend = self.backend.clone();
        let depth = |&second: &[S; 2]| backend.gradient_by_first::<Depth, S>(&Depth, &(second, first));
        argmin(depth, self.start.map(S::lit))
    }
}

impl<B: Backend> Differentiable for Greatest<B> {
    type Input = [f64; 2];
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, first: &[S; 2]) -> S {
        self.try_call::<S>(first).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_call<S: Scalar<Real = f64>>(&self, &first: &[S; 2]) -> Result<S, Failure> {
        Ok(height(&first, &self.argmax(first)?))
    }
}

/// Both points, with an outer backend for the descent of the first and an inner one for that of the second.
fn prepare<O: Backend + 'static, I: Backend + 'static>(
    input: Value,
    (variant, mut outer, inner): (&'static str, O, I),
) -> Result<Box<dyn Job>, Error> {
    let Input { start } = parse(EVAL.name, input)?;
    let greatest = Greatest { backend: inner, start };
    let evaluate = move |points: &mut [f64; 4]| {
        let first = argmin(|first| outer.value_and_gradient(&greatest, first), start)?;
        let second = greatest.argmax::<f64>(first)?;
        *points = [first[0], first[1], second[0], second[1]];
        Ok(())
    };
    Ok(job(variant, [f64::NAN; 4], evaluate, |points| json!(points)))
}
