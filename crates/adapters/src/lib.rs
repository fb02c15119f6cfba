//! anygrad for other crates: their traits implemented for any function and any backend. Each is behind a feature of its
//! name.
//!
//! | feature | what it gives |
//! |---|---|
//! | `argmin` | [`argmin::Problem`], [`argmin::LeastSquares`] and [`argmin::MatrixFree`]: cost, gradient, Hessian, Jacobian and operator for argmin's solvers |
//! | `levenberg-marquardt` | [`levenberg_marquardt::Residuals`]: residuals and their Jacobian |
//! | `rayon` | [`rayon::Parallel`]: Jacobians and summed losses on all threads, the same bits on any number of them |
//!
//! nalgebra's `RealField` for dual numbers is the feature `nalgebra` of `anygrad-forward`.

#[cfg(feature = "argmin")]
pub mod argmin;
#[cfg(any(feature = "argmin", feature = "levenberg-marquardt"))]
mod error;
#[cfg(feature = "levenberg-marquardt")]
pub mod levenberg_marquardt;
#[cfg(feature = "rayon")]
pub mod rayon;
#[cfg(any(feature = "argmin", feature = "levenberg-marquardt", feature = "rayon"))]
mod workspaces;

#[cfg(any(feature = "argmin", feature = "levenberg-marquardt"))]
pub use error::Error;
