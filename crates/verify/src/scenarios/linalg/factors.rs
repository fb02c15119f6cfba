//! Factorisations of symmetric and of any matrices, triangular systems.

use anygrad_core::{Error, Scalar};
use anygrad_linalg::{Matrix, Triangle};

use super::{Kind, Row, mixed, regular};

#[derive(Clone, Copy)]
pub(super) enum Factor {
    Cholesky,
    CholeskySolve,
    CholeskyInverse,
    CholeskyLogDeterminant,
    SolveTriangular(Triangle),
    Triangles,
    Eigenvalues,
    Eigenvectors,
    SingularValues,
    LeftVectors,
    RightVectors,
    Norm2,
}

/// Operands whose first has a great diagonal.
fn definite(which: usize, i: usize, j: usize) -> f64 {
    mixed(which, i, j) + if which == 0 && i == j { 4.0 } else { 0.0 }
}

/// Operands with eigenvalues and singular values far apart.
fn apart(which: usize, i: usize, j: usize) -> f64 {
    0.4 * mixed(which, i, j) + if i == j { 1.0 + 1.5 * j as f64 } else { 0.0 }
}

pub(super) fn rows() -> Vec<Row> {
    use Factor::*;
    let squares = || [2, 1, 3, 0].map(|n| vec![(n, n)]).to_vec();
    let with = |columns: fn(usize) -> usize| [2, 1, 3, 0].map(|n| vec![(n, n), (n, columns(n))]).to_vec();
    let any = || [(3, 2), (2, 2), (1, 3), (2, 0)].map(|shape| vec![shape]).to_vec();
    let turned = || [(2, 3), (2, 2), (3, 1), (0, 2)].map(|shape| vec![shape]).to_vec();
    let some = |n, r| vec![vec![(n, n), (n, r)], vec![(2, 2), (2, 0)]];
    let row = |name, factor, shapes, fill| Row { name, kind: Kind::Factor(factor), shapes, fill, order: 2 };
    vec![
        row("cholesky", Cholesky, squares(), definite),
        row("cholesky solve", CholeskySolve, with(|n| n.min(2)), definite),
        row("cholesky inverse", CholeskyInverse, squares(), definite),
        row("cholesky log_determinant", CholeskyLogDeterminant, squares(), definite),
        row("solve_triangular lower", SolveTriangular(Triangle::LOWER), with(|_| 1), regular),
        row("solve_triangular upper", SolveTriangular(Triangle::UPPER.transposed()), some(2, 3), regular),
        row("solve_triangular unit", SolveTriangular(Triangle::UPPER.unit()), some(3, 1), regular),
        row("triangles", Triangles, squares(), mixed),
        row("eigenvalues", Eigenvalues, squares(), apart),
        row("eigenvectors", Eigenvectors, squares(), apart),
        row("singular values", SingularValues, any(), apart),
        row("left singular vectors", LeftVectors, turned(), apart),
        row("right singular vectors", RightVectors, any(), apart),
        row("norm_2", Norm2, vec![vec![(2, 3)], vec![(0, 2)]], apart),
    ]
}

impl Factor {
    pub(super) fn apply<S: Scalar>(self, operands: &[Matrix<S>]) -> Result<Vec<S>, Error> {
        let a = &operands[0];
        let b = operands.get(1).unwrap_or(a);
        Ok(match self {
            Self::Cholesky => a.cholesky()?.lower().to_vec(),
            Self::CholeskySolve => a.cholesky()?.solve_columns(b)?.to_vec(),
            Self::CholeskyInverse => a.cholesky()?.inverse().to_vec(),
            Self::CholeskyLogDeterminant => vec![a.cholesky()?.log_determinant()],
            Self::SolveTriangular(triangle) => a.solve_triangular_columns(triangle, b)?.to_vec(),
            Self::Triangles => a.lower_triangle()?.matmul(&a.upper_triangle()?)?.to_vec(),
            Self::Eigenvalues => a.symmetric_eigen()?.values().to_vec(),
            Self::Eigenvectors => a.symmetric_eigen()?.vectors()?.to_vec(),
            Self::SingularValues => a.svd()?.values().to_vec(),
            Self::LeftVectors => a.svd()?.u()?.to_vec(),
            Self::RightVectors => a.svd()?.v()?.to_vec(),
            Self::Norm2 => vec![a.norm_2()?],
        })
    }
}
