//! Forward mode: dual numbers, `Dual<T, N>`, and the backend that seeds them.

mod backend;
mod dual;
mod lanes;

pub use backend::Forward;
pub use dual::{Dual, DualNumber};
