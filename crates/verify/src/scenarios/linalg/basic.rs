//! Products, element by element, along axes, parts and joins.

use anygrad_core::{Error, Scalar, gates};
use anygrad_linalg::{Axis, Matrix, Vector};

use super::{Kind, Row, mixed, positive};

#[derive(Clone, Copy)]
pub(super) enum Basic {
    Matmul,
    TransposedMatmul,
    MatmulTransposed,
    Matvec,
    TransposedMatvec,
    Dot,
    Outer,
    Cross,
    Add,
    Sub,
    Hadamard,
    Divide,
    Power,
    Scale,
    ScaleByConstant,
    Shift,
    Tanh,
    Exp,
    Sqrt,
    Relu,
    Gelu,
    MapEach,
    Transpose,
    Slice,
    SelectRows,
    Element,
    Set,
    ConcatRows,
    ConcatColumns,
    Stack,
    Reshape,
    Diagonal,
    DiagonalMatrix,
    StrictUpperTriangle,
    TakeRows,
    NearestRows,
    Trace,
    SumAlong(Axis),
    MeanAlong(Axis),
    VarianceAlong(Axis),
    Covariance,
    Broadcast(Axis),
    Linspace,
    MaxAlong(Axis),
    Norm,
    Norm1,
    NormInf,
    AddToRows,
    AddToColumns,
    ScaleRowsBy,
    ScaleColumnsBy,
    Softmax,
    LogSoftmax,
    Logsumexp,
    LogsumexpOfRows,
    CrossEntropy,
    CrossEntropyOfVectors,
}

type Shapes = Vec<Vec<(usize, usize)>>;

/// One operand of every awkward shape.
fn any() -> Shapes {
    [(2, 3), (0, 2), (2, 0), (1, 1), (1, 4), (3, 1)].map(|shape| vec![shape]).into()
}

/// One operand, which is not empty.
fn full() -> Shapes {
    [(2, 3), (1, 1), (1, 4), (3, 1)].map(|shape| vec![shape]).into()
}

/// Two operands of one shape.
fn pairs() -> Shapes {
    any().into_iter().map(|shape| [shape.clone(), shape].concat()).collect()
}

/// A matrix and a row as long as its rows.
fn with_row() -> Shapes {
    any().into_iter().map(|shape| vec![shape[0], (1, shape[0].1)]).collect()
}

/// A matrix and a row as long as its columns.
fn with_column() -> Shapes {
    any().into_iter().map(|shape| vec![shape[0], (1, shape[0].0)]).collect()
}

pub(super) fn rows() -> Vec<Row> {
    use Basic::*;
    let sizes = [(2, 3, 2), (1, 1, 1), (1, 4, 1), (3, 1, 2), (0, 2, 3), (2, 0, 3), (2, 3, 0)];
    let products = |f: fn((usize, usize, usize)) -> [(usize, usize); 2]| sizes.map(|size| f(size).to_vec()).to_vec();
    let squares: Shapes = [0, 1, 2, 3].map(|n| vec![(n, n)]).into();
    let vectors: Shapes = [1, 3, 0].map(|n| vec![(1, n), (1, n)]).into();
    let row = |name, basic, shapes, fill| Row { name, kind: Kind::Basic(basic), shapes, fill, order: 2 };
    vec![
        row("matmul", Matmul, products(|(m, k, n)| [(m, k), (k, n)]), mixed),
        row("transposed_matmul", TransposedMatmul, products(|(m, k, n)| [(k, m), (k, n)]), mixed),
        row("matmul_transposed", MatmulTransposed, products(|(m, k, n)| [(m, k), (n, k)]), mixed),
        row("matvec", Matvec, with_row(), mixed),
        row("transposed_matvec", TransposedMatvec, with_column(), mixed),
        row("dot", Dot, vectors.clone(), mixed),
        row("outer", Outer, vec![vec![(1, 2), (1, 3)], vec![(1, 1), (1, 1)], vec![(1, 0), (1, 2)]], mixed),
        row("cross", Cross, vec![vec![(1, 3), (1, 3)]], mixed),
        row("add", Add, pairs(), mixed),
        row("sub", Sub, pairs(), mixed),
        row("hadamard", Hadamard, pairs(), mixed),
        row("divide", Divide, pairs(), mixed),
        row("zip pow", Power, pairs(), positive),
        row("scale", Scale, any().into_iter().map(|shape| vec![shape[0], (1, 1)]).collect(), mixed),
        row("scale by a constant", ScaleByConstant, any(), mixed),
        row("shift", Shift, any().into_iter().map(|shape| vec![shape[0], (1, 1)]).collect(), mixed),
        row("tanh", Tanh, any(), mixed),
        row("exp", Exp, any(), mixed),
        row("sqrt", Sqrt, any(), positive),
        row("relu", Relu, any(), mixed),
        row("gelu", Gelu, any(), mixed),
        row("map_each", MapEach, any(), mixed),
        row("transpose", Transpose, any(), mixed),
        row("slice", Slice, vec![vec![(3, 4)], vec![(3, 3)], vec![(4, 3)]], mixed),
        row("select_rows", SelectRows, any(), mixed),
        row("get", Element, full(), mixed),
        row("set", Set, full(), mixed),
        row("concat_rows", ConcatRows, vec![vec![(2, 3), (1, 3)], vec![(0, 2), (2, 2)], vec![(1, 1), (0, 1)]], mixed),
        row(
            "concat_columns",
            ConcatColumns,
            vec![vec![(2, 3), (2, 1)], vec![(2, 0), (2, 2)], vec![(0, 1), (0, 2)]],
            mixed,
        ),
        row("stack", Stack, vec![vec![(1, 2); 3], vec![(1, 1); 1], vec![(1, 3); 5], vec![(1, 0); 2]], mixed),
        row("reshape", Reshape, any(), mixed),
        row("diagonal", Diagonal, squares.clone(), mixed),
        row("diagonal_matrix", DiagonalMatrix, vec![vec![(1, 3)], vec![(1, 1)], vec![(1, 0)]], mixed),
        row(
            "strict_upper_triangle",
            StrictUpperTriangle,
            vec![vec![(1, 3)], vec![(1, 1)], vec![(1, 0)], vec![(1, 6)]],
            mixed,
        ),
        row("take_rows", TakeRows, full(), mixed),
        row("nearest_rows", NearestRows, vec![vec![(5, 2), (3, 2)], vec![(1, 1), (1, 1)], vec![(0, 2), (1, 2)]], mixed),
        row("trace", Trace, squares, mixed),
        row("sum_along rows", SumAlong(Axis::Rows), any(), mixed),
        row("sum_along columns", SumAlong(Axis::Columns), any(), mixed),
        row("mean_along rows", MeanAlong(Axis::Rows), full(), mixed),
        row("mean_along columns", MeanAlong(Axis::Columns), full(), mixed),
        row("variance_along rows", VarianceAlong(Axis::Rows), full(), mixed),
        row("variance_along columns", VarianceAlong(Axis::Columns), full(), mixed),
        row("covariance", Covariance, full(), mixed),
        row("broadcast rows", Broadcast(Axis::Rows), any(), mixed),
        row("broadcast columns", Broadcast(Axis::Columns), any(), mixed),
        row("linspace", Linspace, vec![vec![(1, 2)]], mixed),
        row("max_along rows", MaxAlong(Axis::Rows), full(), mixed),
        row("max_along columns", MaxAlong(Axis::Columns), full(), mixed),
        row("norm", Norm, full(), mixed),
        row("norm_1", Norm1, full(), mixed),
        row("norm_inf", NormInf, full(), mixed),
        row("add_to_rows", AddToRows, with_row(), mixed),
        row("add_to_columns", AddToColumns, with_column(), mixed),
        row("scale_rows_by", ScaleRowsBy, with_row(), mixed),
        row("scale_columns_by", ScaleColumnsBy, with_column(), mixed),
        row("softmax", Softmax, any(), mixed),
        row("log_softmax", LogSoftmax, any(), mixed),
        row("logsumexp", Logsumexp, full(), mixed),
        row("logsumexp_of_rows", LogsumexpOfRows, full(), mixed),
        row("cross_entropy", CrossEntropy, full(), mixed),
        row("cross_entropy of vectors", CrossEntropyOfVectors, vectors, mixed),
    ]
}

impl Basic {
    pub(super) fn apply<S: Scalar>(self, operands: &[Matrix<S>]) -> Result<Vec<S>, Error> {
        let a = &operands[0];
        let b = operands.get(1).unwrap_or(a);
        let (x, y) = (a.flatten(), b.flatten());
        let matrix = |matrix: Matrix<S>| Ok(matrix.to_vec());
        let vector = |vector: Vector<S>| Ok(vector.to_vec());
        let number = |number: S| Ok(vec![number]);
        match self {
            Self::Matmul => matrix(a.matmul(b)?),
            Self::TransposedMatmul => matrix(a.transposed_matmul(b)?),
            Self::MatmulTransposed => matrix(a.matmul_transposed(b)?),
            Self::Matvec => vector(a.matvec(&y)?),
            Self::TransposedMatvec => vector(a.transposed_matvec(&y)?),
            Self::Dot => number(x.dot(&y)?),
            Self::Outer => matrix(x.outer(&y)),
            Self::Cross => vector(x.cross(&y)?),
            Self::Add => matrix(a.add(b)?),
            Self::Sub => matrix(a.sub(b)?),
            Self::Hadamard => matrix(a.hadamard(b)?),
            Self::Divide => matrix(a.divide(b)?),
            Self::Power => matrix(a.zip(gates::Pow, b)?),
            Self::Scale => matrix(a.scale(b.get(0, 0)?)),
            Self::ScaleByConstant => matrix(a.scale(S::lit(-1.5))),
            Self::Shift => matrix(a.shift(b.get(0, 0)?)),
            Self::Tanh => matrix(a.tanh()),
            Self::Exp => matrix(a.exp()),
            Self::Sqrt => matrix(a.sqrt()),
            Self::Relu => matrix(a.relu()),
            Self::Gelu => matrix(a.gelu()),
            Self::MapEach => matrix(a.map_each(|x| x * x.sin())),
            Self::Transpose => matrix(a.transpose()),
            Self::Slice => matrix(a.slice(1..3, 0..2)?),
            Self::SelectRows => {
                // Some more than once, and some not at all.
                let numbers: Vec<usize> = (0..2 * a.rows()).map(|i| (i * i) % a.rows()).collect();
                matrix(a.select_rows(&numbers)?)
            }
            Self::Element => number(a.get(a.rows() - 1, 0)?),
            Self::Set => {
                let mut written = a.tanh();
                written.set(0, 0, a.get(a.rows() - 1, a.columns() - 1)?.exp())?;
                matrix(written)
            }
            Self::ConcatRows => matrix(a.concat_rows(b)?),
            Self::ConcatColumns => matrix(a.concat_columns(b)?),
            Self::Stack => {
                let rows: Vec<Vector<S>> = operands.iter().map(Matrix::flatten).collect();
                matrix(Matrix::stack(&rows)?)
            }
            Self::Reshape => matrix(a.reshape(a.columns(), a.rows())?),
            Self::Diagonal => vector(a.diagonal()?),
            Self::DiagonalMatrix => matrix(x.diagonal_matrix()),
            Self::StrictUpperTriangle => {
                let rows = (1..).find(|n| n * (n - 1) / 2 >= x.len()).unwrap_or_default();
                matrix(x.strict_upper_triangle(rows)?)
            }
            Self::TakeRows => {
                // Each row once, the last one twice more.
                let last = a.rows() - 1;
                matrix(a.take_rows(&Vector::from_fn(a.rows() + 2, |i| S::lit(i.min(last) as f64))))
            }
            Self::NearestRows => matrix(b.take_rows(&a.nearest_rows(b)?).sub(a)?),
            Self::Trace => number(a.trace()?),
            Self::SumAlong(axis) => vector(a.sum_along(axis)),
            Self::MeanAlong(axis) => vector(a.mean_along(axis)),
            Self::VarianceAlong(axis) => vector(a.variance_along(axis)),
            Self::Covariance => matrix(a.covariance()),
            Self::Broadcast(axis) => matrix(x.broadcast(axis, 3)),
            Self::Linspace => vector(Vector::linspace(x.get(0)?, x.get(1)?, 4)),
            Self::MaxAlong(axis) => vector(a.max_along(axis)),
            Self::Norm => number(a.norm()),
            Self::Norm1 => number(a.norm_1()),
            Self::NormInf => number(a.norm_inf()),
            Self::AddToRows => matrix(a.add_to_rows(&y)?),
            Self::AddToColumns => matrix(a.add_to_columns(&y)?),
            Self::ScaleRowsBy => matrix(a.scale_rows_by(&y)?),
            Self::ScaleColumnsBy => matrix(a.scale_columns_by(&y)?),
            Self::Softmax => matrix(a.softmax()),
            Self::LogSoftmax => matrix(a.log_softmax()),
            Self::Logsumexp => number(a.logsumexp()),
            Self::LogsumexpOfRows => vector(a.logsumexp_of_rows()),
            Self::CrossEntropy => {
                let labels: Vec<usize> = (0..a.rows()).map(|i| (2 * i + 1) % a.columns()).collect();
                number(a.cross_entropy(&labels)?)
            }
            Self::CrossEntropyOfVectors => number(x.cross_entropy(&y)?),
        }
    }
}
