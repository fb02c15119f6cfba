//! Batch normalisation (Ioffe & Szegedy 2015).

use anygrad_core::{Error, Real, Scalar, gates};
use anygrad_macros::Tree;

use crate::shape::{count, mismatch};
use crate::{Axis, Images, Matrix, Vector};

/// The statistics of a batch: mean and variance of each feature.
#[derive(Clone, Debug, PartialEq, Tree)]
#[tree(crate = anygrad_core)]
pub struct Statistics<S: Scalar> {
    /// The means.
    pub mean: Vector<S>,
    /// The mean squares of the differences from the mean (divisor `n`).
    pub variance: Vector<S>,
}

impl<S: Scalar> Matrix<S> {
    /// `(x − μ)/√(σ² + ε)` with mean `μ` and variance `σ²` of the batch along an axis, and these statistics: batch normalisation while
    /// training. Derivatives flow through the statistics, too.
    ///
    /// Over [`Axis::Rows`] each column is a feature, over [`Axis::Columns`] each row. What usually follows is a scale and a shift of
    /// each feature: [`scale_rows_by`](Self::scale_rows_by) and [`add_to_rows`](Self::add_to_rows), or their like for columns. NaN
    /// over an empty axis; 0 where all numbers are equal and `ε > 0`.
    ///
    /// ```
    /// use anygrad_linalg::{Axis, Matrix};
    ///
    /// let x = Matrix::from_rows([[1.0, 0.0], [5.0, 6.0]]);
    /// let (normal, statistics) = x.normalise(Axis::Rows, 0.0);
    /// assert_eq!(normal.to_rows(), [[-1.0, -1.0], [1.0, 1.0]]);
    /// assert_eq!((statistics.mean.to_vec(), statistics.variance.to_vec()), (vec![3.0, 3.0], vec![4.0, 9.0]));
    /// ```
    pub fn normalise(&self, axis: Axis, epsilon: S::Real) -> (Self, Statistics<S>) {
        let mean = self.mean_along(axis);
        let centred = self.add_spread(axis, &mean.negate());
        let variance = centred.square().mean_along(axis);
        (centred.scale_spread(axis, &inverse_deviation(&variance, epsilon)), Statistics { mean, variance })
    }

    /// `(x − μ)/√(σ² + ε)` with given statistics: batch normalisation when a network is used, not trained.
    ///
    /// # Errors
    /// [`Error::Shape`] unless there is a mean and a variance for each feature.
    pub fn normalise_by(&self, axis: Axis, statistics: &Statistics<S>, epsilon: S::Real) -> Result<Self, Error> {
        let Statistics { mean, variance } = statistics;
        let features = if axis == Axis::Rows { self.columns() } else { self.rows() };
        if mean.len() != features || variance.len() != features {
            let found = format!("{} and {}", mean.len(), variance.len());
            return Err(mismatch("normalise_by", format!("means and variances of {features} features"), found));
        }
        Ok(self.add_spread(axis, &mean.negate()).scale_spread(axis, &inverse_deviation(variance, epsilon)))
    }
}

/// `1/√(σ² + ε)`.
fn inverse_deviation<S: Scalar>(variance: &Vector<S>, epsilon: S::Real) -> Vector<S> {
    variance.map(gates::AddConst { c: epsilon }).rsqrt()
}

impl<S: Scalar> Images<S> {
    /// Batch normalisation of each channel, over all pixels of all images, while training; see [`Matrix::normalise`].
    pub fn normalise(&self, epsilon: S::Real) -> (Self, Statistics<S>) {
        let (normal, statistics) = self.to_channels().normalise(Axis::Columns, epsilon);
        (self.with(normal.data), statistics)
    }

    /// Batch normalisation of each channel with given statistics.
    ///
    /// # Errors
    /// [`Error::Shape`] unless there is a mean and a variance for each channel.
    pub fn normalise_by(&self, statistics: &Statistics<S>, epsilon: S::Real) -> Result<Self, Error> {
        Ok(self.with(self.to_channels().normalise_by(Axis::Columns, statistics, epsilon)?.data))
    }
}

impl<S: Scalar> Statistics<S> {
    /// Numbers that depend on no input.
    pub fn constant(values: &Statistics<S::Real>) -> Self {
        Self { mean: Vector::constant(&values.mean), variance: Vector::constant(&values.variance) }
    }
}

impl<R: Real> Statistics<R> {
    /// Mean 0 and variance 1 of each feature.
    pub fn standard(features: usize) -> Self {
        Self { mean: Vector::zeros(features), variance: Vector::from_fn(features, |_| R::one()) }
    }

    /// `(1 − m)·self + m·batch`, in which the variance of a batch of `n` counts `n/(n − 1)`-fold: the moving average that is kept while
    /// training, to normalise by afterwards.
    ///
    /// ```
    /// use anygrad_linalg::{Statistics, Vector};
    ///
    /// let batch = Statistics { mean: Vector::new([2.0]), variance: Vector::new([3.0]) };
    /// let kept = Statistics::standard(1).moved(&batch, 4, 0.5)?;
    /// assert_eq!((kept.mean.to_vec(), kept.variance.to_vec()), (vec![1.0], vec![2.5]));
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if the numbers of features differ.
    pub fn moved(&self, batch: &Self, n: usize, momentum: R) -> Result<Self, Error> {
        let rest = R::one() - momentum;
        let unbiased = momentum * count::<R>(n) / count::<R>(n.saturating_sub(1).max(1));
        Ok(Self {
            mean: self.mean.scale(rest).add(&batch.mean.scale(momentum))?,
            variance: self.variance.scale(rest).add(&batch.variance.scale(unbiased))?,
        })
    }
}
