//! The matrix of a Jacobian.

use anygrad_core::{Dense, Error};

#[test]
fn entries_stand_row_by_row() {
    let matrix = Dense::from_rows(2, 3, vec![1, 2, 3, 4, 5, 6]).unwrap();
    assert_eq!((matrix[(0, 2)], matrix[(1, 0)]), (3, 4));
    assert_eq!(matrix.row(1), [4, 5, 6]);
    assert_eq!(matrix.into_vec(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_wrong_number_of_entries_is_an_error() {
    let error = Dense::from_rows(2, 2, vec![1.0; 3]).unwrap_err();
    assert_eq!(error, Error::DimensionMismatch { what: "matrix entries", expected: 4, found: 3 });
}

#[test]
fn reset_leaves_nothing_of_the_last_matrix() {
    let mut matrix = Dense::from_rows(1, 4, vec![1.0; 4]).unwrap();
    matrix.reset(3, 1);
    assert_eq!((matrix.shape(), matrix.as_slice()), ((3, 1), [0.0; 3].as_slice()));
}

#[test]
#[should_panic(expected = "row: expected less than 2, found 2")]
fn a_row_that_is_not_there_panics() {
    let _ = Dense::<f64>::zeros(2, 0).row(2);
}

#[test]
#[should_panic(expected = "index out of bounds")]
fn a_column_that_is_not_there_panics() {
    let _ = Dense::<f64>::zeros(2, 2)[(0, 2)];
}
