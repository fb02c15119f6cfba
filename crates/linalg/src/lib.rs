//! Vectors and matrices of any scalar: one source for plain floats, dual numbers, tape variables and recorded programs.

mod along;
mod arrangement;
mod axis;
mod convolution;
mod images;
mod kernel;
mod lu;
mod matrix;
mod normalise;
pub mod ops;
mod shape;
mod trees;
mod vector;
mod window;

pub use axis::Axis;
pub use images::Images;
pub use lu::Lu;
pub use matrix::Matrix;
pub use normalise::Statistics;
pub use vector::Vector;
pub use window::Window;
