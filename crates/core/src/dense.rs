//! `Dense`: the matrix that a Jacobian or a Hessian is returned in.

use std::ops::{Index, IndexMut};

use crate::Error;

/// A dense matrix, row by row: entry `(i, j)` of a Jacobian is `∂yᵢ/∂xⱼ`.
///
/// ```
/// use anygrad_core::Dense;
///
/// let mut jacobian = Dense::zeros(2, 3);
/// jacobian[(1, 2)] = 5.0;
/// assert_eq!(jacobian.row(1), [0.0, 0.0, 5.0]);
/// assert_eq!(jacobian.shape(), (2, 3));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dense<R> {
    rows: usize,
    columns: usize,
    entries: Vec<R>,
}

impl<R: Copy + num_traits::Zero> Dense<R> {
    /// A matrix of zeros.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, entries: vec![R::zero(); rows * columns] }
    }

    /// Makes this a matrix of zeros of the given shape, keeping its memory.
    pub fn reset(&mut self, rows: usize, columns: usize) {
        (self.rows, self.columns) = (rows, columns);
        self.entries.clear();
        self.entries.resize(rows * columns, R::zero());
    }
}

impl<R> Dense<R> {
    /// A matrix from its entries, row by row.
    ///
    /// # Errors
    /// [`Error::DimensionMismatch`] if there are not `rows · columns` of them.
    pub fn from_rows(rows: usize, columns: usize, entries: Vec<R>) -> Result<Self, Error> {
        if entries.len() == rows * columns {
            Ok(Self { rows, columns, entries })
        } else {
            Err(Error::DimensionMismatch { what: "matrix entries", expected: rows * columns, found: entries.len() })
        }
    }

    /// The number of rows and of columns.
    pub fn shape(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// Row `i`.
    ///
    /// # Panics
    /// If there is no row `i`.
    pub fn row(&self, i: usize) -> &[R] {
        assert!(i < self.rows, "row: expected less than {}, found {i}", self.rows);
        &self.entries[i * self.columns..(i + 1) * self.columns]
    }

    /// Row `i`, for writing.
    ///
    /// # Panics
    /// If there is no row `i`.
    pub fn row_mut(&mut self, i: usize) -> &mut [R] {
        assert!(i < self.rows, "row: expected less than {}, found {i}", self.rows);
        &mut self.entries[i * self.columns..(i + 1) * self.columns]
    }

    /// All entries, row by row.
    pub fn as_slice(&self) -> &[R] {
        &self.entries
    }

    /// All entries, row by row, without the matrix around them.
    pub fn into_vec(self) -> Vec<R> {
        self.entries
    }
}

impl<R> Index<(usize, usize)> for Dense<R> {
    type Output = R;

    /// # Panics
    /// If there is no such row or column.
    fn index(&self, (i, j): (usize, usize)) -> &R {
        &self.row(i)[j]
    }
}

impl<R> IndexMut<(usize, usize)> for Dense<R> {
    /// # Panics
    /// If there is no such row or column.
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut R {
        &mut self.row_mut(i)[j]
    }
}
