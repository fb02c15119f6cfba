//! `Price`: what native code costs before its first run.

use std::time::Duration;

/// What native code cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The time to make it.
    pub compile: Duration,
    /// The operations of the program.
    pub operations: usize,
    /// The functions that it was cut into.
    pub functions: usize,
    /// The bytes of code.
    pub bytes: usize,
}
