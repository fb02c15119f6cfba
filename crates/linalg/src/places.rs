//! Rows of matrices by their numbers.

use anygrad_core::num_traits::Float;
use anygrad_core::{Error, Real, Scalar};

use crate::ops::{Nearest, TakeRows};
use crate::shape::{count, mismatch};
use crate::{Matrix, Vector};

impl<S: Scalar> Matrix<S> {
    /// For each row the number of the row of `others` that is nearest to it, the first of several; NaN if there are none. Numbers
    /// of rows have no derivative. Cost: `3` operations for each pair of rows and column.
    ///
    /// The distance to the nearest row is that to the row which is taken:
    ///
    /// ```
    /// use anygrad_linalg::Matrix;
    ///
    /// let points = Matrix::from_rows([[0.0, 1.0], [5.0, 5.0], [1.0, 0.0]]);
    /// let centres = Matrix::from_rows([[0.0, 0.0], [4.0, 4.0]]);
    /// let nearest = points.nearest_rows(&centres)?;
    /// assert_eq!(nearest.to_vec(), [0.0, 1.0, 0.0]);
    /// let squares = points.sub(&centres.take_rows(&nearest))?.square();
    /// assert_eq!(squares.sum(), 4.0);
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] unless both have as many columns, and for more candidates than the float counts exactly.
    pub fn nearest_rows(&self, others: &Self) -> Result<Vector<S>, Error> {
        if self.columns() != others.columns() {
            return Err(self.unlike("nearest_rows", "as many columns in both", others));
        }
        countable::<S>("nearest_rows", others.rows().checked_sub(1))?;
        let block = Nearest { count: self.rows(), candidates: others.rows(), dimension: self.columns() };
        Ok(Vector::from_array(S::block(block, &[self.as_array(), others.as_array()])))
    }

    /// The rows of these numbers, each as often as it is named. The adjoint adds up what comes to a row.
    ///
    /// ```
    /// use anygrad_linalg::Matrix;
    ///
    /// let a = Matrix::from_rows([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(a.select_rows(&[1, 0, 1])?.to_rows(), [[3.0, 4.0], [1.0, 2.0], [3.0, 4.0]]);
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] unless there is a row of each number, and for a number that the float does not hold exactly: `f32` counts to 2²⁴.
    pub fn select_rows(&self, rows: &[usize]) -> Result<Self, Error> {
        if let Some(row) = rows.iter().find(|&&row| row >= self.rows()) {
            return Err(mismatch("select_rows", format!("rows below {}", self.rows()), row.to_string()));
        }
        countable::<S>("select_rows", rows.iter().copied().max())?;
        Ok(self.take_rows(&Vector::from_fn(rows.len(), |i| S::constant(count::<S>(rows[i])))))
    }

    /// [`select_rows`](Self::select_rows) by numbers that were computed; rows of NaN for numbers that no row has. The adjoint adds each row's to that of
    /// the row which it was taken from; none flows to the numbers.
    pub fn take_rows(&self, places: &Vector<S>) -> Self {
        let (rows, columns) = self.shape();
        let block = TakeRows { count: places.len(), rows, columns };
        Self::of(places.len(), columns, S::block(block, &[self.as_array(), places.as_array()]))
    }
}

/// Refuses a row number, the greatest of some, up to which the float does not count exactly: another row would be taken for it.
fn countable<S: Scalar>(operation: &'static str, greatest: Option<usize>) -> Result<(), Error> {
    let most = S::Real::epsilon().recip().widen() * 2.0;
    match greatest {
        Some(row) if row as f64 > most => {
            Err(mismatch(operation, format!("row numbers up to {most}"), row.to_string()))
        }
        _ => Ok(()),
    }
}
