//! The complex step: derivatives of analytic functions without subtraction.

mod backend;
mod functions;
mod number;
mod point;

pub use backend::ComplexStep;
pub use number::{ComplexNumber, Fault};
