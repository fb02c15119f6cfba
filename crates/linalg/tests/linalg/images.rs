//! Convolution and pooling against loops over every place, and what they refuse.

use anygrad_core::{Backend, Differentiable, Error, Scalar};
use anygrad_linalg::{Images, Matrix, Statistics, Vector, Window};
use anygrad_reverse::Reverse;

/// Numbers of no pattern.
fn number(at: usize) -> f64 {
    (12.9898 * at as f64 + 0.3).sin()
}

/// Shapes: channels, images, size, filters, window.
fn cases() -> Vec<(usize, usize, [usize; 2], usize, Window)> {
    let window = Window::of;
    vec![
        (1, 1, [1, 1], 1, window([1, 1])),
        (2, 3, [5, 4], 3, window([3, 2])),
        (2, 3, [5, 4], 3, window([3, 2]).padded([1, 1])),
        (3, 2, [7, 5], 2, window([3, 3]).by([2, 2]).padded([1, 1])),
        (1, 4, [6, 1], 2, window([2, 1]).by([3, 1])),
        (1, 2, [1, 9], 1, window([1, 4]).by([1, 3]).padded([0, 2])),
        (2, 1, [3, 3], 2, window([5, 5]).padded([2, 2])),
        (1, 2, [4, 4], 1, window([2, 2]).by([1, 5])),
    ]
}

fn images(channels: usize, count: usize, size: [usize; 2]) -> Images<f64> {
    Images::from_fn(channels, count, size, |c, n, i, j| number(((c * count + n) * size[0] + i) * size[1] + j))
}

/// The number at a place of the padded images, given by the numbers of each image in a row; none in the padding.
fn at(
    rows: &Matrix<f64>,
    size: [usize; 2],
    [c, n]: [usize; 2],
    [i, j]: [usize; 2],
    padding: [usize; 2],
) -> Option<f64> {
    let (i, j) = (i.checked_sub(padding[0])?, j.checked_sub(padding[1])?);
    (i < size[0] && j < size[1]).then(|| rows.get(n, (c * size[0] + i) * size[1] + j).expect("a place in the image"))
}

/// The places of the window at each of its positions, in the padded images.
fn windows(size: [usize; 2], Window { size: window, stride, padding }: Window) -> Vec<Vec<[usize; 2]>> {
    let starts = |axis: usize| (0..=size[axis] + 2 * padding[axis] - window[axis]).step_by(stride[axis]);
    let places = |p, q| (0..window[0]).flat_map(move |i| (0..window[1]).map(move |j| [p + i, q + j])).collect();
    starts(0).flat_map(|p| starts(1).map(move |q| (p, q))).map(|(p, q)| places(p, q)).collect()
}

/// All triples of numbers below three others.
fn triples([a, b, c]: [usize; 3]) -> impl Iterator<Item = [usize; 3]> {
    (0..a * b * c).map(move |at| [at / c / b, at / c % b, at % c])
}

#[test]
fn convolutions_are_the_sums_over_their_windows() -> Result<(), Error> {
    for (channels, count, size, filters, window) in cases() {
        let x = images(channels, count, size);
        let places = window.size[0] * window.size[1];
        let weights = Matrix::from_fn(filters, channels * places, |f, k| number(1000 + 50 * f + k));
        let (found, rows) = (x.convolve(&weights, window)?.to_rows(), x.to_rows());
        let windows = windows(size, window);
        assert_eq!(found.shape(), (count, filters * windows.len()), "{window:?}");
        for [n, f, p] in triples([count, filters, windows.len()]) {
            let mut sum = 0.0;
            for c in 0..channels {
                for (k, &place) in windows[p].iter().enumerate() {
                    sum +=
                        weights.get(f, c * places + k)? * at(&rows, size, [c, n], place, window.padding).unwrap_or(0.0);
                }
            }
            let found = found.get(n, f * windows.len() + p)?;
            assert!((found - sum).abs() < 1e-14, "{window:?} at {n}, {f}, {p}: {found} and {sum}");
        }
    }
    Ok(())
}

#[test]
fn pools_are_the_greatest_and_the_mean_of_their_windows() -> Result<(), Error> {
    for (channels, count, size, _, window) in cases() {
        let (x, windows) = (images(channels, count, size), windows(size, window));
        let (greatest, mean, rows) = (x.max_pool(window)?.to_rows(), x.mean_pool(window)?.to_rows(), x.to_rows());
        for [n, c, p] in triples([count, channels, windows.len()]) {
            let covered: Vec<f64> =
                windows[p].iter().filter_map(|&place| at(&rows, size, [c, n], place, window.padding)).collect();
            let expected = covered.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            assert_eq!(greatest.get(n, c * windows.len() + p)?, expected);
            let expected = covered.iter().sum::<f64>() / windows[p].len() as f64;
            assert!((mean.get(n, c * windows.len() + p)? - expected).abs() < 1e-15);
        }
    }
    Ok(())
}

/// The sum of the greatest numbers of two windows over three numbers in a row.
struct Greatest;

impl Differentiable for Greatest {
    type Input = Images<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &Images<S>) -> S {
        self.try_call::<S>(x).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_call<S: Scalar<Real = f64>>(&self, x: &Images<S>) -> Result<S, Error> {
        Ok(x.max_pool(Window::of([1, 2]))?.sum())
    }
}

/// Where windows overlap, what flows back is added up; equal greatest numbers share it.
#[test]
fn the_greatest_share_the_derivative() -> Result<(), Error> {
    let row = |numbers: [f64; 3]| Images::from_fn(1, 1, [1, 3], |_, _, _, j| numbers[j]);
    let gradient = |numbers| Ok::<_, Error>(Reverse::new().gradient(&Greatest, &row(numbers))?.to_vec());
    assert_eq!(gradient([1.0, 2.0, 0.0])?, [0.0, 2.0, 0.0]);
    assert_eq!(gradient([1.0, 1.0, 0.0])?, [0.5, 1.5, 0.0]);
    assert_eq!(gradient([1.0, 1.0, 1.0])?, [0.5, 1.0, 0.5]);
    assert!(row([f64::NAN, 1.0, 2.0]).max_pool(Window::of([1, 2]))?.to_vec()[0].is_nan());
    Ok(())
}

#[test]
fn rows_and_channels_are_views_of_one_batch() -> Result<(), Error> {
    let x = Images::from_fn(2, 3, [2, 2], |c, n, i, j| (1000 * n + 100 * c + 10 * i + j) as f64);
    assert_eq!(x.to_rows().row(2)?.to_vec(), [2000.0, 2001.0, 2010.0, 2011.0, 2100.0, 2101.0, 2110.0, 2111.0]);
    assert_eq!(x.to_channels().row(1)?.slice(0..4)?.to_vec(), [100.0, 1100.0, 2100.0, 101.0]);
    assert_eq!(Images::from_rows(&x.to_rows(), 2, [2, 2])?, x);
    assert_eq!(x.with_channels(&x.to_channels())?, x);
    Ok(())
}

#[test]
fn shapes_are_checked() {
    #[track_caller]
    fn reads<T: std::fmt::Debug>(result: Result<T, Error>, expected: &str) {
        let error = result.expect_err("shapes that do not fit");
        assert!(matches!(error, Error::Shape { .. }), "{error:?}");
        assert_eq!(error.to_string(), expected);
    }
    let x = images(2, 1, [3, 4]);
    let filters = Matrix::zeros(1, 8);
    let huge = Window::of([2, 2]).padded([usize::MAX, 0]);
    let beyond = "expected a window that moves and fits into images of 3×4";
    reads(x.convolve(&filters, Window::of([2, 3])), "convolve: expected filters of 12 numbers, found 1×8");
    reads(
        x.convolve(&filters, Window::of([4, 2])),
        &format!("convolve: {beyond}, found 4×2 by [1, 1] with padding [0, 0]"),
    );
    reads(
        x.convolve(&filters, Window::of([2, 2]).by([0, 1])),
        &format!("convolve: {beyond}, found 2×2 by [0, 1] with padding [0, 0]"),
    );
    reads(x.mean_pool(huge), &format!("mean_pool: {beyond}, found 2×2 by [1, 1] with padding [{}, 0]", usize::MAX));
    reads(
        x.max_pool(Window::of([2, 2]).padded([2, 0])),
        "max_pool: expected padding smaller than the window of [2, 2], found [2, 0]",
    );
    reads(x.add_to_channels(&Vector::zeros(3)), "add_to_channels: expected a vector of length 2, found 3");
    reads(
        x.add(&images(2, 1, [4, 3])),
        "add: expected two batches of one shape, found 1 images of 2×3×4 and 1 images of 2×4×3",
    );
    reads(
        Images::from_rows(&Matrix::<f64>::zeros(2, 7), 2, [2, 2]),
        "images: expected rows of 2×2×2 numbers, found 2×7",
    );
    reads(x.with_channels(&Matrix::zeros(2, 11)), "with_channels: expected 12 columns, found 2×11");
    reads(
        x.normalise_by(&Statistics::standard(3), 0.1),
        "normalise_by: expected means and variances of 2 features, found 3 and 3",
    );
}
