//! Small circuits, most of them after A. Karpathy, "Hacker's guide to Neural Networks", and his micrograd.

use super::{matrix, step};
use crate::{Scenario, Visitor};

function! {
    /// `x·y`.
    Multiply: [f64; 2] => f64, <S> |this, &[x, y]| x * y
}

function! {
    /// `(x + y)·z`.
    AddMultiply: [f64; 3] => f64, <S> |this, &[x, y, z]| (x + y) * z
}

function! {
    /// `1/(1 + e⁻ˣ)`.
    Logistic: f64 => f64, <S> |this, &x| (S::one() + (-x).exp()).recip()
}

function! {
    /// `((a·b + c)·d)²`.
    SquaredChain: [f64; 4] => f64, <S> |this, &[a, b, c, d]| ((a * b + c) * d).powi(2)
}

function! {
    /// `(a + b)/(c + d)`.
    Ratio: [f64; 4] => f64, <S> |this, &[a, b, c, d]| (a + b) / (c + d)
}

function! {
    /// `max(a, b)·c + relu(d)²`.
    Switch: [f64; 4] => f64, <S> |this, &[a, b, c, d]| a.max(b) * c + d.relu().powi(2)
}

function! {
    /// A linear classifier's hinge loss over three points, with `α(w₀² + w₁²)`.
    Hinge: [f64; 3] => f64, <S> |this, &[w0, w1, w2]| {
        let mut loss = (w0 * w0 + w1 * w1) * REGULARISATION;
        for ([x0, x1], label) in DATA {
            loss += (S::one() - (w0 * x0 + w1 * x1 + w2) * label).max(S::zero());
        }
        loss
    }
}

function! {
    /// The expression of micrograd's README.
    Micrograd: [f64; 2] => f64, <S> |this, &[a, b]| {
        let (c, d) = (a + b, a * b + b.powi(3));
        let c = c + (c + 1.0);
        let c = c + (c + 1.0 - a);
        let d = d + (d * 2.0 + (b + a).relu());
        let d = d + (d * 3.0 + (b - a).relu());
        let f = (c - d).powi(2);
        f / 2.0 + S::lit(10.0) / f
    }
}

const REGULARISATION: f64 = 0.1;
const DATA: [([f64; 2], f64); 3] = [([1.2, 0.7], 1.0), ([-0.3, 0.5], -1.0), ([3.0, 2.5], 1.0)];

pub(super) fn each(visitor: &mut impl Visitor) {
    products(visitor);
    chains(visitor);
    kinks(visitor);
    micrograd(visitor);
}

fn products(visitor: &mut impl Visitor) {
    visitor.visit(
        &Scenario::new("circuit/multiply", Multiply)
            .at([-2.0, 3.0])
            .value(|[x, y]| vec![x * y])
            .jacobian(|&[x, y]| vec![y, x])
            .curvature(|_| vec![0.0, 1.0, 1.0, 0.0]),
    );
    visitor.visit(
        &Scenario::new("circuit/add_multiply", AddMultiply)
            .at([-2.0, 5.0, -4.0])
            .value(|[x, y, z]| vec![(x + y) * z])
            .jacobian(|&[x, y, z]| vec![z, z, x + y])
            .curvature(|_| vec![0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0]),
    );
    // In hyperbolic functions: σ = ½(1 + tanh ½x), σ′ = ¼ sech² ½x, σ″ = −σ′ tanh ½x.
    let slope = |x: f64| 0.25 / (0.5 * x).cosh().powi(2);
    visitor.visit(
        &Scenario::new("circuit/logistic", Logistic)
            .at(-5.0)
            .at(0.0)
            .at(5.0)
            .value(|&x| vec![if x < 0.0 { x.exp() / (1.0 + x.exp()) } else { 0.5 * (1.0 + (0.5 * x).tanh()) }])
            .jacobian(move |&x| vec![slope(x)])
            .curvature(move |&x| vec![-slope(x) * (0.5 * x).tanh()]),
    );
}

fn chains(visitor: &mut impl Visitor) {
    // p = ab + c, f = p²d²; ∇p = u = (b, a, 1) in (a, b, c), and ∂²p/∂a∂b = 1.
    let hessian = |&[a, b, c, d]: &[f64; 4]| {
        let (p, u) = (a * b + c, [b, a, 1.0]);
        matrix(4, |i, j| match (i, j) {
            (3, 3) => 2.0 * p * p,
            (3, k) | (k, 3) => 4.0 * p * d * u[k],
            _ => 2.0 * d * d * (u[i] * u[j] + p * step(i + j == 1)),
        })
    };
    visitor.visit(
        &Scenario::new("circuit/squared_chain", SquaredChain)
            .at([1.0, 2.0, 3.0, 4.0])
            .value(|[a, b, c, d]| vec![(a * b + c).powi(2) * d * d])
            .jacobian(|&[a, b, c, d]| {
                let p = a * b + c;
                vec![2.0 * p * d * d * b, 2.0 * p * d * d * a, 2.0 * p * d * d, 2.0 * p * p * d]
            })
            .curvature(hessian),
    );
    // N/D with N = a + b, D = c + d.
    visitor.visit(
        &Scenario::new("circuit/ratio", Ratio)
            .at([1.0, 2.0, 3.0, 4.0])
            .value(|[a, b, c, d]| vec![(a + b) / (c + d)])
            .jacobian(|&[a, b, c, d]| {
                let (n, d) = (a + b, c + d);
                vec![1.0 / d, 1.0 / d, -n / (d * d), -n / (d * d)]
            })
            .curvature(|&[a, b, c, d]| {
                let (n, d) = (a + b, c + d);
                matrix(4, |i, j| match (i < 2, j < 2) {
                    (true, true) => 0.0,
                    (false, false) => 2.0 * n / d.powi(3),
                    _ => -1.0 / (d * d),
                })
            }),
    );
}

fn kinks(visitor: &mut impl Visitor) {
    visitor.visit(
        &Scenario::new("circuit/switch", Switch)
            .at([3.0, 2.0, -1.0, 0.5])
            .at([-1.5, 2.5, 2.0, -0.5])
            .value(|&[a, b, c, d]| vec![if a > b { a * c } else { b * c } + if d > 0.0 { d * d } else { 0.0 }])
            .jacobian(|&[a, b, c, d]| {
                let top = if a > b { a } else { b };
                vec![c * step(a > b), c * step(b > a), top, 2.0 * d * step(d > 0.0)]
            })
            .curvature(|&[a, b, _, d]| {
                let (left, right) = (step(a > b), step(b > a));
                let mut hessian = vec![0.0; 16];
                (hessian[2], hessian[8], hessian[6], hessian[9]) = (left, left, right, right);
                hessian[15] = 2.0 * step(d > 0.0);
                hessian
            }),
    );
    // Each point inside its margin pulls by −label·(x₀, x₁, 1); the regularisation by 2α(w₀, w₁, 0).
    let margin = |w: &[f64; 3], x: [f64; 2], label: f64| 1.0 - label * (w[0] * x[0] + w[1] * x[1] + w[2]);
    visitor.visit(
        &Scenario::new("circuit/hinge", Hinge)
            .at([0.1, 0.2, 0.3])
            .value(move |w| {
                let hinges: f64 = DATA.iter().map(|&(x, label)| margin(w, x, label).max(0.0)).sum();
                vec![hinges + REGULARISATION * (w[0].powi(2) + w[1].powi(2))]
            })
            .jacobian(move |w| {
                let pull = |part: fn([f64; 2]) -> f64| -> f64 {
                    DATA.iter().map(|&(x, label)| -label * part(x) * step(margin(w, x, label) > 0.0)).sum()
                };
                let decay = 2.0 * REGULARISATION;
                vec![pull(|x| x[0]) + decay * w[0], pull(|x| x[1]) + decay * w[1], pull(|_| 1.0)]
            })
            .curvature(|_| matrix(3, |i, j| if i == j && i < 2 { 2.0 * REGULARISATION } else { 0.0 })),
    );
}

/// Collected: `e = 3a + 4b + 3 − 12(ab + b³) − 4·relu(a + b) − relu(b − a)` and `g = ½e² + 10/e²`.
fn micrograd(visitor: &mut impl Visitor) {
    let inner = |&[a, b]: &[f64; 2]| {
        3.0 * a + 4.0 * b + 3.0 - 12.0 * (a * b + b.powi(3)) - 4.0 * (a + b).max(0.0) - (b - a).max(0.0)
    };
    let slopes = |&[a, b]: &[f64; 2]| {
        let (sum, difference) = (step(a + b > 0.0), step(b > a));
        [3.0 - 12.0 * b - 4.0 * sum + difference, 4.0 - 12.0 * a - 36.0 * b * b - 4.0 * sum - difference]
    };
    visitor.visit(
        &Scenario::new("circuit/micrograd", Micrograd)
            .at([-4.0, 2.0])
            .at([1.5, -0.75])
            .value(move |point| vec![0.5 * inner(point).powi(2) + 10.0 / inner(point).powi(2)])
            .jacobian(move |point| {
                let e = inner(point);
                slopes(point).map(|slope| (e - 20.0 / e.powi(3)) * slope).to_vec()
            })
            .curvature(move |point| {
                let (e, slope) = (inner(point), slopes(point));
                let bend = [[0.0, -12.0], [-12.0, -72.0 * point[1]]];
                matrix(2, |i, j| (1.0 + 60.0 / e.powi(4)) * slope[i] * slope[j] + (e - 20.0 / e.powi(3)) * bend[i][j])
            }),
    );
}
