//! Eigenvalues and singular values, which nalgebra finds by iterations.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use super::support::{assert_close, directions, primals, scrambled, seeded, symmetric, tangents};

const TOLERANCE: f64 = 1e-12;

/// First-order perturbation theory: `λ̇ᵢ = vᵢᵀ·Ȧ·vᵢ`, and `v̇ᵢ = Σ_{j≠i} vⱼ·(vⱼᵀ·Ȧ·vᵢ)/(λᵢ − λⱼ)`.
#[test]
fn symmetric_eigen() {
    for n in [2, 3, 5, 12] {
        let (a, da) = (symmetric(&scrambled(n, n, 0)), directions(n, n).iter().map(symmetric).collect::<Vec<_>>());
        let SymmetricEigen { eigenvectors, eigenvalues } = seeded(&a, &da).symmetric_eigen();
        let (v, values) = (primals(&eigenvectors), primals(&eigenvalues));
        let gap = |i: usize, j: usize| values[i] - values[j];
        for (lane, da) in da.iter().enumerate() {
            let rotated = v.transpose() * da * &v;
            assert_close(&tangents(&eigenvalues, lane), &diagonal(&rotated), TOLERANCE);
            let mix = DMatrix::from_fn(n, n, |j, i| if i == j { 0.0 } else { rotated[(j, i)] / gap(i, j) });
            assert_close(&tangents(&eigenvectors, lane), &(&v * &mix), TOLERANCE * mix.amax().max(1.0));
        }
    }
}

/// A matrix that is diagonal already: the values have their derivatives, and the vectors have 0 or NaN, as documented.
#[test]
fn eigenvectors_of_a_diagonal_matrix_lose_their_derivatives() {
    let a = DMatrix::from_diagonal(&DVector::from_vec(vec![0.0, 1.0, 3.0]));
    let da = symmetric(&scrambled(3, 3, 1));
    let SymmetricEigen { eigenvectors, eigenvalues } = seeded(&a, std::slice::from_ref(&da)).symmetric_eigen();
    assert_close(&tangents(&eigenvalues, 0), &diagonal(&da), TOLERANCE);
    assert!(tangents(&eigenvectors, 0).iter().all(|&tangent| tangent == 0.0 || tangent.is_nan()));
}

/// `σ̇ᵢ = uᵢᵀ·Ȧ·vᵢ`; the vectors solve `Ȧ = U̇·Σ·Vᵀ + U·Σ̇·Vᵀ + U·Σ·V̇ᵀ` and stay orthogonal.
#[test]
fn singular_values() {
    for (rows, columns) in [(2, 2), (3, 3), (6, 4), (4, 4)] {
        let (a, da) = (scrambled(rows, columns, 0), directions(rows, columns));
        let svd = seeded(&a, &da).svd(true, true);
        let (u, vt) = (svd.u.expect("asked for"), svd.v_t.expect("asked for"));
        let (u0, vt0) = (primals(&u), primals(&vt));
        let s0 = DMatrix::from_diagonal(&primals(&svd.singular_values).column(0).into_owned());
        assert_close(&(&u0 * &s0 * &vt0), &a, TOLERANCE);
        for (lane, da) in da.iter().enumerate() {
            let rotated = u0.transpose() * da * vt0.transpose();
            let ds = tangents(&svd.singular_values, lane);
            assert_close(&ds, &diagonal(&rotated), TOLERANCE);
            let ds = DMatrix::from_diagonal(&ds.column(0).into_owned());
            let (du, dvt) = (tangents(&u, lane), tangents(&vt, lane));
            assert_close(&(&du * &s0 * &vt0 + &u0 * ds * &vt0 + &u0 * &s0 * &dvt), da, TOLERANCE);
            for turn in [u0.transpose() * &du, dvt * vt0.transpose()] {
                assert_close(&turn, &-turn.transpose(), TOLERANCE * turn.amax().max(1.0));
            }
        }
    }
}

/// The diagonal as a column.
fn diagonal(a: &DMatrix<f64>) -> DMatrix<f64> {
    DMatrix::from_fn(a.nrows().min(a.ncols()), 1, |i, _| a[(i, i)])
}
