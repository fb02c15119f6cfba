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

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read from a file with this text, as samples of two features and three classes.
    fn of(text: &str) -> Result<Samples<f64>, DataError> {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), text).expect("a file that can be written");
        read(file.path(), 2, 3)
    }

    #[test]
    fn the_data_are_those_of_their_authors() -> Result<(), DataError> {
        let irises = iris::<f64>()?;
        assert_eq!(irises.features.shape(), (150, 4));
        // The means that scikit-learn's description prints.
        let means = irises.features.mean_along(anygrad::linalg::Axis::Rows).to_vec();
        assert!(means.iter().zip([5.84, 3.05, 3.76, 1.20]).all(|(a, b)| (a - b).abs() < 0.01), "{means:?}");
        assert!((0..3).all(|species| irises.labels.iter().filter(|&&label| label == species).count() == 50));
        let digits = digits::<f32>()?;
        assert_eq!(digits.features.shape(), (1797, 64));
        assert!(digits.features.iter().all(|pixel| (0.0..=1.0).contains(&pixel)));
        // The first numbers of each digit that UCI's page prints.
        let count = |digit| digits.labels.iter().filter(|&&label| label == digit).count();
        assert_eq!([0, 1, 2, 3, 4].map(count), [178, 182, 177, 183, 181]);
        Ok(())
    }

    #[test]
    fn a_split_deals_every_sample_once() -> Result<(), DataError> {
        let samples = of("a,b,class\n1,2,0\n3,4,1\n5,6,2\n7,8,0\n")?;
        let (training, held_out) = samples.split(1)?;
        assert_eq!((training.len(), held_out.len()), (3, 1));
        let mut firsts = [training.features.column(0)?.to_vec(), held_out.features.column(0)?.to_vec()].concat();
        firsts.sort_by(f64::total_cmp);
        assert_eq!(firsts, [1.0, 3.0, 5.0, 7.0]);
        Ok(())
    }

    #[test]
    fn a_damaged_file_is_an_error() {
        let reads = |text: &str, expected: &str| {
            let error = of(text).expect_err("a damaged file").to_string();
            assert!(error.contains(expected), "{error}");
        };
        reads("a,b,class\n1,2,0\n1,2\n", "line 3: expected 3 columns, found 2");
        reads("a,b,class\n1,2,0,4\n", "line 2: expected 3 columns, found 4");
        reads("a,b,class\n1,2,3\n", "line 2: expected a class from 0 to 2, found 3");
        reads("a,b,class\n1,2,0.5\n", "line 2: expected a class from 0 to 2, found 0.5");
        reads("a,b,class\n1,two,0\n", "expected a table of numbers, found ");
        let missing = read::<f64>(Path::new("no such file"), 2, 3).expect_err("no file");
        assert!(matches!(missing, DataError::Table(_)));
    }
}
