//! Products of every narrow shape, against the sums that they are.

use anygrad_core::{Error, Real};
use anygrad_linalg::Matrix;

/// Small integers: their sums are exact in either precision, in any order.
fn whole<R: Real>(rows: usize, columns: usize, seed: usize) -> Matrix<R> {
    Matrix::from_fn(rows, columns, |i, j| R::narrow((i * 7 + j * 11 + seed) as f64 % 19.0 - 9.0))
}

fn check<R: Real>() -> Result<(), Error> {
    for m in [1, 2, 7, 9, 18] {
        for k in [1, 15, 16, 17, 31, 40] {
            for n in 1..6 {
                let (a, b) = (whole::<R>(m, k, 3), whole::<R>(n, k, 5));
                let (x, y) = (a.to_rows(), b.to_rows());
                let sum = |i: usize, j: usize| x[i].iter().zip(&y[j]).map(|(&x, &y)| x * y).sum();
                let expected = Matrix::from_fn(m, n, sum).to_rows();
                assert_eq!(a.matmul_transposed(&b)?.to_rows(), expected, "{m}×{k} by {k}×{n}");
                assert_eq!(a.matmul(&b.transpose())?.to_rows(), expected, "{m}×{k} by {k}×{n}");
            }
        }
    }
    Ok(())
}

#[test]
fn products_with_few_columns() -> Result<(), Error> {
    check::<f64>()?;
    check::<f32>()
}
