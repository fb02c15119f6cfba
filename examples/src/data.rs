//! Samples from files: `examples/data` holds them, and says where they are from.

use std::path::Path;

use anygrad::linalg::Matrix;
use anygrad::nn::{Shuffler, select_rows};
use anygrad::{Error, Real};

/// Samples with a class each.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples<R: Real> {
    /// A sample in each row.
    pub features: Matrix<R>,
    /// The class of each.
    pub labels: Vec<usize>,
}

/// Why samples could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The file is no table of numbers.
    #[error("expected a table of numbers, found {0}")]
    Table(#[from] csv::Error),
    /// A line has more or fewer columns than features and a class.
    #[error("line {line}: expected {expected} columns, found {found}")]
    Columns {
        /// The line.
        line: u64,
        /// The features and the class.
        expected: usize,
        /// The columns that it has.
        found: usize,
    },
    /// A class that there is not.
    #[error("line {line}: expected a class from 0 to {most}, found {found}")]
    Class {
        /// The line.
        line: u64,
        /// The last class.
        most: usize,
        /// What stands there.
        found: f64,
    },
    /// An operation on matrices failed.
    #[error(transparent)]
    Shape(#[from] Error),
}

/// The 150 irises of Fisher 1936: four lengths in centimetres, three species.
///
/// # Errors
/// [`DataError`] if the file is damaged.
pub fn iris<R: Real>() -> Result<Samples<R>, DataError> {
    read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data/iris.csv")), 4, 3)
}

/// The 1797 handwritten digits of Alpaydin & Kaynak 1998: 8×8 pixels, here from 0 to 1.
///
/// # Errors
/// [`DataError`] if the file is damaged.
pub fn digits<R: Real>() -> Result<Samples<R>, DataError> {
    let samples = read::<R>(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.csv")), 64, 10)?;
    Ok(Samples { features: samples.features.scale(R::narrow(1.0 / 16.0)), ..samples })
}

/// Reads a table: a line of names, then for each sample so many features and the number of its class.
///
/// # Errors
/// [`DataError::Table`] for what is no number, [`DataError::Columns`] and [`DataError::Class`] for lines that are no samples.
pub fn read<R: Real>(path: &Path, features: usize, classes: usize) -> Result<Samples<R>, DataError> {
    let mut table = csv::ReaderBuilder::new().flexible(true).from_path(path)?;
    let (mut numbers, mut labels) = (Vec::new(), Vec::new());
    for record in table.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let row: Vec<f64> = record.deserialize(None)?;
        if row.len() != features + 1 {
            return Err(DataError::Columns { line, expected: features + 1, found: row.len() });
        }
        let class = (0..classes).find(|&class| class as f64 == row[features]);
        let no_class = DataError::Class { line, most: classes.saturating_sub(1), found: row[features] };
        labels.push(class.ok_or(no_class)?);
        numbers.extend(row[..features].iter().map(|&number| R::narrow(number)));
    }
    Ok(Samples { features: Matrix::from_vec(labels.len(), features, numbers)?, labels })
}

impl<R: Real> Samples<R> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Those with the given numbers.
    ///
    /// # Errors
    /// [`Error::Shape`] for a number that there is not.
    pub fn select(&self, numbers: &[usize]) -> Result<Self, Error> {
        let features = select_rows(&self.features, numbers)?;
        Ok(Self { features, labels: numbers.iter().map(|&number| self.labels[number]).collect() })
    }

    /// Two thirds to train with and a held-out third, at random.
    ///
    /// # Errors
    /// None: the numbers are those of the samples.
    pub fn split(&self, seed: u64) -> Result<(Self, Self), Error> {
        let order = Shuffler::new(self.len(), seed).epoch(self.len()).flatten().collect::<Vec<_>>();
        let (held_out, training) = order.split_at(self.len() / 3);
        Ok((self.select(training)?, self.select(held_out)?))
    }
}
