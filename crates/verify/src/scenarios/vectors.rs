//! Functions with several outputs.

use crate::{Scenario, Visitor};

function! {
    /// Polar coordinates, `(r cos φ, r sin φ)`.
    Polar: [f64; 2] => [f64; 2], <S> |this, &[r, angle]| {
        let (sin, cos) = angle.sin_cos();
        [r * cos, r * sin]
    }
}

function! {
    /// The tip of an arm with two links, of the lengths `LINKS`, and the direction of its last link.
    Arm: [f64; 2] => [f64; 3], <S> |this, &[shoulder, elbow]| {
        let angle = shoulder + elbow;
        [
            shoulder.cos() * LINKS[0] + angle.cos() * LINKS[1],
            shoulder.sin() * LINKS[0] + angle.sin() * LINKS[1],
            angle,
        ]
    }
}

function! {
    /// The vector field of Lorenz (1963).
    Lorenz: [f64; 3] => [f64; 3], <S> |this, &[x, y, z]| [(y - x) * 10.0, x * (S::lit(28.0) - z) - y, x * y - z * (8.0 / 3.0)]
}

function! {
    /// A helix, `(cos t, sin t, t/2)`.
    Helix: f64 => [f64; 3], <S> |this, &t| [t.cos(), t.sin(), t / 2.0]
}

function! {
    /// The softmax of four numbers.
    Softmax: [f64; 4] => [f64; 4], <S> |this, x| {
        let log_sum = S::logsumexp(x);
        x.map(|x| (x - log_sum).exp())
    }
}

function! {
    /// Distance and bearing of a point, `(√(x² + y²), atan2(y, x))`.
    Bearing: [f64; 2] => (f64, f64), <S> |this, &[x, y]| (x.hypot(y), y.atan2(x))
}

function! {
    /// Neighbours multiplied: `xᵢ·xᵢ₊₁`, one output fewer than inputs.
    Neighbours: Vec<f64> => Vec<f64>, <S> |this, x| x.windows(2).map(|pair| pair[0] * pair[1]).collect()
}

const LINKS: [f64; 2] = [1.0, 0.75];

pub(super) fn each(visitor: &mut impl Visitor) {
    coordinates(visitor);
    arm(visitor);
    fields(visitor);
    helix(visitor);
    softmax(visitor);
}

/// `∂(x, y)/∂(r, φ) = [cos φ, −r sin φ; sin φ, r cos φ]`, and the inverse `[x/r, y/r; −y/r², x/r²]`.
fn coordinates(visitor: &mut impl Visitor) {
    visitor.visit(
        &Scenario::new("vector/polar", Polar)
            .at([1.5, 0.8])
            .at([0.5, -2.1])
            .value(|&[r, t]| vec![r * t.cos(), r * t.sin()])
            .jacobian(|&[r, t]| vec![t.cos(), -r * t.sin(), t.sin(), r * t.cos()]),
    );
    visitor.visit(
        &Scenario::new("vector/bearing", Bearing)
            .at([1.5, -0.8])
            .at([-0.6, 2.0])
            .value(|&[x, y]| {
                vec![
                    (x * x + y * y).sqrt(),
                    x.signum().min(0.0).abs() * y.signum() * std::f64::consts::PI + (y / x).atan(),
                ]
            })
            .jacobian(|&[x, y]| {
                let square = x * x + y * y;
                vec![x / square.sqrt(), y / square.sqrt(), -y / square, x / square]
            }),
    );
}

/// Each link turns its end by a right angle: `∂/∂θ (cos θ, sin θ) = (−sin θ, cos θ)`; the elbow moves the second link only.
fn arm(visitor: &mut impl Visitor) {
    visitor.visit(
        &Scenario::new("vector/arm", Arm)
            .at([0.4, 1.1])
            .at([-0.9, 0.3])
            .value(|&[a, b]| {
                let (first, second) = (a.sin_cos(), (a + b).sin_cos());
                vec![LINKS[0] * first.1 + LINKS[1] * second.1, LINKS[0] * first.0 + LINKS[1] * second.0, a + b]
            })
            .jacobian(|&[a, b]| {
                let (outer_x, outer_y) = (-LINKS[1] * (a + b).sin(), LINKS[1] * (a + b).cos());
                let (inner_x, inner_y) = (-LINKS[0] * a.sin(), LINKS[0] * a.cos());
                vec![inner_x + outer_x, outer_x, inner_y + outer_y, outer_y, 1.0, 1.0]
            }),
    );
}

fn fields(visitor: &mut impl Visitor) {
    visitor.visit(
        &Scenario::new("vector/lorenz", Lorenz)
            .at([1.0, -2.0, 20.0])
            .value(|&[x, y, z]| vec![10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 * z / 3.0])
            .jacobian(|&[x, y, z]| vec![-10.0, 10.0, 0.0, 28.0 - z, -1.0, -x, y, x, -8.0 / 3.0]),
    );
    visitor.visit(
        &Scenario::new("vector/neighbours", Neighbours)
            .at((0..12).map(|i| 0.5 + 0.25 * f64::from(i)).collect())
            .at(vec![3.0])
            .value(|x| (1..x.len()).map(|i| x[i - 1] * x[i]).collect())
            .jacobian(|x| {
                let n = x.len();
                let entry = |i: usize, j: usize| match j.checked_sub(i) {
                    Some(0) => x[i + 1],
                    Some(1) => x[i],
                    _ => 0.0,
                };
                (0..(n - 1) * n).map(|index| entry(index / n, index % n)).collect()
            }),
    );
}

fn helix(visitor: &mut impl Visitor) {
    visitor.visit(
        &Scenario::new("vector/helix", Helix)
            .at(0.6)
            .at(-2.0)
            .value(|t| vec![t.cos(), t.sin(), 0.5 * t])
            .jacobian(|t| vec![-t.sin(), t.cos(), 0.5])
            .curvature(|t| vec![-t.cos(), -t.sin(), 0.0]),
    );
}

/// `∂pᵢ/∂xⱼ = pᵢ(δᵢⱼ − pⱼ)`, with `pᵢ = 1/Σⱼ exp(xⱼ − xᵢ)`.
fn softmax(visitor: &mut impl Visitor) {
    let weights = |x: &[f64; 4]| x.map(|own| x.iter().map(|other| (other - own).exp()).sum::<f64>().recip()).to_vec();
    visitor.visit(&Scenario::new("vector/softmax", Softmax).at([0.5, -1.0, 1.25, 0.25]).value(weights).jacobian(
        move |x| {
            let p = weights(x);
            super::matrix(4, |i, j| if i == j { p[i] * (1.0 - p[i]) } else { -p[i] * p[j] })
        },
    ));
}
