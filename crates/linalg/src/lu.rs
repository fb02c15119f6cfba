//! `Lu<S>`: a square matrix with its factors.

use anygrad_core::arrays::Array;
use anygrad_core::{Error, Scalar};

use crate::ops::{Determinant, Inverse, LuFactors, Solve, apply};
use crate::shape::check_rows;
use crate::triangular::check_pivots;
use crate::{Matrix, Vector};

/// A square matrix that is factored once, `P·A = L·U`, to solve systems with it and to take its determinant.
///
/// The gradient of a solution solves a system with the transposed matrix, by the same factors: it costs a small part of a
/// factorisation.
///
/// ```
/// use anygrad_linalg::{Matrix, Vector};
///
/// let lu = Matrix::from_rows([[2.0, 1.0], [1.0, 3.0]]).lu()?;
/// assert_eq!(lu.solve(&Vector::new([3.0, 4.0]))?.to_vec(), [1.0, 1.0]);
/// assert_eq!(lu.determinant(), 5.0);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Lu<S: Scalar> {
    matrix: Matrix<S>,
    factors: S::Array,
}

impl<S: Scalar> Matrix<S> {
    /// The factorisation of a square matrix, with row exchanges.
    ///
    /// # Errors
    /// [`Error::Shape`] for a matrix that is not square; [`Error::Singular`] if a pivot is 0 or NaN. A matrix that is nearly
    /// singular is factored, and what is computed by it is inaccurate.
    pub fn lu(&self) -> Result<Lu<S>, Error> {
        let n = self.square_size("lu")?;
        let factors = apply::<S>(LuFactors { n }, self.as_array());
        check_pivots("lu", n, |at| factors.get(at * (n + 1)))?;
        Ok(Lu { matrix: self.clone(), factors })
    }

    /// `x` with `A·x = b`. Adjoints `b̄ = A⁻ᵀ·x̄`, `Ā = −b̄·xᵀ` (Giles 2008, §2.2.3).
    ///
    /// # Errors
    /// As [`lu`](Self::lu), and [`Error::Shape`] unless `b` has as many elements as `A` has rows.
    pub fn solve(&self, b: &Vector<S>) -> Result<Vector<S>, Error> {
        self.lu()?.solve(b)
    }

    /// `A⁻¹`. Adjoint `Ā = −A⁻ᵀ·C̄·A⁻ᵀ`. To solve a system, [`solve`](Self::solve) is cheaper and more accurate.
    ///
    /// # Errors
    /// As [`lu`](Self::lu).
    pub fn inverse(&self) -> Result<Self, Error> {
        Ok(self.lu()?.inverse())
    }

    /// `det A`, 1 of an empty matrix. Adjoint `Ā = ȳ·det A·A⁻ᵀ`.
    ///
    /// # Errors
    /// As [`lu`](Self::lu): of a singular matrix, whose determinant is 0, this way gives no derivative.
    pub fn determinant(&self) -> Result<S, Error> {
        Ok(self.lu()?.determinant())
    }

    /// `ln |det A|`. Adjoint `Ā = ȳ·A⁻ᵀ`.
    ///
    /// # Errors
    /// As [`lu`](Self::lu).
    pub fn log_determinant(&self) -> Result<S, Error> {
        Ok(self.lu()?.log_determinant())
    }
}

impl<S: Scalar> Lu<S> {
    /// The factorisation of a matrix that depends on no input.
    pub fn constant(lu: &Lu<S::Real>) -> Self {
        Self { matrix: Matrix::constant(&lu.matrix), factors: S::Array::constant(lu.factors.clone()) }
    }

    /// `x` with `A·x = b`.
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
        self.solve_with("solve", b, false)
    }

    /// `X` with `Aᵀ·X = B`, column by column.
    ///
    /// # Errors
    /// [`Error::Shape`] unless `B` has as many rows as `A`.
    pub fn solve_transposed(&self, b: &Matrix<S>) -> Result<Matrix<S>, Error> {
        self.solve_with("solve_transposed", b, true)
    }

    /// `A⁻¹`. To solve a system, [`solve`](Self::solve) is cheaper and more accurate.
    pub fn inverse(&self) -> Matrix<S> {
        let n = self.matrix.rows();
        self.matrix.with(S::block(Inverse { n }, &[self.matrix.as_array(), &self.factors]))
    }

    /// `det A`, 1 of an empty matrix.
    pub fn determinant(&self) -> S {
        self.number(false)
    }

    /// `ln |det A|`, 0 of an empty matrix.
    pub fn log_determinant(&self) -> S {
        self.number(true)
    }

    fn number(&self, logarithm: bool) -> S {
        let block = Determinant { n: self.matrix.rows(), logarithm };
        S::block(block, &[self.matrix.as_array(), &self.factors]).get(0)
    }

    fn solve_with(&self, operation: &'static str, b: &Matrix<S>, transposed: bool) -> Result<Matrix<S>, Error> {
        check_rows(operation, self.matrix.shape(), b.shape())?;
        let (n, r) = b.shape();
        let block = Solve { n, r, transposed };
        Ok(Matrix::of(n, r, S::block(block, &[self.matrix.as_array(), &self.factors, b.as_array()])))
    }
}
