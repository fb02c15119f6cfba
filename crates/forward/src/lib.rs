//! Forward mode: dual numbers, `Dual<T, N>`, and the backend that seeds them.

mod backend;
mod dual;

pub use backend::Forward;
pub use dual::Dual;
