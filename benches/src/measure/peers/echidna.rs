//! echidna: reverse mode on a tape, and a tape recorded once and run again.

use std::hint::black_box;

use echidna::{BReverse, Dual, Reverse};

use super::program::{Program, tridiagonal};
use crate::method::Method;

const NAME: &str = "echidna";

/// The tape is recorded before the measurement; a function with branches could not be measured like this.
const RECORDED: &str = "echidna/recorded";

pub(super) fn gradient(program: impl Program + 'static, x: &[f64]) -> Method {
    let x = x.to_vec();
    Method::of_vector(NAME, move || echidna::grad(|x: &[Reverse<f64>]| program.run(x), black_box(&x)))
}

pub(super) fn recorded_gradient(program: impl Program, x: &[f64]) -> Method {
    let (mut tape, _) = echidna::record(|x: &[BReverse<f64>]| program.run(x), x);
    let (x, mut adjoints) = (x.to_vec(), Vec::new());
    Method::of_vector(RECORDED, move || tape.gradient_with_buf(black_box(&x), &mut adjoints))
}

pub(super) fn jacobian(x: &[f64]) -> Method {
    let x = x.to_vec();
    Method::of_rows(NAME, move || echidna::jacobian(|x: &[Dual<f64>]| tridiagonal(x), black_box(&x)).1)
}

pub(super) fn hvp(program: impl Program + 'static, x: &[f64], v: &[f64]) -> Method {
    let (x, v) = (x.to_vec(), v.to_vec());
    Method::of_vector(NAME, move || echidna::hvp(|x: &[BReverse<f64>]| program.run(x), black_box(&x), black_box(&v)).1)
}

pub(super) fn recorded_hvp(program: impl Program, x: &[f64], v: &[f64]) -> Method {
    let (tape, _) = echidna::record(|x: &[BReverse<f64>]| program.run(x), x);
    let (x, v, mut values, mut adjoints) = (x.to_vec(), v.to_vec(), Vec::new(), Vec::new());
    Method::of_vector(RECORDED, move || tape.hvp_with_buf(black_box(&x), black_box(&v), &mut values, &mut adjoints).1)
}
