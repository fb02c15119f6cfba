//! Convolution and pooling.

use anygrad_core::{Error, Scalar, gates};

use crate::ops::{PoolMax, PoolSum, Unfold, Windows, apply};
use crate::shape::{count, mismatch, written};
use crate::{Images, Matrix, Vector, Window};

impl<S: Scalar> Images<S> {
    /// The cross-correlation with `filters`, a matrix with a filter in each row: channel after channel, row after row of the window. What
    /// lies around the image counts as zeros; the result has a channel for each filter.
    ///
    /// `y[f, p] = Σ filter[f, k]·window[p, k]` over the channels and places `k` of the window at position `p`: the windows become the
    /// columns of a matrix, and the filters are multiplied with it (Chellapilla, Puri & Simard 2006). Adjoints are those of the product;
    /// the adjoint of the windows is added up where they overlap. Costs one product of `filters × places` by `places × positions·images`.
    ///
    /// # Errors
    /// [`Error::Shape`] unless a filter has a number for each channel and place in the window, and the window moves and fits into the
    /// padded image.
    pub fn convolve(&self, filters: &Matrix<S>, window: Window) -> Result<Self, Error> {
        let windows = self.windows("convolve", window)?;
        let unfold = Unfold(windows);
        if filters.columns() != unfold.rows() {
            let expected = format!("filters of {} numbers", unfold.rows());
            return Err(mismatch("convolve", expected, written(filters.shape())));
        }
        let columns = Matrix::of(unfold.rows(), unfold.columns(), apply::<S>(unfold, &self.data));
        let product = filters.matmul(&columns)?;
        Ok(Self { channels: filters.rows(), size: windows.positions(), data: product.data, ..*self })
    }

    /// Adds a number to each channel. Its adjoint is the sum over the channel.
    ///
    /// # Errors
    /// [`Error::Shape`] unless there is one for each channel.
    pub fn add_to_channels(&self, numbers: &Vector<S>) -> Result<Self, Error> {
        self.check_channels("add_to_channels", numbers)?;
        self.with_channels(&self.to_channels().add_to_columns(numbers)?)
    }

    /// Multiplies each channel by a number.
    ///
    /// # Errors
    /// [`Error::Shape`] unless there is one for each channel.
    pub fn scale_channels_by(&self, numbers: &Vector<S>) -> Result<Self, Error> {
        self.check_channels("scale_channels_by", numbers)?;
        self.with_channels(&self.to_channels().scale_columns_by(numbers)?)
    }

    /// The greatest number in each window, channel by channel; padding does not count. Equal greatest numbers share the derivative
    /// equally; NaN where one is.
    ///
    /// ```
    /// use anygrad_linalg::{Images, Window};
    ///
    /// let image = Images::from_fn(1, 1, [2, 4], |_, _, i, j| if i == 0 { j as f64 } else { -1.0 });
    /// assert_eq!(image.max_pool(Window::tile([2, 2]))?.to_vec(), [1.0, 3.0]);
    /// assert_eq!(image.mean_pool(Window::tile([2, 2]))?.to_vec(), [-0.25, 0.75]);
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] for a window that does not move, does not fit, or may cover nothing but padding.
    pub fn max_pool(&self, window: Window) -> Result<Self, Error> {
        let windows = self.windows("max_pool", window)?;
        if (0..2).any(|axis| window.padding[axis] >= window.size[axis]) {
            let expected = format!("padding smaller than the window of {:?}", window.size);
            return Err(mismatch("max_pool", expected, format!("{:?}", window.padding)));
        }
        Ok(Self { size: windows.positions(), data: apply::<S>(PoolMax(windows), &self.data), ..*self })
    }

    /// The mean of each window, channel by channel; padding counts as zeros.
    ///
    /// # Errors
    /// [`Error::Shape`] for a window that does not move or does not fit.
    pub fn mean_pool(&self, window: Window) -> Result<Self, Error> {
        let windows = self.windows("mean_pool", window)?;
        let sums = Self { size: windows.positions(), data: apply::<S>(PoolSum(windows), &self.data), ..*self };
        Ok(sums.map(gates::DivConst { c: count::<S>(window.size[0] * window.size[1]) }))
    }

    /// A window where it can stand.
    fn windows(&self, operation: &'static str, window: Window) -> Result<Windows, Error> {
        let Window { size, stride, padding } = window;
        let fits = |axis: usize| {
            let room = padding[axis].checked_mul(2).and_then(|padding| padding.checked_add(self.size[axis]));
            size[axis] > 0 && stride[axis] > 0 && room.is_some_and(|room| size[axis] <= room)
        };
        if !fits(0) || !fits(1) {
            let expected = format!("a window that moves and fits into images of {}×{}", self.size[0], self.size[1]);
            let found = format!("{}×{} by {stride:?} with padding {padding:?}", size[0], size[1]);
            return Err(mismatch(operation, expected, found));
        }
        Ok(Windows { channels: self.channels, count: self.count, size: self.size, window: size, stride, padding })
    }

    fn check_channels(&self, operation: &'static str, numbers: &Vector<S>) -> Result<(), Error> {
        if numbers.len() == self.channels {
            Ok(())
        } else {
            Err(mismatch(operation, format!("a vector of length {}", self.channels), numbers.len().to_string()))
        }
    }
}
