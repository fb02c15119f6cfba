//! `Images<S>`: a batch of images, as far as convolution and pooling need an array of four axes.

use std::fmt;

use anygrad_core::arrays::{Array, Buffer};
use anygrad_core::{Error, Real, Scalar, gates};

use crate::Matrix;
use crate::arrangement::impl_arrangement;
use crate::shape::{mismatch, written};

/// A batch of images with channels, stored `channels × height × width × count`: the same pixel of all images side by side. So the loops
/// of convolution and pooling have the images as their innermost, and a convolution is one product of matrices that leaves its result
/// in the same order.
///
/// ```
/// use anygrad_linalg::{Images, Matrix, Window};
///
/// // One image of 3×3 with one channel, and the sum of each 2×2 window.
/// let image = Images::from_fn(1, 1, [3, 3], |_, _, i, j| (3 * i + j) as f64);
/// let sums = image.convolve(&Matrix::from_rows([[1.0; 4]]), Window::of([2, 2]))?;
/// assert_eq!(sums.size(), [2, 2]);
/// assert_eq!(sums.to_vec(), [8.0, 12.0, 20.0, 24.0]);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Images<S: Scalar> {
    pub(crate) channels: usize,
    pub(crate) count: usize,
    pub(crate) size: [usize; 2],
    pub(crate) data: S::Array,
}

impl<S: Scalar> Images<S> {
    /// `count` images of `size`, height by width, from their numbers `f(channel, image, row, column)`.
    pub fn from_fn(
        channels: usize,
        count: usize,
        size: [usize; 2],
        mut f: impl FnMut(usize, usize, usize, usize) -> S,
    ) -> Self {
        let [height, width] = size;
        let number = |at: usize| {
            let (pixel, image) = (at / count, at % count);
            f(pixel / width / height, image, pixel / width % height, pixel % width)
        };
        Self { channels, count, size, data: S::Array::collect(channels * height * width * count, number) }
    }

    /// Images from a matrix with an image in each row: channel after channel, row after row.
    ///
    /// # Errors
    /// [`Error::Shape`] unless a row has `channels·height·width` numbers.
    pub fn from_rows(rows: &Matrix<S>, channels: usize, size: [usize; 2]) -> Result<Self, Error> {
        let numbers = size[0].checked_mul(size[1]).and_then(|pixels| pixels.checked_mul(channels));
        if numbers != Some(rows.columns()) {
            let expected = format!("rows of {channels}×{}×{} numbers", size[0], size[1]);
            return Err(mismatch("images", expected, written(rows.shape())));
        }
        Ok(Self { channels, count: rows.rows(), size, data: rows.transpose().data })
    }

    /// Numbers that depend on no input.
    pub fn constant(values: &Images<S::Real>) -> Self {
        Self {
            channels: values.channels,
            count: values.count,
            size: values.size,
            data: S::Array::constant(values.data.clone()),
        }
    }

    /// The number of channels.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The number of images.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Height and width.
    pub fn size(&self) -> [usize; 2] {
        self.size
    }

    /// A matrix with all numbers of an image in each row, channel after channel, row after row: what a dense layer takes.
    pub fn to_rows(&self) -> Matrix<S> {
        Matrix::of(self.channels * self.size[0] * self.size[1], self.count, self.data.clone()).transpose()
    }

    /// A matrix with all numbers of a channel in each row: row after row, and of each pixel image after image. It costs nothing.
    pub fn to_channels(&self) -> Matrix<S> {
        Matrix::of(self.channels, self.size[0] * self.size[1] * self.count, self.data.clone())
    }

    /// The same number of images of the same size with other numbers, as [`to_channels`](Self::to_channels) gives them, and as many
    /// channels as the matrix has rows.
    ///
    /// # Errors
    /// [`Error::Shape`] unless a row has as many numbers as a channel.
    pub fn with_channels(&self, channels: &Matrix<S>) -> Result<Self, Error> {
        let numbers = self.size[0] * self.size[1] * self.count;
        if channels.columns() != numbers {
            return Err(mismatch("with_channels", format!("{numbers} columns"), written(channels.shape())));
        }
        Ok(Self { channels: channels.rows(), data: channels.data.clone(), ..*self })
    }

    pub(crate) fn with(&self, data: S::Array) -> Self {
        Self { data, ..*self }
    }

    fn with_floats(&self, data: Buffer<S::Real>) -> Images<S::Real> {
        Images { channels: self.channels, count: self.count, size: self.size, data }
    }

    /// Channels, images, height and width.
    pub(crate) fn shape(&self) -> [usize; 4] {
        [self.channels, self.count, self.size[0], self.size[1]]
    }

    fn check_same(&self, operation: &'static str, other: &Self) -> Result<(), Error> {
        if self.shape() == other.shape() {
            Ok(())
        } else {
            let found = format!("{} and {}", self.written(), other.written());
            Err(mismatch(operation, "two batches of one shape", found))
        }
    }

    fn written(&self) -> String {
        let [channels, count, height, width] = self.shape();
        format!("{count} images of {channels}×{height}×{width}")
    }
}

impl_arrangement!(Images);

impl<S: Scalar> fmt::Debug for Images<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.written(), self.data)
    }
}

impl<S: Scalar> PartialEq for Images<S> {
    /// By shape and values.
    fn eq(&self, other: &Self) -> bool {
        self.shape() == other.shape() && self.data.primal() == other.data.primal()
    }
}

impl<R: Real> Images<R> {
    /// The floats in the order in which they are stored.
    pub fn as_slice(&self) -> &[R] {
        &self.data
    }
}
