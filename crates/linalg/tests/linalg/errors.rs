//! A shape that an operation cannot take is an error that names both.

use anygrad_core::Error;
use anygrad_linalg::{Matrix, Vector};

#[track_caller]
fn reads<T: std::fmt::Debug>(result: Result<T, Error>, expected: &str) {
    let error = result.expect_err("shapes that do not fit");
    assert!(matches!(error, Error::Shape { .. }), "{error:?}");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn shapes_are_checked() {
    let (a, b) = (Matrix::<f64>::zeros(2, 3), Matrix::<f64>::zeros(2, 4));
    let (x, y) = (Vector::<f64>::zeros(3), Vector::<f64>::zeros(2));
    reads(a.matmul(&b), "matmul: expected as many columns on the left as rows on the right, found 2×3 and 2×4");
    reads(
        a.matmul_transposed(&b),
        "matmul_transposed: expected as many columns on the left as on the right, found 2×3 and 2×4",
    );
    reads(a.add(&b), "add: expected two matrices of one shape, found 2×3 and 2×4");
    reads(x.dot(&y), "dot: expected two vectors of one length, found lengths 3 and 2");
    reads(x.cross(&y), "cross: expected two vectors of length 3, found 3 and 2");
    reads(x.slice(2..4), "slice: expected a range within 0..3, found 2..4");
    reads(x.get(3), "get: expected an index below 3, found 3");
    reads(a.get(2, 0), "get: expected a row below 2 and a column below 3, found (2, 0)");
    reads(a.slice(0..3, 0..1), "slice: expected ranges within 0..2 and 0..3, found 0..3 and 0..1");
    reads(a.reshape(4, 2), "reshape: expected 6 elements, found 4×2");
    reads(a.concat_rows(&b), "concat_rows: expected as many columns in both, found 2×3 and 2×4");
    reads(a.diagonal(), "diagonal: expected a square matrix, found 2×3");
    reads(
        a.add_to_rows(&y),
        "add_to_rows: expected a vector as long as the matrix has columns, found 2×3 and a vector of length 2",
    );
    reads(a.select_rows(&[1, 2]), "select_rows: expected rows below 2, found 2");
    reads(a.cross_entropy(&[0]), "cross_entropy: expected a label for each row, found 1 labels and 2×3");
    reads(a.cross_entropy(&[0, 3]), "cross_entropy: expected labels below 3, found 3");
    reads(a.nearest_rows(&b), "nearest_rows: expected as many columns in both, found 2×3 and 2×4");
    reads(x.strict_upper_triangle(4), "strict_upper_triangle: expected 6 elements for 4×4, found 3");
    reads(Matrix::from_vec(2, 2, vec![1.0]), "matrix: expected elements for 2×2, found 1");
    reads(Matrix::stack(&[x, y]), "stack: expected rows of one length, found 1×3 and 1×2");
}
