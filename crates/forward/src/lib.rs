//! Forward mode: dual numbers, `Dual<T, N>`, and the backend that seeds them.

mod backend;
mod dual;
mod duals;
mod lanes;
#[cfg(feature = "nalgebra")]
pub mod nalgebra;
mod walks;

pub use backend::Forward;
pub use dual::{Dual, DualNumber};
pub use duals::Duals;
