//! What a network of classes says, and how often it is right.

use anygrad_core::{Error, Real};
use anygrad_linalg::Matrix;

/// The class of each row of logits: the column of the first of its greatest numbers, 0 if there is none or all are NaN.
///
/// ```
/// use anygrad_linalg::Matrix;
///
/// let logits = Matrix::from_rows([[0.1, 2.0, -1.0], [3.0, f64::NAN, 3.0]]);
/// assert_eq!(anygrad_nn::classes(&logits), [1, 0]);
/// ```
pub fn classes<R: Real>(logits: &Matrix<R>) -> Vec<usize> {
    let columns = logits.columns();
    let class = |row: &[R]| {
        let mut most = (0, R::neg_infinity());
        for (class, &logit) in row.iter().enumerate() {
            if logit > most.1 {
                most = (class, logit);
            }
        }
        most.0
    };
    (0..logits.rows()).map(|row| class(&logits.as_slice()[row * columns..(row + 1) * columns])).collect()
}

/// The share of rows of logits whose [class](classes) is the right one; NaN of none.
///
/// # Errors
/// [`Error::DimensionMismatch`] unless there is a label for each row.
pub fn accuracy<R: Real>(logits: &Matrix<R>, labels: &[usize]) -> Result<f64, Error> {
    if labels.len() != logits.rows() {
        return Err(Error::DimensionMismatch { what: "labels", expected: logits.rows(), found: labels.len() });
    }
    let right = classes(logits).iter().zip(labels).filter(|(class, label)| class == label).count();
    Ok(right as f64 / labels.len() as f64)
}
