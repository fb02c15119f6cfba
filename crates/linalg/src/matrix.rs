//! `Matrix<S>`: numbers in rows and columns.

use std::fmt;
use std::ops::Range;

use anygrad_core::arrays::{Array, Buffer};
use anygrad_core::{Error, Real, Scalar, gates};

use crate::Vector;
use crate::arrangement::impl_arrangement;
use crate::ops::{Diagonal, Join, MatMul, Permute, Slice, apply};
use crate::shape::{mismatch, written};

/// A matrix of scalars, stored row by row.
///
/// Over floats it runs library kernels; on a tape an operation on matrices is one entry. A matrix is shared, not copied, until
/// an element is written.
///
/// ```
/// use anygrad_linalg::{Matrix, Vector};
///
/// let a = Matrix::from_rows([[1.0, 2.0], [3.0, 4.0]]);
/// assert_eq!(a.matmul(&a)?.to_rows(), [[7.0, 10.0], [15.0, 22.0]]);
/// assert_eq!(a.matvec(&Vector::new([1.0, -1.0]))?.to_vec(), [-1.0, -1.0]);
///
/// let error = a.matmul(&Matrix::zeros(3, 2)).unwrap_err();
/// assert_eq!(error.to_string(), "matmul: expected as many columns on the left as rows on the right, found 2×2 and 3×2");
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Matrix<S: Scalar> {
    rows: usize,
    columns: usize,
    pub(crate) data: S::Array,
}

impl<S: Scalar> Matrix<S> {
    /// A matrix from its rows.
    pub fn from_rows<const N: usize>(rows: impl IntoIterator<Item = [S; N]>) -> Self {
        let rows: Vec<[S; N]> = rows.into_iter().collect();
        Self::from_fn(rows.len(), N, |i, j| rows[i][j])
    }

    /// A matrix from its elements `f(row, column)`.
    pub fn from_fn(rows: usize, columns: usize, mut f: impl FnMut(usize, usize) -> S) -> Self {
        Self::of(rows, columns, S::Array::collect(rows * columns, |index| f(index / columns, index % columns)))
    }

    /// A matrix from its elements, row by row.
    ///
    /// # Errors
    /// [`Error::Shape`] unless there are `rows·columns` elements.
    pub fn from_vec(rows: usize, columns: usize, elements: Vec<S>) -> Result<Self, Error> {
        if rows.checked_mul(columns) == Some(elements.len()) {
            Ok(Self::of(rows, columns, S::Array::collect(elements.len(), |index| elements[index])))
        } else {
            Err(mismatch("matrix", format!("elements for {rows}×{columns}"), elements.len().to_string()))
        }
    }

    /// A matrix of zeros.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self::from_fn(rows, columns, |_, _| S::zero())
    }

    /// The identity of size `n`.
    pub fn identity(n: usize) -> Self {
        Self::from_fn(n, n, |i, j| if i == j { S::one() } else { S::zero() })
    }

    /// Numbers that depend on no input.
    pub fn constant(values: &Matrix<S::Real>) -> Self {
        Self::of(values.rows, values.columns, S::Array::constant(values.data.clone()))
    }

    /// A matrix over an array of `rows·columns` elements.
    pub(crate) fn of(rows: usize, columns: usize, data: S::Array) -> Self {
        debug_assert_eq!(rows * columns, data.len());
        Self { rows, columns, data }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// The element in row `i` and column `j`.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is none.
    pub fn get(&self, i: usize, j: usize) -> Result<S, Error> {
        self.check_place("get", i, j)?;
        Ok(self.data.get(i * self.columns + j))
    }

    /// Writes the element in row `i` and column `j`.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is none.
    pub fn set(&mut self, i: usize, j: usize, value: S) -> Result<(), Error> {
        self.check_place("set", i, j)?;
        self.data.set(i * self.columns + j, value);
        Ok(())
    }

    /// The rows, each as a list.
    pub fn to_rows(&self) -> Vec<Vec<S>> {
        (0..self.rows).map(|i| (0..self.columns).map(|j| self.data.get(i * self.columns + j)).collect()).collect()
    }

    /// `A·B`. Adjoints `Ā = C̄·Bᵀ`, `B̄ = Aᵀ·C̄` (Giles 2008, §2.2.2).
    ///
    /// # Errors
    /// [`Error::Shape`] unless `A` has as many columns as `B` has rows.
    pub fn matmul(&self, other: &Self) -> Result<Self, Error> {
        let expected = "as many columns on the left as rows on the right";
        self.product("matmul", expected, (false, other, false))
    }

    /// `Aᵀ·B`, without a transpose in memory.
    ///
    /// # Errors
    /// [`Error::Shape`] unless `A` has as many rows as `B`.
    pub fn transposed_matmul(&self, other: &Self) -> Result<Self, Error> {
        self.product("transposed_matmul", "as many rows on the left as on the right", (true, other, false))
    }

    /// `A·Bᵀ`, without a transpose in memory.
    ///
    /// # Errors
    /// [`Error::Shape`] unless `A` has as many columns as `B`.
    pub fn matmul_transposed(&self, other: &Self) -> Result<Self, Error> {
        self.product("matmul_transposed", "as many columns on the left as on the right", (false, other, true))
    }

    fn product(
        &self,
        operation: &'static str,
        expected: &'static str,
        (a_transposed, other, b_transposed): (bool, &Self, bool),
    ) -> Result<Self, Error> {
        let turned = |(rows, columns), transposed| if transposed { (columns, rows) } else { (rows, columns) };
        let ((m, k), (rows, n)) = (turned(self.shape(), a_transposed), turned(other.shape(), b_transposed));
        if k != rows {
            let found = format!("{} and {}", written(self.shape()), written(other.shape()));
            return Err(mismatch(operation, expected, found));
        }
        let block = MatMul { m, k, n, a_transposed, b_transposed };
        Ok(Self::of(m, n, S::block(block, &[&self.data, &other.data])))
    }

    /// `A·x`. Adjoints `Ā = ȳ·xᵀ`, `x̄ = Aᵀ·ȳ`.
    ///
    /// # Errors
    /// [`Error::Shape`] unless `x` has as many elements as `A` has columns.
    pub fn matvec(&self, x: &Vector<S>) -> Result<Vector<S>, Error> {
        let expected = "a vector as long as the matrix has columns";
        Ok(self.product("matvec", expected, (false, &x.to_column(), false))?.flatten())
    }

    /// `Aᵀ·x`.
    ///
    /// # Errors
    /// [`Error::Shape`] unless `x` has as many elements as `A` has rows.
    pub fn transposed_matvec(&self, x: &Vector<S>) -> Result<Vector<S>, Error> {
        let expected = "a vector as long as the matrix has rows";
        Ok(self.product("transposed_matvec", expected, (true, &x.to_column(), false))?.flatten())
    }

    /// `Aᵀ`. The adjoint is transposed back.
    pub fn transpose(&self) -> Self {
        let block = Permute { outer: 1, m: self.rows, n: self.columns, inner: 1 };
        Self::of(self.columns, self.rows, apply::<S>(block, &self.data))
    }

    /// The elements in a range of rows and one of columns. The adjoint is zero elsewhere.
    ///
    /// # Errors
    /// [`Error::Shape`] if the ranges do not lie in the matrix.
    pub fn slice(&self, rows: Range<usize>, columns: Range<usize>) -> Result<Self, Error> {
        let inside = |range: &Range<usize>, end| range.start <= range.end && range.end <= end;
        if !inside(&rows, self.rows) || !inside(&columns, self.columns) {
            let expected = format!("ranges within 0..{} and 0..{}", self.rows, self.columns);
            return Err(mismatch("slice", expected, format!("{rows:?} and {columns:?}")));
        }
        let mut part = self.clone();
        if rows.len() < self.rows {
            let block = Slice { outer: 1, axis: self.rows, inner: self.columns, start: rows.start, len: rows.len() };
            part = Self::of(rows.len(), self.columns, apply::<S>(block, &part.data));
        }
        if columns.len() < self.columns {
            let (start, len) = (columns.start, columns.len());
            let block = Slice { outer: part.rows, axis: self.columns, inner: 1, start, len };
            part = Self::of(part.rows, len, apply::<S>(block, &part.data));
        }
        Ok(part)
    }

    /// Row `i`.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is none.
    pub fn row(&self, i: usize) -> Result<Vector<S>, Error> {
        Ok(self.slice(i..i.saturating_add(1), 0..self.columns)?.flatten())
    }

    /// Column `j`.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is none.
    pub fn column(&self, j: usize) -> Result<Vector<S>, Error> {
        Ok(self.slice(0..self.rows, j..j.saturating_add(1))?.flatten())
    }

    /// This matrix, and `other` below it.
    ///
    /// # Errors
    /// [`Error::Shape`] if the numbers of columns differ.
    pub fn concat_rows(&self, other: &Self) -> Result<Self, Error> {
        if self.columns != other.columns {
            return Err(self.unlike("concat_rows", "as many columns in both", other));
        }
        let block = Join { outer: 1, first: self.rows, second: other.rows, inner: self.columns };
        Ok(Self::of(self.rows + other.rows, self.columns, S::block(block, &[&self.data, &other.data])))
    }

    /// This matrix, and `other` to its right.
    ///
    /// # Errors
    /// [`Error::Shape`] if the numbers of rows differ.
    pub fn concat_columns(&self, other: &Self) -> Result<Self, Error> {
        if self.rows != other.rows {
            return Err(self.unlike("concat_columns", "as many rows in both", other));
        }
        let block = Join { outer: self.rows, first: self.columns, second: other.columns, inner: 1 };
        Ok(Self::of(self.rows, self.columns + other.columns, S::block(block, &[&self.data, &other.data])))
    }

    /// A matrix from vectors of one length, its rows; 0×0 from none.
    ///
    /// # Errors
    /// [`Error::Shape`] if the lengths differ.
    pub fn stack(rows: &[Vector<S>]) -> Result<Self, Error> {
        match rows {
            [] => Ok(Self::zeros(0, 0)),
            [row] => Ok(row.to_row()),
            _ => {
                let (above, below) = rows.split_at(rows.len() / 2);
                let (above, below) = (Self::stack(above)?, Self::stack(below)?);
                if above.columns != below.columns {
                    return Err(above.unlike("stack", "rows of one length", &below));
                }
                above.concat_rows(&below)
            }
        }
    }

    /// The elements in another shape, row by row.
    ///
    /// # Errors
    /// [`Error::Shape`] if it would have another number of elements.
    pub fn reshape(&self, rows: usize, columns: usize) -> Result<Self, Error> {
        self.flatten().reshape(rows, columns)
    }

    /// The elements, row by row.
    pub fn flatten(&self) -> Vector<S> {
        Vector::from_array(self.data.clone())
    }

    /// The diagonal of a square matrix.
    ///
    /// # Errors
    /// [`Error::Shape`] for any other.
    pub fn diagonal(&self) -> Result<Vector<S>, Error> {
        let n = self.square_size("diagonal")?;
        Ok(Vector::from_array(apply::<S>(Diagonal { n }, &self.data)))
    }

    /// The sum of the diagonal of a square matrix. The adjoint is `ȳ·I`.
    ///
    /// # Errors
    /// [`Error::Shape`] for any other.
    pub fn trace(&self) -> Result<S, Error> {
        self.square_size("trace")?;
        Ok(self.diagonal()?.sum())
    }

    /// The Frobenius norm `√Σ aᵢⱼ²`, without overflow; partials 0 at the origin.
    pub fn norm(&self) -> S {
        self.reduce(gates::Norm)
    }

    /// The number of rows of a square matrix.
    pub(crate) fn square_size(&self, operation: &'static str) -> Result<usize, Error> {
        if self.rows == self.columns {
            Ok(self.rows)
        } else {
            Err(mismatch(operation, "a square matrix", written(self.shape())))
        }
    }

    pub(crate) fn unlike(&self, operation: &'static str, expected: &'static str, other: &Self) -> Error {
        mismatch(operation, expected, format!("{} and {}", written(self.shape()), written(other.shape())))
    }

    fn check_place(&self, operation: &'static str, i: usize, j: usize) -> Result<(), Error> {
        if i < self.rows && j < self.columns {
            Ok(())
        } else {
            let expected = format!("a row below {} and a column below {}", self.rows, self.columns);
            Err(mismatch(operation, expected, format!("({i}, {j})")))
        }
    }

    pub(crate) fn with(&self, data: S::Array) -> Self {
        Self { data, ..*self }
    }

    fn with_floats(&self, data: Buffer<S::Real>) -> Matrix<S::Real> {
        Matrix { rows: self.rows, columns: self.columns, data }
    }

    pub(crate) fn check_same(&self, operation: &'static str, other: &Self) -> Result<(), Error> {
        if self.shape() == other.shape() {
            Ok(())
        } else {
            Err(self.unlike(operation, "two matrices of one shape", other))
        }
    }
}

impl_arrangement!(Matrix);

impl<R: Real> Matrix<R> {
    /// The floats, row by row.
    pub fn as_slice(&self) -> &[R] {
        &self.data
    }
}

impl<S: Scalar> PartialEq for Matrix<S> {
    /// By shape and values.
    fn eq(&self, other: &Self) -> bool {
        self.shape() == other.shape() && self.data.primal() == other.data.primal()
    }
}

impl<S: Scalar> fmt::Debug for Matrix<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", written(self.shape()), self.data)
    }
}
