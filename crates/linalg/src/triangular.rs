//! Triangles of matrices, and systems with them.

use anygrad_core::arrays::Array;
use anygrad_core::{Error, Relation, Scalar};

use crate::ops::{OnDiagonal, Part, Pivots, TriangularSolve, Unpack, apply};
use crate::shape::{check_rows, mismatch};
use crate::{Matrix, Vector};

/// How a square matrix is read as a triangular one.
///
/// ```
/// use anygrad_linalg::{Matrix, Triangle, Vector};
///
/// let a = Matrix::from_rows([[2.0, 7.0], [1.0, 4.0]]);
/// let b = Vector::new([2.0, 9.0]);
/// assert_eq!(a.solve_triangular(Triangle::LOWER, &b)?.to_vec(), [1.0, 2.0]);
/// assert_eq!(a.solve_triangular(Triangle::LOWER.unit(), &b)?.to_vec(), [2.0, 7.0]);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Triangle {
    upper: bool,
    unit: bool,
    transposed: bool,
}

impl Triangle {
    /// The diagonal and what is below it.
    pub const LOWER: Self = Self { upper: false, unit: false, transposed: false };

    /// The diagonal and what is above it.
    pub const UPPER: Self = Self { upper: true, unit: false, transposed: false };

    /// The same with ones for the diagonal, which is not read.
    #[must_use]
    pub const fn unit(self) -> Self {
        Self { unit: true, ..self }
    }

    /// The transpose of this triangle: a transposed lower triangle is read below the diagonal and is an upper one.
    #[must_use]
    pub const fn transposed(self) -> Self {
        Self { transposed: !self.transposed, ..self }
    }
}

impl<S: Scalar> Matrix<S> {
    /// The diagonal and what is below it, zeros above.
    ///
    /// # Errors
    /// [`Error::Shape`] for a matrix that is not square.
    pub fn lower_triangle(&self) -> Result<Self, Error> {
        let n = self.square_size("lower_triangle")?;
        Ok(self.with(apply::<S>(Part::triangle(n, false, OnDiagonal::Kept), self.as_array())))
    }

    /// The diagonal and what is above it, zeros below.
    ///
    /// # Errors
    /// [`Error::Shape`] for a matrix that is not square.
    pub fn upper_triangle(&self) -> Result<Self, Error> {
        let n = self.square_size("upper_triangle")?;
        Ok(self.with(apply::<S>(Part::triangle(n, true, OnDiagonal::Kept), self.as_array())))
    }

    /// `x` with `T·x = b` for a triangle `T` of this matrix; what lies outside of it is not read. Adjoints `b̄ = T⁻ᵀ·x̄`, and
    /// the same triangle of `−b̄·xᵀ` (Giles 2008, §2.2.3).
    ///
    /// # Errors
    /// [`Error::Shape`] for a matrix that is not square, or unless `b` has as many elements as it has rows;
    /// [`Error::Singular`] if an element of the diagonal is 0 or NaN, unless it counts as ones.
    pub fn solve_triangular(&self, triangle: Triangle, b: &Vector<S>) -> Result<Vector<S>, Error> {
        Ok(self.solve_triangular_columns(triangle, &b.to_column())?.flatten())
    }

    /// `X` with `T·X = B` for a triangle `T` of this matrix, column by column. Cost: `n²` operations a column.
    ///
    /// # Errors
    /// As [`solve_triangular`](Self::solve_triangular).
    pub fn solve_triangular_columns(&self, triangle: Triangle, b: &Self) -> Result<Self, Error> {
        const OPERATION: &str = "solve_triangular";
        let n = self.square_size(OPERATION)?;
        check_rows(OPERATION, self.shape(), b.shape())?;
        let Triangle { upper, unit, transposed } = triangle;
        if !unit {
            let pivots = apply::<S>(Pivots { n }, self.as_array());
            check_pivots(OPERATION, n, |at| pivots.get(at))?;
        }
        let block = TriangularSolve { n, r: b.columns(), upper, unit, transposed };
        Ok(b.with(S::block(block, &[self.as_array(), b.as_array()])))
    }
}

impl<S: Scalar> Vector<S> {
    /// The `n×n` matrix with these `n·(n − 1)/2` elements above its diagonal, row by row, and zeros elsewhere.
    ///
    /// ```
    /// use anygrad_linalg::Vector;
    ///
    /// let above = Vector::new([1.0, 2.0, 3.0]).strict_upper_triangle(3)?;
    /// assert_eq!(above.to_rows(), [[0.0, 1.0, 2.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]]);
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] for any other number of elements.
    pub fn strict_upper_triangle(&self, n: usize) -> Result<Matrix<S>, Error> {
        let block = Unpack { n };
        if self.len() != block.packed() {
            let expected = format!("{} elements for {n}×{n}", block.packed());
            return Err(mismatch("strict_upper_triangle", expected, self.len().to_string()));
        }
        Ok(Matrix::of(n, n, apply::<S>(block, self.as_array())))
    }
}

/// Whether the pivots of an `n×n` matrix, numbers that no derivative flows through, are neither 0 nor NaN.
pub(crate) fn check_pivots<S: Scalar>(
    operation: &'static str,
    size: usize,
    pivot: impl Fn(usize) -> S,
) -> Result<(), Error> {
    // By a comparison each, which a recording keeps as a guard.
    let is_regular = |at: &usize| S::zero().holds(Relation::Less, pivot(*at).abs());
    match (0..size).find(|at| !is_regular(at)) {
        Some(at) => Err(Error::Singular { operation, at, size }),
        None => Ok(()),
    }
}
