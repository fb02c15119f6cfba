//! Loops that are recorded once: [`sum`] and [`map`] over rows, [`fold`] and [`scan`] over steps.
//!
//! A plain Rust `for` is as good in every backend that runs a function as it goes. A recorded program unrolls it, though; of
//! these it keeps one body and the number of rows, so that a loss over a million rows is a program of some dozens of
//! operations. In all other backends they are plain loops.
//!
//! ```
//! use anygrad_core::{Differentiable, Scalar, loops};
//!
//! /// `½·Σ (w·xᵢ + b − yᵢ)²`.
//! struct Loss {
//!     x: Vec<f64>,
//!     y: Vec<f64>,
//! }
//!
//! impl Differentiable for Loss {
//!     type Input = [f64; 2];
//!     type Output = f64;
//!
//!     fn call<S: Scalar<Real = f64>>(&self, &[w, b]: &[S; 2]) -> S {
//!         loops::sum((loops::data(&self.x), loops::data(&self.y)), |(x, y): (S, S)| {
//!             let error = w * x + b - y;
//!             error * error * 0.5
//!         })
//!     }
//! }
//!
//! let loss = Loss { x: vec![1.0, 2.0], y: vec![3.0, 5.0] };
//! assert_eq!(loss.call(&[2.0, 0.0]), 1.0);
//! ```

mod bundle;
mod repeat;
mod rows;

pub use bundle::Bundle;
pub use repeat::{Repeat, SUM_BLOCK, Storage, fold, map, scan, scan_stored, sum};
pub use rows::{Data, DataRows, Each, Row, RowOf, Rows, Slices, Strip, chunks, data, data_rows, each, windows};
