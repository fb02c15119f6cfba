//! Eigenvalues and singular values: whether they were found, and whether their vectors have derivatives.

use anygrad_core::arrays::Array;
use anygrad_core::num_traits::Float;
use anygrad_core::{Error, Scalar};

use crate::Matrix;
use crate::ops::{Apart, Slice, apply};

/// An error if the values of a matrix without a NaN or an infinity could not be found. `size` is the number of them.
pub(crate) fn check_found<S: Scalar>(
    operation: &'static str,
    matrix: &Matrix<S>,
    factors: &S::Array,
    size: usize,
) -> Result<(), Error> {
    let found = size == 0 || !factors.get(factors.len() - 1).is_nan();
    if found || !matrix.primal().iter().all(Float::is_finite) {
        return Ok(());
    }
    // What the kernel allows itself: so many rounds a value, and a value for each.
    let rounds = 30.max(size_of::<S::Real>() * 4);
    let iterations = rounds.saturating_mul(size).saturating_mul(size);
    Err(Error::NotConverged { operation, iterations, found: "values that still change".to_owned() })
}

/// An error if the vectors of a matrix that is not constant have no derivative, because two of the values, which are the last of
/// the factors, do not lie apart.
pub(crate) fn check_apart<S: Scalar>(
    operation: &'static str,
    matrix: &Matrix<S>,
    factors: &S::Array,
    apart: Apart,
) -> Result<(), Error> {
    if matrix.as_array().is_constant() {
        return Ok(());
    }
    let (n, all) = (apart.n, factors.len());
    let values = apply::<S>(Slice { outer: 1, axis: all, inner: 1, start: all - n, len: n }, factors);
    let mask = apply::<S>(apart, &values);
    let is_close = |i: usize, j: usize| j < n && mask.get(i * n + j).is_nan();
    match (0..n).find(|&i| is_close(i, i) || is_close(i, i + 1)) {
        Some(at) if !values.get(at).is_nan() => {
            let close: Vec<String> = (at..n.min(at + 2)).map(|i| values.get(i).primal().to_string()).collect();
            Err(Error::NotSeparate { operation, expected: apart.expected(), found: close.join(" and ") })
        }
        _ => Ok(()),
    }
}
