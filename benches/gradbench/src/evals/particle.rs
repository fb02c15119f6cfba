//! `particle`: the charge `w` that makes a particle land where it is meant to, by gradient descent; its acceleration is itself a gradient.

use anygrad::{Backend, Differentiable, Error as Failure, Forward, Reverse, Scalar, differentiable};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::descent::{argmin, nested};
use super::{Eval, Workload, parse};
use crate::job::job;
use crate::{Error, Job};

/// The eval.
pub const EVAL: Eval = Eval {
    name: "particle",
    functions: nested!(prepare, inputs 1 outside, 2 inside),
    workloads: &[Workload { name: "w=0", input: |_| json!(Input { w: 0.0 }) }],
};

/// What the eval takes: where the descent begins.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    pub(crate) w: f64,
}

/// The potential `Σ 1/‖x − c‖` of charges `c` at `(10, 10 − w)` and `(10, 0)`.
#[differentiable]
pub fn potential<S: Scalar<Real = f64>>(&[x, y]: &[S; 2], w: S) -> S {
    let near = |height: S| {
        let (right, up) = (x - 10.0, y - height);
        (right * right + up * up).sqrt().recip()
    };
    near(-w + 10.0) + near(S::zero())
}

/// How far from 0 the particle lands, squared, as a function of `w`.
///
/// It starts at `(0, 8)` with velocity `(0.75, 0)` and is moved by Euler's method in steps of 0.1; its acceleration is minus the gradient of
/// the [potential] by `x`, by a backend; `w` is held there.
#[derive(Debug)]
pub struct Landing<B>(pub B);

/// A particle that is not down after so many steps is lost.
const STEPS: usize = 100_000;

impl<B: Backend> Differentiable for Landing<B> {
    type Input = f64;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, w: &S) -> S {
        self.try_call::<S>(w).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_call<S: Scalar<Real = f64>>(&self, &w: &S) -> Result<S, Failure> {
        const STEP: f64 = 0.1;
        let (mut x, mut v) = ([S::zero(), S::lit(8.0)], [S::lit(0.75), S::zero()]);
        let mut backend = self.0.clone();
        for _ in 0..STEPS {
            let (_, slope) = backend.gradient_by_first::<Potential, S>(&Potential, &(x, w))?;
            x = [x[0] + v[0] * STEP, x[1] + v[1] * STEP];
            if x[1] <= S::zero() {
                let back = -x[1] / v[1];
                let place = x[0] + back * v[0];
                return Ok(place * place);
            }
            v = [v[0] - slope[0] * STEP, v[1] - slope[1] * STEP];
        }
        Err(Failure::NotConverged { operation: "particle", iterations: STEPS, found: format!("a height of {}", x[1]) })
    }
}

/// The best `w`, with an outer backend for the descent and an inner one for the acceleration.
fn prepare<O: Backend + 'static, I: Backend + 'static>(
    input: Value,
    (variant, mut outer, inner): (&'static str, O, I),
) -> Result<Box<dyn Job>, Error> {
    let Input { w } = parse(EVAL.name, input)?;
    let landing = Landing(inner);
    let evaluate = move |best: &mut f64| {
        let distance = |[w]: &[f64; 1]| outer.value_and_gradient(&landing, w).map(|(y, slope)| (y, [slope]));
        [*best] = argmin(distance, [w])?;
        Ok(())
    };
    Ok(job(variant, f64::NAN, evaluate, |w| json!(w)))
}
