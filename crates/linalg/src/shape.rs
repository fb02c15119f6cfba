//! Shapes as messages.

use anygrad_core::num_traits::{Float, FromPrimitive};
use anygrad_core::{Error, Scalar};

/// The error of an operation that cannot take the shapes that came.
#[cold]
pub(crate) fn mismatch(operation: &'static str, expected: impl Into<String>, found: impl Into<String>) -> Error {
    Error::Shape { operation, expected: expected.into(), found: found.into() }
}

/// `rows×columns`.
pub(crate) fn written((rows, columns): (usize, usize)) -> String {
    format!("{rows}×{columns}")
}

/// The error of a system, unless the right-hand side has as many rows as the matrix.
pub(crate) fn check_rows(
    operation: &'static str,
    matrix: (usize, usize),
    right_hand_side: (usize, usize),
) -> Result<(), Error> {
    if matrix.0 == right_hand_side.0 {
        return Ok(());
    }
    let found = format!("{} and {}", written(matrix), written(right_hand_side));
    Err(mismatch(operation, "as many rows on the right as in the matrix", found))
}

/// A number of elements as a float.
pub(crate) fn count<S: Scalar>(len: usize) -> S::Real {
    S::Real::from_usize(len).unwrap_or_else(S::Real::infinity)
}
