//! Dual numbers as nalgebra's scalars: `Dual<T, N>` is a `RealField`.
//!
//! Code that is generic over nalgebra's `RealField` or `ComplexField`, nalgebra's own decompositions included, runs on
//! [`Dual<T, N>`](crate::Dual) and carries derivatives along. The inputs are seeded by hand, since a function that is
//! generic over `Scalar` cannot ask for `RealField`:
//!
//! ```
//! use anygrad_forward::Dual;
//! use nalgebra::{Matrix2, Vector2};
//!
//! // A·x = b with A = [4 t; t 3], b = (1, 2), at t = 1: the derivative of x is −A⁻¹·A′·x with A′ = [0 1; 1 0].
//! let t = Dual::<f64, 1>::variable(1.0, 0);
//! let [one, two, three, four] = [1.0, 2.0, 3.0, 4.0].map(Dual::from);
//! let x = Matrix2::new(four, t, t, three).lu().solve(&Vector2::new(one, two)).expect("det A = 11");
//! assert!((x[0].primal - 1.0 / 11.0).abs() < 1e-15 && (x[1].primal - 7.0 / 11.0).abs() < 1e-15);
//! assert!((x[0].tangent(0) + 20.0 / 121.0).abs() < 1e-15 && (x[1].tangent(0) - 3.0 / 121.0).abs() < 1e-15);
//! ```
//!
//! # What runs
//! Every function is a row of core's [gate table](anygrad_core::gates), and every decision looks at the primal. So the
//! primals are those of the same code over floats, and the derivatives those of the operations that ran.
//!
//! | code | derivatives |
//! |---|---|
//! | products, norms, LU (`solve`, `determinant`, `try_inverse`), Cholesky, `solve_*_triangular` | right wherever the result is smooth |
//! | QR, Hessenberg form, `bidiagonalize` | right, but NaN where a column to be reflected is exactly zero |
//! | `exp` of a matrix | right |
//! | `SymmetricEigen`, `SVD`, `Schur` | right where the values are simple and no column to be reflected is exactly zero |
//! | quaternions and rotations | right where the angle is not zero |
//!
//! # What does not
//! - *The tape.* The traits ask for `'static` and `Send`; a variable of a tape borrows the tape, so reverse mode and
//!   recorded programs cannot implement them. For many inputs write the function over `Scalar`.
//! - *Exact zeros.* A reflection takes the norm of a column, whose derivative at the zero column is `0·∞`, NaN: `QR` of a
//!   matrix with a zero column has NaN in `Q`. And an iteration leaves an entry alone whose primal is zero, whatever its
//!   tangents: for a symmetric matrix that is diagonal already, `SymmetricEigen` has the derivatives of the values, but **0
//!   or NaN for those of the vectors**. Block diagonal matrices are another example.
//! - *Repeated values.* The derivative of an eigenvector grows as `1/(λᵢ − λⱼ)` and does not exist where two eigenvalues
//!   meet, nor does that of the eigenvalues, in general; those of singular values and vectors likewise, and a singular
//!   value has none at 0. What the numbers are there is up to the algorithm.
//! - *`sinc`, `sinhc`*, of the traits themselves, return the constant 1 at 0: right to the first order, not to the second.
//! - *Conversions to floats* (`try_convert`) drop the derivatives: nalgebra decides by such floats.
//! - *Complex numbers.* `Complex<Dual<T, N>>` has nalgebra's arithmetic; whether a complex algorithm is differentiable is
//!   its own matter.
//!
//! With both `num_traits::Float` and one of these traits in scope, `x.sin()` on a dual number is ambiguous: import one, or
//! write `Float::sin(x)`.

mod approx;
mod complex;
mod field;
mod real;
