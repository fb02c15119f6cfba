//! What matrices do along an axis.

use anygrad_core::arrays::Array;
use anygrad_core::{Error, Scalar, gates};

use crate::ops::{AddSpread, LogSoftmax, Max, Pick, Reduce, ScaleSpread, Softmax, Spread, Sum, apply};
use crate::shape::{count, mismatch, written};
use crate::{Axis, Matrix, Vector};

impl<S: Scalar> Matrix<S> {
    /// The shape of sums along an axis.
    fn sums(&self, axis: Axis) -> Sum {
        let (rows, columns) = self.shape();
        match axis {
            Axis::Rows => Sum { outer: 1, axis: rows, inner: columns },
            Axis::Columns => Sum { outer: rows, axis: columns, inner: 1 },
        }
    }

    /// The sums along an axis. The adjoint of each flows to all that it is the sum of.
    ///
    /// ```
    /// use anygrad_linalg::{Axis, Matrix};
    ///
    /// let a = Matrix::from_rows([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// assert_eq!(a.sum_along(Axis::Rows).to_vec(), [5.0, 7.0, 9.0]);
    /// assert_eq!(a.sum_along(Axis::Columns).to_vec(), [6.0, 15.0]);
    /// ```
    pub fn sum_along(&self, axis: Axis) -> Vector<S> {
        Vector::from_array(apply::<S>(self.sums(axis), self.as_array()))
    }

    /// The means along an axis; NaN over none.
    pub fn mean_along(&self, axis: Axis) -> Vector<S> {
        self.sum_along(axis).map(gates::DivConst { c: count::<S>(self.sums(axis).axis) })
    }

    /// The variances along an axis: the mean squares of the differences from the mean (divisor `n`), NaN over none.
    ///
    /// ```
    /// use anygrad_linalg::{Axis, Matrix};
    ///
    /// let a = Matrix::from_rows([[1.0, 2.0], [3.0, 8.0]]);
    /// assert_eq!(a.variance_along(Axis::Rows).to_vec(), [1.0, 9.0]);
    /// ```
    pub fn variance_along(&self, axis: Axis) -> Vector<S> {
        self.centred(axis).square().mean_along(axis)
    }

    /// The differences from the means along an axis.
    fn centred(&self, axis: Axis) -> Self {
        self.add_spread(axis, &self.mean_along(axis).negate())
    }

    /// The covariances of the columns, `1/n·Σ (xᵢ − μ)(xᵢ − μ)ᵀ` over the rows `xᵢ` (divisor `n`): a matrix of as many rows and
    /// columns as this has columns.
    pub fn covariance(&self) -> Self {
        let centred = self.centred(Axis::Rows);
        let scatter = centred.transposed_matmul(&centred).unwrap_or_else(|_| Self::zeros(0, 0));
        scatter.map(gates::DivConst { c: count::<S>(self.rows()) })
    }

    /// The greatest elements along an axis, −∞ over none; equal greatest elements share the derivative equally.
    pub fn max_along(&self, axis: Axis) -> Vector<S> {
        Vector::from_array(apply::<S>(Max(self.sums(axis)), self.as_array()))
    }

    /// `‖A‖₁`, the greatest sum of absolute values in a column; 0 without elements.
    pub fn norm_1(&self) -> S {
        self.abs().sum_along(Axis::Rows).norm_inf()
    }

    /// `‖A‖∞`, the greatest sum of absolute values in a row; 0 without elements.
    pub fn norm_inf(&self) -> S {
        self.abs().sum_along(Axis::Columns).norm_inf()
    }

    /// `‖A‖₂`, the greatest singular value, 0 without elements. Adjoint `ȳ·u·vᵀ` with its singular vectors; where it is repeated, the
    /// mean of theirs. Cost: that of [`svd`](Self::svd).
    ///
    /// # Errors
    /// As [`svd`](Self::svd).
    pub fn norm_2(&self) -> Result<S, Error> {
        self.svd()?.values().get(0).or_else(|_| Ok(S::zero()))
    }

    /// Adds a vector to each row. Its adjoint is the sum of the rows' adjoints.
    ///
    /// # Errors
    /// [`Error::Shape`] unless the vector is as long as a row.
    pub fn add_to_rows(&self, vector: &Vector<S>) -> Result<Self, Error> {
        self.check_spread("add_to_rows", Axis::Rows, vector)?;
        Ok(self.add_spread(Axis::Rows, vector))
    }

    /// Adds a vector to each column.
    ///
    /// # Errors
    /// [`Error::Shape`] unless the vector is as long as a column.
    pub fn add_to_columns(&self, vector: &Vector<S>) -> Result<Self, Error> {
        self.check_spread("add_to_columns", Axis::Columns, vector)?;
        Ok(self.add_spread(Axis::Columns, vector))
    }

    /// Multiplies each row by a vector, element by element.
    ///
    /// # Errors
    /// [`Error::Shape`] unless the vector is as long as a row.
    pub fn scale_rows_by(&self, vector: &Vector<S>) -> Result<Self, Error> {
        self.check_spread("scale_rows_by", Axis::Rows, vector)?;
        Ok(self.scale_spread(Axis::Rows, vector))
    }

    /// Multiplies each column by a vector, element by element.
    ///
    /// # Errors
    /// [`Error::Shape`] unless the vector is as long as a column.
    pub fn scale_columns_by(&self, vector: &Vector<S>) -> Result<Self, Error> {
        self.check_spread("scale_columns_by", Axis::Columns, vector)?;
        Ok(self.scale_spread(Axis::Columns, vector))
    }

    /// The softmax of each row, without overflow.
    pub fn softmax(&self) -> Self {
        let (outer, axis) = self.shape();
        self.with(apply::<S>(Softmax { outer, axis }, self.as_array()))
    }

    /// The logarithm of the softmax of each row, without overflow.
    pub fn log_softmax(&self) -> Self {
        let (outer, axis) = self.shape();
        self.with(apply::<S>(LogSoftmax { outer, axis }, self.as_array()))
    }

    /// `ln Σ exp x` of each row, without overflow; −∞ of an empty one.
    pub fn logsumexp_of_rows(&self) -> Vector<S> {
        let (outer, axis) = self.shape();
        Vector::from_array(apply::<S>(Reduce { gate: gates::Logsumexp, outer, axis }, self.as_array()))
    }

    /// The mean cross-entropy `−1/n·Σ ln softmax(xᵢ)[labelᵢ]` of rows of logits and the right class of each.
    ///
    /// ```
    /// use anygrad_linalg::Matrix;
    ///
    /// let logits = Matrix::from_rows([[0.0, 0.0], [0.0, 0.0]]);
    /// assert_eq!(logits.cross_entropy(&[0, 1])?, 2.0_f64.ln());
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] unless there is one label below the number of columns for each row.
    pub fn cross_entropy(&self, labels: &[usize]) -> Result<S, Error> {
        let (outer, axis) = self.shape();
        if labels.len() != outer {
            let found = format!("{} labels and {}", labels.len(), written(self.shape()));
            return Err(mismatch("cross_entropy", "a label for each row", found));
        }
        if let Some(label) = labels.iter().find(|&&label| label >= axis) {
            return Err(mismatch("cross_entropy", format!("labels below {axis}"), label.to_string()));
        }
        let places = S::Array::collect(outer, |i| S::constant(count::<S>(labels[i])));
        let picked = S::block(Pick { outer, axis }, &[self.log_softmax().as_array(), &places]);
        Ok(-Vector::<S>::from_array(picked).mean())
    }

    pub(crate) fn scale_spread(&self, axis: Axis, vector: &Vector<S>) -> Self {
        self.with(S::block(ScaleSpread(self.sums(axis)), &[self.as_array(), vector.as_array()]))
    }

    pub(crate) fn add_spread(&self, axis: Axis, vector: &Vector<S>) -> Self {
        self.with(S::block(AddSpread(self.sums(axis)), &[self.as_array(), vector.as_array()]))
    }

    fn check_spread(&self, operation: &'static str, axis: Axis, vector: &Vector<S>) -> Result<(), Error> {
        let (len, what) = match axis {
            Axis::Rows => (self.columns(), "columns"),
            Axis::Columns => (self.rows(), "rows"),
        };
        if vector.len() == len {
            Ok(())
        } else {
            let found = format!("{} and a vector of length {}", written(self.shape()), vector.len());
            Err(mismatch(operation, format!("a vector as long as the matrix has {what}"), found))
        }
    }
}

impl<S: Scalar> Vector<S> {
    /// The vector `count` times: as the rows of a matrix with [`Axis::Rows`], as its columns with [`Axis::Columns`]. Its adjoint is
    /// the sum along that axis.
    ///
    /// ```
    /// use anygrad_linalg::{Axis, Vector};
    ///
    /// let v = Vector::new([1.0, 2.0]);
    /// assert_eq!(v.broadcast(Axis::Rows, 3).to_rows(), [[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]);
    /// assert_eq!(v.broadcast(Axis::Columns, 3).to_rows(), [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]);
    /// ```
    pub fn broadcast(&self, axis: Axis, count: usize) -> Matrix<S> {
        let len = self.len();
        let (rows, columns, sums) = match axis {
            Axis::Rows => (count, len, Sum { outer: 1, axis: count, inner: len }),
            Axis::Columns => (len, count, Sum { outer: len, axis: count, inner: 1 }),
        };
        Matrix::of(rows, columns, apply::<S>(Spread(sums), self.as_array()))
    }

    /// `n` numbers at equal distances, the first of them `from` and the last `to`; `from` alone if there is one.
    ///
    /// ```
    /// use anygrad_linalg::Vector;
    ///
    /// assert_eq!(Vector::linspace(1.0, 2.0, 5).to_vec(), [1.0, 1.25, 1.5, 1.75, 2.0]);
    /// ```
    pub fn linspace(from: S, to: S, n: usize) -> Self {
        let last = count::<S>(n.saturating_sub(1).max(1));
        let share = |i: usize| S::constant(count::<S>(i) / last);
        let ends = Self::new([from, to]);
        let weights = Matrix::from_fn(n, 2, |i, end| if end == 0 { S::one() - share(i) } else { share(i) });
        weights.matvec(&ends).unwrap_or(ends)
    }
}
