//! The neuron `σ(a·x + b·y + c)`.

use super::{matrix, step};
use crate::{Scenario, Visitor};

function! {
    /// The logistic function as a composition of gates, `1/(1 + e⁻ᶻ)`.
    Composed: [f64; 5] => f64, <S> |this, &[a, b, c, x, y]| (S::one() + (-(a * x + b * y + c)).exp()).recip()
}

function! {
    /// The logistic function as one gate.
    Fused: [f64; 5] => f64, <S> |this, &[a, b, c, x, y]| (a * x + b * y + c).sigmoid()
}

function! {
    /// The composition in single precision.
    Single: [f32; 5] => f32, <S> |this, &[a, b, c, x, y]| (S::one() + (-(a * x + b * y + c)).exp()).recip()
}

/// The point of the source, "10 Days of Grad, Day 3", after A. Karpathy.
const POINT: [f64; 5] = [1.0, 2.0, -3.0, -1.0, 3.0];

/// The vector that the Hessian is applied to.
const DIRECTION: [f64; 5] = [1.0, -1.0, 0.5, 2.0, -2.0];

pub(super) fn each(visitor: &mut impl Visitor) {
    let elsewhere = [-0.25, 0.5, 0.75, 2.0, 1.25];
    let composed = Scenario::new("neuron/composed", Composed).at(POINT).at(elsewhere).along(DIRECTION);
    visitor.visit(&composed.value(value).jacobian(gradient).curvature(hessian));
    let fused = Scenario::new("neuron/fused", Fused).at(POINT).at(elsewhere).along(DIRECTION);
    visitor.visit(&fused.value(value).jacobian(gradient).curvature(hessian));
    let single = Scenario::new("neuron/f32", Single).at([1.0, 2.0, -3.0, -1.0, 3.0]);
    visitor.visit(
        &single
            .value(|point| value(&point.map(f64::from)))
            .jacobian(|point| gradient(&point.map(f64::from)))
            .curvature(|point| hessian(&point.map(f64::from))),
    );
}

/// `z` and `σ(z)`, with `σ(z) = ½(1 + tanh ½z)`.
fn activation(&[a, b, c, x, y]: &[f64; 5]) -> (f64, f64) {
    let z = a * x + b * y + c;
    (z, 0.5 * (1.0 + (0.5 * z).tanh()))
}

/// `σ′(z) = ¼ sech²(½z)`.
fn slope(z: f64) -> f64 {
    0.25 / (0.5 * z).cosh().powi(2)
}

fn value(point: &[f64; 5]) -> Vec<f64> {
    vec![activation(point).1]
}

/// `σ′(z)·∇z` with `∇z = (x, y, 1, a, b)`.
fn gradient(point: &[f64; 5]) -> Vec<f64> {
    let &[a, b, _, x, y] = point;
    let slope = slope(activation(point).0);
    [x, y, 1.0, a, b].map(|part| slope * part).to_vec()
}

/// `σ″(z)·∇z·∇zᵀ + σ′(z)·∇²z` with `σ″ = −σ′·tanh(½z)`, and `∇²z = 1` at `(a, x)` and `(b, y)`.
fn hessian(point: &[f64; 5]) -> Vec<f64> {
    let &[a, b, _, x, y] = point;
    let (z, _) = activation(point);
    let (first, second) = (slope(z), -slope(z) * (0.5 * z).tanh());
    let inner = [x, y, 1.0, a, b];
    let paired = |i: usize, j: usize| step(i != 2 && j != 2 && i.abs_diff(j) == 3);
    matrix(5, |i, j| second * inner[i] * inner[j] + first * paired(i, j))
}
