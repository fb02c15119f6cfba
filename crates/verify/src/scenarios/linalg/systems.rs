//! Linear systems, inverse, determinant.

use anygrad_core::{Error, Scalar};
use anygrad_linalg::Matrix;

use super::{Kind, Row, regular};

#[derive(Clone, Copy)]
pub(super) enum System {
    Solve,
    SolveColumns,
    SolveTransposed,
    Inverse,
    Determinant,
    LogDeterminant,
}

pub(super) fn rows() -> Vec<Row> {
    use System::*;
    let squares = || vec![vec![(2, 2)], vec![(1, 1)], vec![(3, 3)], vec![(0, 0)]];
    let with = |columns: fn(usize) -> usize| [2, 1, 3, 0].map(|n| vec![(n, n), (n, columns(n))]).to_vec();
    let row = |name, system, shapes| Row { name, kind: Kind::System(system), shapes, fill: regular, order: 2 };
    vec![
        row("solve", Solve, with(|_| 1)),
        row("solve_columns", SolveColumns, with(|n| n + 1)),
        row("solve_transposed", SolveTransposed, with(|_| 2)),
        row("inverse", Inverse, squares()),
        row("determinant", Determinant, squares()),
        row("log_determinant", LogDeterminant, squares()),
    ]
}

impl System {
    pub(super) fn apply<S: Scalar>(self, operands: &[Matrix<S>]) -> Result<Vec<S>, Error> {
        let a = &operands[0];
        let b = operands.get(1).unwrap_or(a);
        Ok(match self {
            Self::Solve => a.solve(&b.flatten())?.to_vec(),
            Self::SolveColumns => a.lu()?.solve_columns(b)?.to_vec(),
            Self::SolveTransposed => a.lu()?.solve_transposed(b)?.to_vec(),
            Self::Inverse => a.inverse()?.to_vec(),
            Self::Determinant => vec![a.determinant()?],
            Self::LogDeterminant => vec![a.log_determinant()?],
        })
    }
}
