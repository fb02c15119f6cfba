//! `hello`: the square of a number, and its derivative.

use anygrad::{Scalar, differentiable};
use serde_json::{Value, json};

use super::{Eval, Options, Workload, parse};
use crate::job::{gradient, value};
use crate::{Error, Job};

/// The eval.
pub const EVAL: Eval = Eval {
    name: "hello",
    functions: &[("square", square), ("double", double)],
    workloads: &[Workload { name: "x = 1.5", input: |_| json!(1.5) }],
};

/// `x²`.
#[differentiable]
fn squared<S: Scalar<Real = f64>>(x: &S) -> S {
    *x * *x
}

fn square(input: Value, _: Options) -> Result<Box<dyn Job>, Error> {
    Ok(value(Squared, parse(EVAL.name, input)?, |y| json!(y)))
}

fn double(input: Value, options: Options) -> Result<Box<dyn Job>, Error> {
    gradient(options.method, Squared, parse(EVAL.name, input)?, |gradient| json!(gradient))
}
