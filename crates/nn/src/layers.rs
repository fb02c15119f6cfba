//! Layers: plain functions of parameters and activations.
//!
//! Activations of dense layers are matrices with a sample in each row, those of convolutions are [`Images`]. What has no parameters
//! (relu, tanh, gelu, softmax, pooling) are methods of these.
//!
//! ```
//! use anygrad_core::{Error, Scalar};
//! use anygrad_linalg::{Images, Matrix, Window};
//! use anygrad_macros::Tree;
//! use anygrad_nn::layers::{Convolution, Dense, convolution, dense};
//! use anygrad_nn::Initial;
//! use rand::{SeedableRng, rngs::StdRng};
//!
//! /// Eight filters of 3×3, and ten classes.
//! #[derive(Clone, Debug, Tree)]
//! # #[tree(crate = anygrad_core)]
//! struct Network<S: Scalar<Real = f32>> {
//!     filters: Convolution<S>,
//!     output: Dense<S>,
//! }
//!
//! fn logits<S: Scalar<Real = f32>>(network: &Network<S>, x: &Images<S>) -> Result<Matrix<S>, Error> {
//!     let maps = convolution(&network.filters, x, Window::of([3, 3]))?.relu().max_pool(Window::tile([2, 2]))?;
//!     dense(&network.output, &maps.to_rows())
//! }
//!
//! let mut rng = StdRng::seed_from_u64(1);
//! let network = Network {
//!     filters: Convolution::new(1, 8, [3, 3], Initial::HeUniform, &mut rng),
//!     output: Dense::new(8 * 3 * 3, 10, Initial::GlorotUniform, &mut rng),
//! };
//! let images = Images::from_fn(1, 5, [8, 8], |_, image, i, j| (image * i + j) as f32);
//! assert_eq!(logits(&network, &images)?.shape(), (5, 10));
//! # Ok::<(), Error>(())
//! ```

use anygrad_core::{Error, Real, Scalar};
use anygrad_linalg::{Axis, Images, Matrix, Statistics, Vector, Window};
use anygrad_macros::Tree;
use rand::{Rng, RngExt};

use crate::Initial;

/// The parameters of a dense layer.
#[derive(Clone, Debug, PartialEq, Tree)]
#[tree(crate = anygrad_core)]
pub struct Dense<S: Scalar> {
    /// `inputs×outputs`.
    pub weights: Matrix<S>,
    /// One for each output.
    pub bias: Vector<S>,
}

/// The parameters of a convolution.
#[derive(Clone, Debug, PartialEq, Tree)]
#[tree(crate = anygrad_core)]
pub struct Convolution<S: Scalar> {
    /// A filter in each row: channel after channel, row after row of the window.
    pub filters: Matrix<S>,
    /// One for each filter.
    pub bias: Vector<S>,
}

/// The parameters of a batch normalisation: what each feature is scaled and shifted by.
#[derive(Clone, Debug, PartialEq, Tree)]
#[tree(crate = anygrad_core)]
pub struct Normalisation<S: Scalar> {
    /// One for each feature, 1 at first.
    pub scale: Vector<S>,
    /// One for each feature, 0 at first.
    pub shift: Vector<S>,
}

impl<R: Real> Dense<R> {
    /// Random weights, and biases of 0.
    pub fn new(inputs: usize, outputs: usize, initial: Initial, rng: &mut impl Rng) -> Self {
        Self { weights: initial.matrix((inputs, outputs), (inputs, outputs), rng), bias: Vector::zeros(outputs) }
    }
}

impl<R: Real> Convolution<R> {
    /// Random filters for a window of `size`, height by width, and biases of 0.
    pub fn new(channels: usize, filters: usize, size: [usize; 2], initial: Initial, rng: &mut impl Rng) -> Self {
        let window = size[0] * size[1];
        let connections = (channels * window, filters * window);
        Self { filters: initial.matrix((filters, channels * window), connections, rng), bias: Vector::zeros(filters) }
    }
}

impl<R: Real> Normalisation<R> {
    /// Neither scaled nor shifted.
    pub fn new(features: usize) -> Self {
        Self { scale: Vector::from_fn(features, |_| R::one()), shift: Vector::zeros(features) }
    }
}

/// What is added to variances, so that a feature that is constant in a batch becomes 0.
const EPSILON: f64 = 1e-5;

/// `x·W + b` for each row of `x`.
///
/// # Errors
/// [`Error::Shape`] unless `x` has as many columns as the layer has inputs.
pub fn dense<S: Scalar>(layer: &Dense<S>, x: &Matrix<S>) -> Result<Matrix<S>, Error> {
    x.matmul(&layer.weights)?.add_to_rows(&layer.bias)
}

/// The cross-correlation with each filter, and its bias.
///
/// # Errors
/// [`Error::Shape`] unless the filters fit the images and the window.
pub fn convolution<S: Scalar>(layer: &Convolution<S>, x: &Images<S>, window: Window) -> Result<Images<S>, Error> {
    x.convolve(&layer.filters, window)?.add_to_channels(&layer.bias)
}

/// Batch normalisation while training (Ioffe & Szegedy 2015): each column of `x` normalised over the batch with `ε = 10⁻⁵`, scaled and
/// shifted; and the statistics of the batch.
///
/// A bias in the layer before has no effect, since the mean is subtracted.
///
/// # Errors
/// [`Error::Shape`] unless the layer has as many features as `x` has columns.
pub fn normalise<S: Scalar>(layer: &Normalisation<S>, x: &Matrix<S>) -> Result<(Matrix<S>, Statistics<S>), Error> {
    let (normal, statistics) = x.normalise(Axis::Rows, S::Real::narrow(EPSILON));
    Ok((normal.scale_rows_by(&layer.scale)?.add_to_rows(&layer.shift)?, statistics))
}

/// Batch normalisation in use, by statistics that were kept.
///
/// # Errors
/// [`Error::Shape`] unless layer and statistics have as many features as `x` has columns.
pub fn normalise_by<S: Scalar>(
    layer: &Normalisation<S>,
    x: &Matrix<S>,
    statistics: &Statistics<S>,
) -> Result<Matrix<S>, Error> {
    let normal = x.normalise_by(Axis::Rows, statistics, S::Real::narrow(EPSILON))?;
    normal.scale_rows_by(&layer.scale)?.add_to_rows(&layer.shift)
}

/// Batch normalisation of each channel of images while training, and the statistics of the batch.
///
/// # Errors
/// [`Error::Shape`] unless the layer has as many features as there are channels.
pub fn normalise_channels<S: Scalar>(
    layer: &Normalisation<S>,
    x: &Images<S>,
) -> Result<(Images<S>, Statistics<S>), Error> {
    let (normal, statistics) = x.normalise(S::Real::narrow(EPSILON));
    Ok((normal.scale_channels_by(&layer.scale)?.add_to_channels(&layer.shift)?, statistics))
}

/// Batch normalisation of each channel of images in use, by statistics that were kept.
///
/// # Errors
/// [`Error::Shape`] unless layer and statistics have as many features as there are channels.
pub fn normalise_channels_by<S: Scalar>(
    layer: &Normalisation<S>,
    x: &Images<S>,
    statistics: &Statistics<S>,
) -> Result<Images<S>, Error> {
    let normal = x.normalise_by(statistics, S::Real::narrow(EPSILON))?;
    normal.scale_channels_by(&layer.scale)?.add_to_channels(&layer.shift)
}

/// A mask for [`dropout`]: 0 with probability `p`, otherwise `1/(1 − p)` (Srivastava et al. 2014).
///
/// # Errors
/// [`Error::InvalidConfig`] unless `0 ≤ p < 1`.
pub fn dropout_mask<R: Real>(rows: usize, columns: usize, p: f64, rng: &mut impl Rng) -> Result<Matrix<R>, Error> {
    if !(0.0..1.0).contains(&p) {
        let expected = "a probability from 0 to below 1";
        return Err(Error::InvalidConfig { field: "dropout", expected, found: p.to_string() });
    }
    let kept = R::narrow(1.0 / (1.0 - p));
    Ok(Matrix::from_fn(rows, columns, |_, _| if rng.random::<f64>() < p { R::zero() } else { kept }))
}

/// Dropout while training: the elements that the mask keeps, scaled so that their expectation stays. In use there is none.
///
/// The mask is drawn by the caller, once a step: the function that is differentiated has no randomness of its own.
///
/// # Errors
/// [`Error::Shape`] unless the mask has the shape of `x`.
pub fn dropout<S: Scalar>(x: &Matrix<S>, mask: &Matrix<S::Real>) -> Result<Matrix<S>, Error> {
    x.hadamard(&Matrix::constant(mask))
}
