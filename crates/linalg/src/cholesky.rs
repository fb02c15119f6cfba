//! `Cholesky<S>`: a symmetric positive definite matrix with its factor.

use anygrad_core::arrays::Array;
use anygrad_core::{Error, Scalar};

use crate::ops::{CholeskyFactors, CholeskyInverse, CholeskyLogDeterminant, CholeskyLower, CholeskySolve, apply};
use crate::shape::check_rows;
use crate::{Matrix, Vector};

/// A symmetric positive definite matrix that is factored once, `A = L·Lᵀ`, to solve systems with it and to take its determinant.
///
/// Of the matrix nothing but the lower triangle is read, so everything here is a function of `n·(n+1)/2` numbers, and the
/// derivatives are those by these: an element below the diagonal stands for two elements of the symmetric matrix, and the
/// elements above it have derivative 0. Where the matrix is itself computed, as `B·Bᵀ` or a covariance is, this is the
/// derivative of the whole. The gradient uses the same factor as the value.
///
/// ```
/// use anygrad_linalg::{Matrix, Vector};
///
/// let cholesky = Matrix::from_rows([[4.0, 0.0], [2.0, 5.0]]).cholesky()?;
/// assert_eq!(cholesky.lower().to_rows(), [[2.0, 0.0], [1.0, 2.0]]);
/// assert_eq!(cholesky.solve(&Vector::new([8.0, 8.0]))?.to_vec(), [1.5, 1.0]);
/// assert_eq!(cholesky.log_determinant(), 16.0_f64.ln());
///
/// let error = Matrix::from_rows([[1.0, 0.0], [2.0, 1.0]]).cholesky().unwrap_err();
/// let expected = "cholesky: expected a positive definite matrix, found pivot 1 of 2 not to be positive";
/// assert_eq!(error.to_string(), expected);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cholesky<S: Scalar> {
    matrix: Matrix<S>,
    factors: S::Array,
}

impl<S: Scalar> Matrix<S> {
    /// The Cholesky factorisation of a symmetric positive definite matrix, of which the lower triangle is read.
    ///
    /// Cost: `n³/3` floating-point operations, half of [`lu`](Self::lu).
    ///
    /// # Errors
    /// [`Error::Shape`] for a matrix that is not square; [`Error::NotPositiveDefinite`] if a pivot is 0, negative or NaN.
    pub fn cholesky(&self) -> Result<Cholesky<S>, Error> {
        let n = self.square_size("cholesky")?;
        let factors = apply::<S>(CholeskyFactors { n }, self.as_array());
        let is_positive = |i: usize| factors.get(i * (n + 1)) > S::zero();
        if let Some(at) = (0..n).find(|&i| !is_positive(i)) {
            return Err(Error::NotPositiveDefinite { operation: "cholesky", at, size: n });
        }
        Ok(Cholesky { matrix: self.clone(), factors })
    }
}

impl<S: Scalar> Cholesky<S> {
    /// The lower triangular factor `L` with a positive diagonal.
    ///
    /// Adjoint: `Ā = Φ(L⁻ᵀ·(P + Pᵀ)·L⁻¹)` with `P = Φ(Lᵀ·L̄)`, where `Φ` takes the lower triangle and halves its diagonal
    /// (Murray 2016, arXiv:1602.07527).
    pub fn lower(&self) -> Matrix<S> {
        let n = self.matrix.rows();
        self.matrix.with(self.apply(CholeskyLower { n }))
    }

    /// `x` with `A·x = b`. Adjoints `b̄ = A⁻¹·x̄`, and `−b̄·xᵀ` folded into the lower triangle.
    ///
    /// # Errors
    /// [`Error::Shape`] unless `b` has as many elements as `A` has rows.
    pub fn solve(&self, b: &Vector<S>) -> Result<Vector<S>, Error> {
        Ok(self.solve_columns(&b.to_column())?.flatten())
    }

    /// `X` with `A·X = B`, column by column.
    ///
    /// # Errors
    /// [`Error::Shape`] unless `B` has as many rows as `A`.
    pub fn solve_columns(&self, b: &Matrix<S>) -> Result<Matrix<S>, Error> {
        check_rows("solve", self.matrix.shape(), b.shape())?;
        let (n, r) = b.shape();
        Ok(b.with(S::block(CholeskySolve { n, r }, &[self.matrix.as_array(), &self.factors, b.as_array()])))
    }

    /// `A⁻¹`, both triangles. To solve a system, [`solve`](Self::solve) is cheaper and more accurate.
    pub fn inverse(&self) -> Matrix<S> {
        let n = self.matrix.rows();
        self.matrix.with(self.apply(CholeskyInverse { n }))
    }

    /// `ln det A`, 0 of an empty matrix. Adjoint `ȳ·A⁻¹`, folded into the lower triangle.
    pub fn log_determinant(&self) -> S {
        let n = self.matrix.rows();
        self.apply(CholeskyLogDeterminant { n }).get(0)
    }

    fn apply(&self, block: impl anygrad_core::arrays::Block<S::Real>) -> S::Array {
        S::block(block, &[self.matrix.as_array(), &self.factors])
    }
}
