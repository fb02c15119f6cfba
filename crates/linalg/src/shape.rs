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

/// A number of elements as a float.
pub(crate) fn count<S: Scalar>(len: usize) -> S::Real {
    S::Real::from_usize(len).unwrap_or_else(S::Real::infinity)
}
