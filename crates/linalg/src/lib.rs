//! Vectors and matrices of any scalar: one source for plain floats, dual numbers, tape variables and recorded programs.

mod along;
mod arrangement;
mod axis;
mod cholesky;
mod convolution;
mod eigen;
mod images;
mod implicit;
mod kernel;
mod lu;
mod matrix;
mod normalise;
pub mod ops;
mod places;
mod shape;
mod spectrum;
mod svd;
mod trees;
mod triangular;
mod vector;
mod window;

#[doc = include_str!("../PARITY.md")]
pub mod parity {}

pub use axis::Axis;
pub use cholesky::Cholesky;
pub use eigen::SymmetricEigen;
pub use images::Images;
pub use implicit::Implicit;
pub use lu::Lu;
pub use matrix::Matrix;
pub use normalise::Statistics;
pub use svd::Svd;
pub use triangular::Triangle;
pub use vector::Vector;
pub use window::Window;
