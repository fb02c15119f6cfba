//! `Svd<S>`: a matrix with its singular values and vectors.

use anygrad_core::{Error, Scalar};

use crate::ops::{SingularFactors, SingularValues, SingularVectors, apply};
use crate::spectrum::{check_apart, check_found};
use crate::{Matrix, Vector};

/// A matrix `A: m×n` with its singular values and vectors, `A = U·diag(σ)·Vᵀ` with `U: m×k`, `V: n×k`, `k = min(m, n)`.
///
/// The sign of a pair of vectors is fixed by the right one, as that of an [eigenvector](crate::SymmetricEigen) is.
///
/// At a repeated singular value its copies share the derivative of their mean; at 0 a singular value is an absolute value at its
/// kink and has derivative 0. At either the vectors have no derivative, and [`u`](Self::u) and [`v`](Self::v) say so; values
/// that differ by at most `max(m, n)·ε·σ₀` count as equal there. Second derivatives at such points are NaN.
///
/// ```
/// use anygrad_linalg::Matrix;
///
/// let svd = Matrix::from_rows([[0.0, 3.0], [2.0, 0.0], [0.0, 0.0]]).svd()?;
/// assert_eq!(svd.values().to_vec(), [3.0, 2.0]);
/// assert_eq!(svd.v()?.to_rows(), [[0.0, 1.0], [1.0, 0.0]]);
/// assert_eq!(svd.u()?.to_rows(), [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Svd<S: Scalar> {
    matrix: Matrix<S>,
    factors: S::Array,
    of: SingularFactors,
}

impl<S: Scalar> Matrix<S> {
    /// Singular values and vectors; all NaN if an element is not finite.
    ///
    /// # Errors
    /// [`Error::NotConverged`] if the iteration comes to no end.
    pub fn svd(&self) -> Result<Svd<S>, Error> {
        let of = SingularFactors { m: self.rows(), n: self.columns() };
        let factors = apply::<S>(of, self.as_array());
        check_found("svd", self, &factors, of.k())?;
        Ok(Svd { matrix: self.clone(), factors, of })
    }
}

impl<S: Scalar> Svd<S> {
    /// The singular values, descending. Adjoint `U·diag(σ̄)·Vᵀ` (Giles 2008, §3.2).
    pub fn values(&self) -> Vector<S> {
        Vector::from_array(S::block(SingularValues(self.of), &[self.matrix.as_array(), &self.factors]))
    }

    /// The left singular vectors, the columns in the order of the values. The adjoint is that of Townsend 2016.
    ///
    /// # Errors
    /// [`Error::NotSeparate`] if the matrix is not constant and a singular value is repeated or 0: there is no derivative.
    pub fn u(&self) -> Result<Matrix<S>, Error> {
        self.vectors("left singular vectors", true)
    }

    /// The right singular vectors, the columns in the order of the values.
    ///
    /// # Errors
    /// As [`u`](Self::u).
    pub fn v(&self) -> Result<Matrix<S>, Error> {
        self.vectors("right singular vectors", false)
    }

    fn vectors(&self, operation: &'static str, left: bool) -> Result<Matrix<S>, Error> {
        check_apart(operation, &self.matrix, &self.factors, self.of.apart())?;
        let (rows, columns) = (if left { self.of.m } else { self.of.n }, self.of.k());
        let block = SingularVectors { of: self.of, left };
        Ok(Matrix::of(rows, columns, S::block(block, &[self.matrix.as_array(), &self.factors])))
    }
}
