//! Rows by their numbers.

use anygrad_core::Error;
use anygrad_linalg::{Matrix, Vector};

/// Points of no pattern.
fn points(rows: usize, columns: usize, shift: f64) -> Matrix<f64> {
    Matrix::from_fn(rows, columns, |i, j| (7.3 * i as f64 + 3.1 * j as f64 + shift).sin())
}

#[test]
fn the_nearest_row_has_the_least_distance_of_all() -> Result<(), Error> {
    for candidates in [1, 15, 16, 17, 40] {
        let (points, centres) = (points(50, 3, 0.0), points(candidates, 3, 1.0));
        let squares = |i: usize, j: usize| Ok::<_, Error>(points.row(i)?.sub(&centres.row(j)?)?.square().sum());
        for (i, place) in points.nearest_rows(&centres)?.iter().enumerate() {
            let found = squares(i, place as usize)?;
            for j in 0..candidates {
                assert!(found <= squares(i, j)?, "{candidates}: row {i} has {place}, not {j}");
            }
        }
    }
    Ok(())
}

#[test]
fn of_equal_rows_the_first_is_nearest() -> Result<(), Error> {
    let centres = Matrix::from_fn(20, 1, |i, _| if [3, 4, 18].contains(&i) { 1.0 } else { 5.0 });
    assert_eq!(Matrix::from_rows([[1.5], [9.0]]).nearest_rows(&centres)?.to_vec(), [3.0, 0.0]);
    Ok(())
}

#[test]
fn a_row_with_nan_is_nearest_where_no_other_is() -> Result<(), Error> {
    let centres = Matrix::from_rows([[f64::NAN], [1.0]]);
    assert_eq!(Matrix::from_rows([[0.0], [f64::NAN]]).nearest_rows(&centres)?.to_vec(), [1.0, 0.0]);
    Ok(())
}

#[test]
fn without_columns_the_first_row_is_nearest_and_without_rows_none() -> Result<(), Error> {
    let points = Matrix::<f64>::zeros(2, 0);
    assert_eq!(points.nearest_rows(&Matrix::zeros(3, 0))?.to_vec(), [0.0, 0.0]);
    let places = points.nearest_rows(&Matrix::zeros(0, 0))?;
    assert!(places.iter().all(f64::is_nan));
    assert_eq!(Matrix::<f64>::zeros(3, 0).take_rows(&places).shape(), (2, 0));
    Ok(())
}

#[test]
fn a_row_that_there_is_not_is_nan() {
    let none = [
        2.0,
        -1.0,
        0.5,
        1.3,
        -0.2,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        2.0_f64.powi(52),
        -2.0_f64.powi(52),
        1e300,
    ];
    let taken = points(2, 2, 0.0).take_rows(&Vector::new([1.0, -0.0].into_iter().chain(none)));
    assert_eq!(taken.row(0), points(2, 2, 0.0).row(1));
    assert_eq!(taken.row(1), points(2, 2, 0.0).row(0));
    assert!(taken.to_rows()[2..].iter().flatten().all(|x| x.is_nan()), "{taken:?}");
}

/// `f32` holds every integer up to 2²⁴, and no odd one behind it.
#[test]
fn rows_that_the_float_does_not_count_are_refused() {
    let (most, many) = (1_usize << 24, (1_usize << 24) + 2);
    let single = Matrix::<f32>::zeros(many, 0);
    assert_eq!(single.select_rows(&[most, 0]).map(|rows| rows.shape()), Ok((2, 0)));
    let error = single.select_rows(&[0, most + 1]).unwrap_err();
    assert_eq!(error.to_string(), "select_rows: expected row numbers up to 16777216, found 16777217");
    let error = Matrix::<f32>::zeros(1, 0).nearest_rows(&single).unwrap_err();
    assert_eq!(error.to_string(), "nearest_rows: expected row numbers up to 16777216, found 16777217");
    assert!(Matrix::<f64>::zeros(many, 0).select_rows(&[most + 1]).is_ok());
}
