//! `Shuffler`: mini-batches in random order.

use anygrad_core::{Error, Real};
use anygrad_linalg::Matrix;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

/// Deals the numbers of samples in random order, in mini-batches. The same seed gives the same batches.
///
/// ```
/// use anygrad_nn::Shuffler;
///
/// let mut shuffler = Shuffler::new(5, 7);
/// let epoch: Vec<Vec<usize>> = shuffler.epoch(2).collect();
/// assert_eq!(epoch.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
/// let mut samples = epoch.concat();
/// samples.sort_unstable();
/// assert_eq!(samples, [0, 1, 2, 3, 4]);
/// ```
#[derive(Debug)]
pub struct Shuffler {
    order: Vec<usize>,
    rng: StdRng,
}

impl Shuffler {
    /// For so many samples.
    pub fn new(samples: usize, seed: u64) -> Self {
        Self { order: (0..samples).collect(), rng: StdRng::seed_from_u64(seed) }
    }

    /// All samples once, in a new order, in batches of `size`; the last one may be smaller. A size of 0 counts as 1.
    pub fn epoch(&mut self, size: usize) -> impl ExactSizeIterator<Item = Vec<usize>> {
        self.order.shuffle(&mut self.rng);
        self.order.chunks(size.max(1)).map(<[usize]>::to_vec)
    }
}

/// The rows of a matrix with these numbers, in their order: a batch out of samples.
///
/// ```
/// use anygrad_linalg::Matrix;
/// use anygrad_nn::select_rows;
///
/// let samples = Matrix::from_rows([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
/// assert_eq!(select_rows(&samples, &[2, 0])?.to_rows(), [[5.0, 6.0], [1.0, 2.0]]);
/// assert!(select_rows(&samples, &[3]).is_err());
/// # Ok::<(), anygrad_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Shape`] for a number that is no row's.
pub fn select_rows<R: Real>(samples: &Matrix<R>, numbers: &[usize]) -> Result<Matrix<R>, Error> {
    let (rows, columns) = samples.shape();
    if let Some(number) = numbers.iter().find(|&&number| number >= rows) {
        let expected = format!("numbers of rows below {rows}");
        return Err(Error::Shape { operation: "select_rows", expected, found: number.to_string() });
    }
    let all = samples.as_slice();
    let mut selected = Vec::with_capacity(numbers.len() * columns);
    numbers.iter().for_each(|&row| selected.extend_from_slice(&all[row * columns..(row + 1) * columns]));
    Matrix::from_vec(numbers.len(), columns, selected)
}
