//! `SymmetricEigen<S>`: a symmetric matrix with its eigenvalues and eigenvectors.

use anygrad_core::{Error, Scalar};

use crate::ops::{EigenFactors, Eigenvalues, Eigenvectors, apply};
use crate::spectrum::{check_apart, check_found};
use crate::{Matrix, Vector};

/// A symmetric matrix with its eigenvalues and eigenvectors, `A = V·diag(λ)·Vᵀ`.
///
/// Of the matrix nothing but the lower triangle is read, and derivatives are those by its elements, as with
/// [`Cholesky`](crate::Cholesky).
///
/// The eigenvectors have length 1. Of the two signs it is the one that makes the first element positive which is at least 0.9
/// times as great as the greatest: so the vectors are a function, and one without a jump where two elements are equally great.
///
/// At a repeated eigenvalue
/// - its copies have no derivative each; equal ones share that of their mean, as equal arguments of a maximum do. What is
///   symmetric in them (a sum of powers, the greatest where that one is not repeated) gets its right first derivative.
/// - the eigenvectors have no derivative, nor have numbers made of them; [`vectors`](Self::vectors) says so. Eigenvalues that
///   differ by at most `n·ε·max |λ|` count as repeated here: rounding alone would make the difference.
/// - second derivatives are NaN.
///
/// ```
/// use anygrad_linalg::Matrix;
///
/// let eigen = Matrix::from_rows([[2.0_f64, 0.0], [1.0, 2.0]]).symmetric_eigen()?;
/// let (values, vectors) = (eigen.values(), eigen.vectors()?);
/// assert!((values.get(0)? - 1.0).abs() < 1e-15 && (values.get(1)? - 3.0).abs() < 1e-15);
/// assert!((vectors.get(0, 1)? - 0.5_f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SymmetricEigen<S: Scalar> {
    matrix: Matrix<S>,
    factors: S::Array,
}

impl<S: Scalar> Matrix<S> {
    /// Eigenvalues and eigenvectors of a symmetric matrix, of which the lower triangle is read; all NaN if an element is not finite.
    ///
    /// # Errors
    /// [`Error::Shape`] for a matrix that is not square; [`Error::NotConverged`] if the iteration comes to no end.
    pub fn symmetric_eigen(&self) -> Result<SymmetricEigen<S>, Error> {
        let n = self.square_size("symmetric_eigen")?;
        let factors = apply::<S>(EigenFactors { n }, self.as_array());
        check_found("symmetric_eigen", self, &factors, n)?;
        Ok(SymmetricEigen { matrix: self.clone(), factors })
    }
}

impl<S: Scalar> SymmetricEigen<S> {
    /// The eigenvalues, ascending. Adjoint `V·diag(λ̄)·Vᵀ` (Giles 2008, §3.1), folded into the lower triangle.
    pub fn values(&self) -> Vector<S> {
        let block = Eigenvalues { n: self.matrix.rows() };
        Vector::from_array(S::block(block, &[self.matrix.as_array(), &self.factors]))
    }

    /// The eigenvectors, the columns in the order of the eigenvalues.
    ///
    /// Adjoint `V·(F∘(Vᵀ·V̄))·Vᵀ` with `Fᵢⱼ = 1/(λⱼ − λᵢ)` off the diagonal (Giles 2008, §3.1), folded into the lower triangle.
    ///
    /// # Errors
    /// [`Error::NotSeparate`] if the matrix is not constant and an eigenvalue is repeated: there is no derivative.
    pub fn vectors(&self) -> Result<Matrix<S>, Error> {
        let block = Eigenvectors { n: self.matrix.rows() };
        check_apart("eigenvectors", &self.matrix, &self.factors, block.apart())?;
        Ok(self.matrix.with(S::block(block, &[self.matrix.as_array(), &self.factors])))
    }
}
