//! LU, Cholesky, QR: the differentials are those of the equations that the factors solve.

use nalgebra::DMatrix;

use super::support::{assert_close, directions, positive, primals, scrambled, seeded, symmetric, tangents};

const N: usize = 5;
const TOLERANCE: f64 = 1e-12;

/// `A·x = b` gives `A·ẋ = ḃ − Ȧ·x`.
#[test]
fn lu_solves() {
    let (a, b) = (scrambled(N, N, 9) + DMatrix::identity(N, N) * 2.0, scrambled(N, 2, 8));
    let (da, db) = (directions(N, N), directions(N, 2));
    let x = seeded(&a, &da).lu().solve(&seeded(&b, &db)).expect("A is regular");
    let lu = a.clone().lu();
    let expected = lu.solve(&b).expect("A is regular");
    assert_eq!(primals(&x), expected);
    for (lane, (da, db)) in da.iter().zip(&db).enumerate() {
        let expected = lu.solve(&(db - da * &expected)).expect("A is regular");
        assert_close(&tangents(&x, lane), &expected, TOLERANCE);
    }
}

/// Jacobi's formula: `(det A)· = det A·tr(A⁻¹·Ȧ)`; and `(A⁻¹)· = −A⁻¹·Ȧ·A⁻¹`.
#[test]
fn determinant_and_inverse() {
    let (a, da) = (scrambled(N, N, 9) + DMatrix::identity(N, N) * 2.0, directions(N, N));
    let dual = seeded(&a, &da);
    let inverse = a.clone().try_inverse().expect("A is regular");
    let (found, dual_inverse) = (dual.determinant(), dual.try_inverse().expect("A is regular"));
    for (lane, da) in da.iter().enumerate() {
        let trace = (&inverse * da).trace();
        assert!((found.tangent(lane) - a.determinant() * trace).abs() < TOLERANCE * a.determinant().abs());
        assert_close(&tangents(&dual_inverse, lane), &(-&inverse * da * &inverse), TOLERANCE);
    }
}

/// `A = L·Lᵀ` gives `Ȧ = L̇·Lᵀ + L·L̇ᵀ`, with `L̇` lower triangular: that determines it.
#[test]
fn cholesky() {
    let (a, da) = (positive(N), directions(N, N).iter().map(symmetric).collect::<Vec<_>>());
    let l = seeded(&a, &da).cholesky().expect("A is positive definite").l();
    let factor = primals(&l);
    assert_close(&(&factor * factor.transpose()), &a, TOLERANCE);
    for (lane, da) in da.iter().enumerate() {
        let dl = tangents(&l, lane);
        assert_eq!(dl, dl.lower_triangle());
        let half = &dl * factor.transpose();
        assert_close(&(&half + half.transpose()), da, TOLERANCE);
    }
}

/// `A = Q·R` gives `Ȧ = Q̇·R + Q·Ṙ`, with `Ṙ` upper triangular and `Qᵀ·Q̇` antisymmetric: that determines them.
#[test]
fn qr_of_a_tall_matrix() {
    let (rows, columns) = (7, 4);
    let (a, da) = (scrambled(rows, columns, 9), directions(rows, columns));
    let (q, r) = seeded(&a, &da).qr().unpack();
    let (q0, r0) = (primals(&q), primals(&r));
    assert_close(&(&q0 * &r0), &a, TOLERANCE);
    for (lane, da) in da.iter().enumerate() {
        let (dq, dr) = (tangents(&q, lane), tangents(&r, lane));
        assert_eq!(dr, dr.upper_triangle());
        assert_close(&(&dq * &r0 + &q0 * &dr), da, TOLERANCE);
        let rotation = q0.transpose() * &dq;
        assert_close(&(&rotation + rotation.transpose()), &DMatrix::zeros(columns, columns), TOLERANCE);
    }
}

/// A column that is zero has no direction to be reflected in: the derivatives of `Q` are NaN there, not numbers.
#[test]
fn qr_of_a_zero_column_has_no_derivative() {
    let a = DMatrix::from_row_slice(2, 2, &[0.0, 2.0, 0.0, 3.0]);
    let da = DMatrix::from_row_slice(2, 2, &[0.0, 0.0, 1.0, 0.0]);
    let (q, r) = seeded(&a, &[da]).qr().unpack();
    assert_close(&(primals(&q) * primals(&r)), &a, TOLERANCE);
    assert!(tangents(&q, 0).iter().all(|tangent| tangent.is_nan()));
}
