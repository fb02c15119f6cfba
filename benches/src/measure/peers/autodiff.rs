//! autodiff: forward mode with one tangent.

use std::hint::black_box;

use autodiff::F1;

use super::program::{Program, tridiagonal};
use crate::method::Method;

const NAME: &str = "autodiff";

pub(super) fn gradient(program: impl Program + 'static, x: &[f64]) -> Method {
    let x = x.to_vec();
    Method::of_vector(NAME, move || autodiff::grad(|x: &[F1]| program.run(x), black_box(&x)))
}

/// A column for each input, written into rows.
pub(super) fn jacobian(x: &[f64]) -> Method {
    let x = x.to_vec();
    Method::of_rows(NAME, move || {
        let mut rows = vec![vec![0.0; x.len()]; x.len()];
        let mut seeded: Vec<F1> = black_box(&x).iter().map(|&x| F1::cst(x)).collect();
        for j in 0..x.len() {
            seeded[j] = F1::var(x[j]);
            for (row, y) in rows.iter_mut().zip(tridiagonal(&seeded)) {
                row[j] = y.deriv();
            }
            seeded[j] = F1::cst(x[j]);
        }
        rows
    })
}
