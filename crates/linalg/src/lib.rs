//! Vectors and matrices of any scalar: one source for plain floats, dual numbers, tape variables and recorded programs.

mod along;
mod arrangement;
mod axis;
mod kernel;
mod lu;
mod matrix;
pub mod ops;
mod shape;
mod trees;
mod vector;

pub use axis::Axis;
pub use lu::Lu;
pub use matrix::Matrix;
pub use vector::Vector;
