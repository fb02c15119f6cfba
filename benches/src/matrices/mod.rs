//! Workloads of matrices, with what they cost by the kernels of a library alone.
//!
//! By hand means: the same kernels, called one after the other on buffers that are there, without anything that knows of
//! derivatives.

mod cholesky;
mod layers;
mod log_determinant;
mod product;
mod solve;

use anygrad::linalg::Matrix;
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par};

pub use cholesky::{CholeskyByHand, CholeskyFactor, cholesky};
pub use layers::{LayerGraph, Layers, LayersByHand, layers};
pub use log_determinant::{LogDeterminant, LogDeterminantByHand, log_determinant};
pub use product::{Product, ProductByHand, product};
pub use solve::{Solution, SolutionByHand, solution};

/// The derivative of a workload by the kernels of a library.
pub trait ByHand {
    /// The value, kept, and the derivative, kept too.
    fn run(&mut self);

    /// The derivative, in the order of the inputs.
    fn derivative(&self) -> Vec<f64>;
}

/// What a library takes for the primal alone.
pub trait Primal {
    /// The value.
    fn primal(&mut self) -> f64;
}

/// A matrix made of sines.
fn sines(rows: usize, columns: usize, frequency: f64) -> Matrix<f64> {
    Matrix::from_fn(rows, columns, |i, j| ((i * columns + j) as f64 * frequency).sin())
}

/// A square matrix far from singular: sines, and `n` on the diagonal.
fn well_conditioned(n: usize) -> Matrix<f64> {
    Matrix::from_fn(n, n, |i, j| ((i * n + j) as f64 * 0.61).sin() + if i == j { n as f64 } else { 0.0 })
}

/// The matrix as the library keeps its own.
fn library(matrix: &Matrix<f64>) -> Mat<f64> {
    MatRef::from_row_major_slice(matrix.as_slice(), matrix.rows(), matrix.columns()).to_owned()
}

/// The elements row by row.
fn by_rows(matrix: MatRef<'_, f64>) -> impl Iterator<Item = f64> {
    (0..matrix.nrows()).flat_map(move |i| (0..matrix.ncols()).map(move |j| matrix[(i, j)]))
}

/// `out = a·b`.
fn multiply(out: &mut Mat<f64>, a: MatRef<'_, f64>, b: MatRef<'_, f64>) {
    matmul(out, Accum::Replace, a, b, 1.0, Par::Seq);
}
