//! Operations on vectors and matrices, each at ordinary and at awkward shapes, in `f64` and `f32`.
//!
//! | file | operations |
//! |---|---|
//! | `basic.rs` | products, element by element, along axes, parts and joins |
//! | `images.rs` | convolution, pooling, batch normalisation |
//! | `factors.rs` | Cholesky, triangular systems, eigenvalues, singular values |
//! | `implicit.rs` | roots and fixed points |
//! | `systems.rs` | linear systems, inverse, determinant |
//!
//! All of them are one type of function, which matches on the operation: a type each would make as many copies of every backend.
//! First derivatives are those of all outputs; second derivatives those of `Σ cᵢ·yᵢ + ½·yᵢ²` with fixed weights `c`.

mod basic;
mod factors;
mod images;
mod implicit;
mod systems;

use std::marker::PhantomData;

use anygrad_core::{Differentiable, Error, Real, Scalar};
use anygrad_linalg::Matrix;

use crate::{Scenario, Visitor};

/// Shows all operations in both precisions, in single precision at two shapes.
pub(super) fn each(visitor: &mut impl Visitor) {
    operations::<f64>(visitor, "f64", usize::MAX);
    operations::<f32>(visitor, "f32", 2);
}

fn operations<R: Real>(visitor: &mut impl Visitor, precision: &str, most_shapes: usize) {
    let rows = [basic::rows(), images::rows(), systems::rows(), factors::rows(), implicit::rows()];
    for Row { name, kind, shapes, fill, order } in rows.into_iter().flatten() {
        for (loss, what) in [(false, "linalg"), (true, "linalg loss")] {
            let function = Operation::<R> { kind, loss, leaf: PhantomData };
            let scenario = Scenario::new(format!("{what}/{name} {precision}"), function);
            let shapes = shapes.iter().take(most_shapes);
            let mut scenario = shapes.fold(scenario, |scenario, shapes| scenario.at(filled(shapes, fill)));
            scenario.max_order = order;
            visitor.visit(&scenario);
        }
    }
}

/// An operation with the shapes that it is checked at.
struct Row {
    name: &'static str,
    kind: Kind,
    /// For each point the shapes of the operands.
    shapes: Vec<Vec<(usize, usize)>>,
    /// The element of an operand at a place.
    fill: fn(usize, usize, usize) -> f64,
    /// The highest order of derivatives.
    order: i32,
}

/// What is done to the operands.
#[derive(Clone, Copy)]
enum Kind {
    Basic(basic::Basic),
    Image(images::Image),
    Factor(factors::Factor),
    Implicit(implicit::Function),
    System(systems::System),
}

impl Kind {
    fn apply<S: Scalar>(self, operands: &[Matrix<S>]) -> Result<Vec<S>, Error> {
        match self {
            Self::Basic(basic) => basic.apply(operands),
            Self::Image(image) => image.apply(operands),
            Self::Factor(factor) => factor.apply(operands),
            Self::Implicit(function) => function.apply(operands),
            Self::System(system) => system.apply(operands),
        }
    }
}

/// An operation as a function: all its outputs, or one number made of them.
struct Operation<R> {
    kind: Kind,
    loss: bool,
    leaf: PhantomData<R>,
}

impl<R: Real> Differentiable for Operation<R> {
    type Input = Vec<Matrix<R>>;
    type Output = Vec<R>;

    fn call<S: Scalar<Real = R>>(&self, operands: &Vec<Matrix<S>>) -> Vec<S> {
        self.try_call::<S>(operands).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_call<S: Scalar<Real = R>>(&self, operands: &Vec<Matrix<S>>) -> Result<Vec<S>, Error> {
        let y = self.kind.apply(operands)?;
        if !self.loss {
            return Ok(y);
        }
        let terms = y.iter().enumerate().map(|(i, &y)| y * S::lit(weight(i)) + y * y * S::lit(0.5));
        Ok(vec![terms.sum()])
    }
}

/// Weights of no pattern.
fn weight(i: usize) -> f64 {
    (1.3 * i as f64 + 0.4).sin()
}

/// Operands of the given shapes.
fn filled<R: Real>(shapes: &[(usize, usize)], fill: fn(usize, usize, usize) -> f64) -> Vec<Matrix<R>> {
    let operand = |(which, &(rows, columns)): (usize, &(usize, usize))| {
        Matrix::from_fn(rows, columns, |i, j| R::narrow(fill(which, i, j)))
    };
    shapes.iter().enumerate().map(operand).collect()
}

/// Numbers of no pattern between −1 and 1, none of them near 0 and no two equal in small matrices.
fn mixed(which: usize, i: usize, j: usize) -> f64 {
    let angle = 12.9898 * (which as f64 + 1.0) + 4.1414 * i as f64 + 78.233 * j as f64;
    let fraction = (angle.sin() * 43.758).fract();
    fraction.signum() * (0.2 + 0.8 * fraction.abs())
}

/// Numbers of no pattern between 0.2 and 1.
fn positive(which: usize, i: usize, j: usize) -> f64 {
    mixed(which, i, j).abs()
}

/// The same, with a diagonal that makes a square matrix far from singular.
fn regular(which: usize, i: usize, j: usize) -> f64 {
    mixed(which, i, j) + if which == 0 && i == j { 2.5 } else { 0.0 }
}
