//! Inputs and outputs that are trees.

use anygrad_macros::Tree;

use super::{delta, matrix};
use crate::{Scenario, Visitor};

/// A joint of a chain, as a struct whose fields are scalars.
#[derive(Clone, Debug, PartialEq, Tree)]
#[tree(crate = anygrad_core)]
struct Joint<S> {
    angle: S,
    link: [S; 2],
}

function! {
    /// A linear model's squared error: `(w·x + b − t)²` in `(w, b)`.
    LinearModel: (Vec<f64>, f64) => f64, <S> |this, (weights, bias)| {
        let features: Vec<S> = FEATURES.iter().map(|&feature| S::lit(feature)).collect();
        (S::dot(weights, &features) + *bias - TARGET).powi(2)
    }
}

function! {
    /// `Σ s·(x·y)` over nested pairs `(s, [x, y])`.
    Nested: [(f64, [f64; 2]); 2] => f64, <S> |this, pairs| pairs.iter().map(|(s, [x, y])| *s * *x * *y).sum()
}

function! {
    /// A tuple of a number and a vector out: `(x·y, [x², y², x + y])`.
    Parts: (f64, f64) => (f64, Vec<f64>), <S> |this, &(x, y)| (x * y, vec![x * x, y * y, x + y])
}

function! {
    /// The link of a joint, turned by its angle.
    Turn: Joint<f64> => [f64; 2], <S> |this, joint| {
        let ((sin, cos), [x, y]) = (joint.angle.sin_cos(), joint.link);
        [cos * x - sin * y, sin * x + cos * y]
    }
}

function! {
    /// `x·y` if there is a `y`, otherwise `x²`.
    Optional: (f64, Option<f64>) => f64, <S> |this, (x, y)| y.map_or(*x * *x, |y| *x * y)
}

function! {
    /// No input, one output.
    Constant: Vec<f64> => f64, <S> |this, inputs| S::lit(2.5) + inputs.iter().sum::<S>()
}

function! {
    /// Inputs that the output does not use, and one that it uses twice.
    Unused: [f64; 3] => f64, <S> |this, &[x, _, z]| x * z + z
}

function! {
    /// `x·stop(x)`: no derivative flows through the second factor.
    Detached: f64 => f64, <S> |this, x| *x * x.detach()
}

const FEATURES: [f64; 3] = [0.5, -1.5, 2.0];
const TARGET: f64 = 0.75;

pub(super) fn each(visitor: &mut impl Visitor) {
    models(visitor);
    nested(visitor);
    optional(visitor);
    inactive(visitor);
}

/// With the residual `r = w·x + b − t`: gradient `2r·(x, 1)`, Hessian `2(x, 1)(x, 1)ᵀ`.
fn models(visitor: &mut impl Visitor) {
    let residual = |(w, b): &(Vec<f64>, f64)| w.iter().zip(FEATURES).map(|(w, x)| w * x).sum::<f64>() + b - TARGET;
    let inner = [FEATURES[0], FEATURES[1], FEATURES[2], 1.0];
    visitor.visit(
        &Scenario::new("structure/linear_model", LinearModel)
            .at((vec![0.25, 0.5, -1.0], 0.5))
            .value(move |point| vec![residual(point).powi(2)])
            .jacobian(move |point| inner.map(|x| 2.0 * residual(point) * x).to_vec())
            .curvature(move |_| matrix(4, |i, j| 2.0 * inner[i] * inner[j])),
    );
    // A rotation: ∂/∂angle turns the result by a right angle, the rest is the rotation itself.
    visitor.visit(
        &Scenario::new("structure/derived", Turn)
            .at(Joint { angle: 0.7, link: [1.5, -0.5] })
            .value(|joint| {
                let ((sin, cos), [x, y]) = (joint.angle.sin_cos(), joint.link);
                vec![x * cos - y * sin, x * sin + y * cos]
            })
            .jacobian(|joint| {
                let ((sin, cos), [x, y]) = (joint.angle.sin_cos(), joint.link);
                vec![-(x * sin + y * cos), cos, -sin, x * cos - y * sin, sin, cos]
            }),
    );
}

fn nested(visitor: &mut impl Visitor) {
    visitor.visit(
        &Scenario::new("structure/nested", Nested)
            .at([(2.0, [0.5, -1.0]), (-1.5, [3.0, 0.25])])
            .value(|pairs| vec![pairs.iter().map(|(s, [x, y])| s * (x * y)).sum()])
            .jacobian(|pairs| pairs.iter().flat_map(|&(s, [x, y])| [x * y, s * y, s * x]).collect())
            .curvature(|pairs| {
                matrix(6, |i, j| {
                    let (s, [x, y]) = pairs[i / 3];
                    let missing = 3 - (i % 3 + j % 3).min(3);
                    if i / 3 == j / 3 && i != j { [s, x, y][missing] } else { 0.0 }
                })
            }),
    );
    visitor.visit(
        &Scenario::new("structure/parts", Parts)
            .at((1.5, -2.0))
            .value(|&(x, y)| vec![x * y, x * x, y * y, x + y])
            .jacobian(|&(x, y)| vec![y, x, 2.0 * x, 0.0, 0.0, 2.0 * y, 1.0, 1.0]),
    );
}

fn optional(visitor: &mut impl Visitor) {
    visitor.visit(
        &Scenario::new("structure/optional", Optional)
            .at((3.0, Some(-2.0)))
            .at((3.0, None))
            .value(|&(x, y)| vec![y.map_or(x * x, |y| x * y)])
            .jacobian(|&(x, y)| y.map_or(vec![2.0 * x], |y| vec![y, x]))
            .curvature(|(_, y)| if y.is_some() { vec![0.0, 1.0, 1.0, 0.0] } else { vec![2.0] }),
    );
}

fn inactive(visitor: &mut impl Visitor) {
    visitor.visit(
        &Scenario::new("structure/no_inputs", Constant)
            .at(Vec::new())
            .value(|_| vec![2.5])
            .jacobian(|_| Vec::new())
            .curvature(|_| Vec::new()),
    );
    visitor.visit(
        &Scenario::new("structure/unused", Unused)
            .at([2.0, f64::INFINITY, -1.5])
            .value(|[x, _, z]| vec![z * (x + 1.0)])
            .jacobian(|[x, _, z]| vec![*z, 0.0, x + 1.0])
            .curvature(|_| matrix(3, |i, j| delta(i + j, 2) * (1.0 - delta(i, j))))
            .along([1.0, 0.0, 2.0]),
    );
    visitor.visit(
        &Scenario::new("structure/detached", Detached)
            .at(1.75)
            .value(|x| vec![x * x])
            .jacobian(|x| vec![*x])
            .curvature(|_| vec![0.0])
            .singular(),
    );
}
