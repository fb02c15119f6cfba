//! Programs: a network, a step of an integrator, a determinant by elimination.

use super::{matrix, step};
use crate::{Scenario, Visitor};

function! {
    /// Half the squared error of a network of two inputs, three hidden units with ReLU and one output, in its 13 parameters:
    /// `(wₖ₀, wₖ₁, bₖ)` for each hidden unit, then the output's weights and bias.
    TwoLayer: [f64; 13] => f64, <S> |this, p| {
        let mut score = p[12];
        for k in 0..3 {
            score += p[9 + k] * (p[3 * k] * SAMPLE[0] + p[3 * k + 1] * SAMPLE[1] + p[3 * k + 2]).relu();
        }
        (score - TARGET).powi(2) * 0.5
    }
}

function! {
    /// One step of the classical Runge-Kutta method for `ẏ = λy`, in `(y, λ)`.
    RungeKutta: [f64; 2] => f64, <S> |this, &[y, rate]| {
        let k1 = rate * y;
        let k2 = rate * (y + k1 * (STEP / 2.0));
        let k3 = rate * (y + k2 * (STEP / 2.0));
        let k4 = rate * (y + k3 * STEP);
        y + (k1 + k2 * 2.0 + k3 * 2.0 + k4) * (STEP / 6.0)
    }
}

function! {
    /// `det A` by elimination without pivots.
    Determinant: [[f64; 3]; 3] => f64, <S> |this, rows| {
        let mut a = *rows;
        for k in 0..3 {
            for i in k + 1..3 {
                let (factor, pivots) = (a[i][k] / a[k][k], a[k]);
                for (entry, pivot) in a[i].iter_mut().zip(pivots).skip(k) {
                    *entry -= factor * pivot;
                }
            }
        }
        a[0][0] * a[1][1] * a[2][2]
    }
}

function! {
    /// The root of `z² = x` by twelve Newton steps from 1, far past convergence.
    Newton: f64 => f64, <S> |this, &x| {
        let mut z = S::one();
        for _ in 0..12 {
            z = (z + x / z) * 0.5;
        }
        z
    }
}

const SAMPLE: [f64; 2] = [1.2, 0.7];
const TARGET: f64 = 1.0;
const STEP: f64 = 0.25;

pub(super) fn each(visitor: &mut impl Visitor) {
    two_layer(visitor);
    runge_kutta(visitor);
    determinant(visitor);
    newton(visitor);
}

/// The activations `hₖ` with the unit's state, and the score.
fn hidden(p: &[f64; 13]) -> ([f64; 3], [f64; 3], f64) {
    let raw = [0, 1, 2].map(|k| p[3 * k] * SAMPLE[0] + p[3 * k + 1] * SAMPLE[1] + p[3 * k + 2]);
    let on = raw.map(|raw| step(raw > 0.0));
    let active = [raw[0] * on[0], raw[1] * on[1], raw[2] * on[2]];
    (active, on, p[12] + p[9] * active[0] + p[10] * active[1] + p[11] * active[2])
}

/// What hidden unit `k` sees at place `i` of its three parameters.
fn seen(i: usize) -> f64 {
    [SAMPLE[0], SAMPLE[1], 1.0][i]
}

/// `∇score`: `vₖ·onₖ·(x₀, x₁, 1)` for each unit, then `h`, then 1.
fn score_gradient(p: &[f64; 13]) -> [f64; 13] {
    let (active, on, _) = hidden(p);
    std::array::from_fn(|i| match i {
        0..9 => p[9 + i / 3] * on[i / 3] * seen(i % 3),
        9..12 => active[i - 9],
        _ => 1.0,
    })
}

/// `∇loss = (score − t)·∇score`; `∇²loss = ∇score·∇scoreᵀ + (score − t)·∇²score`, where `∇²score` joins each unit's
/// parameters to its output weight.
fn two_layer(visitor: &mut impl Visitor) {
    let hessian = |p: &[f64; 13]| {
        let (slope, (_, on, score)) = (score_gradient(p), hidden(p));
        let bend = |i: usize, j: usize| {
            if i < 9 && j == 9 + i / 3 { on[i / 3] * seen(i % 3) } else { 0.0 }
        };
        matrix(13, |i, j| slope[i] * slope[j] + (score - TARGET) * (bend(i, j) + bend(j, i)))
    };
    visitor.visit(
        &Scenario::new("program/two_layer", TwoLayer)
            .at([0.5, -0.25, 0.125, -0.75, 0.5, 0.25, 0.9, 0.6, -0.3, 0.7, -1.1, 0.4, 0.2])
            .at([-0.3, 0.8, 0.45, 0.65, -0.2, 0.1, 0.35, -0.55, 0.3, -0.6, 1.3, 0.8, -0.4])
            .value(|p| vec![0.5 * (hidden(p).2 - TARGET).powi(2)])
            .jacobian(|p| score_gradient(p).map(|slope| (hidden(p).2 - TARGET) * slope).to_vec())
            .curvature(hessian),
    );
}

/// For a linear equation the step multiplies by `P(z) = 1 + z + z²/2 + z³/6 + z⁴/24` with `z = hλ`.
fn runge_kutta(visitor: &mut impl Visitor) {
    let growth = |z: f64| 1.0 + z + z.powi(2) / 2.0 + z.powi(3) / 6.0 + z.powi(4) / 24.0;
    let first = |z: f64| 1.0 + z + z.powi(2) / 2.0 + z.powi(3) / 6.0;
    let second = |z: f64| 1.0 + z + z.powi(2) / 2.0;
    visitor.visit(
        &Scenario::new("program/runge_kutta", RungeKutta)
            .at([2.0, -0.8])
            .at([-1.5, 1.75])
            .value(move |&[y, rate]| vec![y * growth(STEP * rate)])
            .jacobian(move |&[y, rate]| vec![growth(STEP * rate), y * STEP * first(STEP * rate)])
            .curvature(move |&[y, rate]| {
                let mixed = STEP * first(STEP * rate);
                vec![0.0, mixed, mixed, y * STEP.powi(2) * second(STEP * rate)]
            }),
    );
}

/// The cofactor of `(i, j)`: with cyclic indices the sign comes out by itself.
fn cofactor(a: &[[f64; 3]; 3], i: usize, j: usize) -> f64 {
    let next = |k: usize, by: usize| (k + by) % 3;
    a[next(i, 1)][next(j, 1)] * a[next(i, 2)][next(j, 2)] - a[next(i, 1)][next(j, 2)] * a[next(i, 2)][next(j, 1)]
}

/// 1 for even, −1 for odd permutations of `(0, 1, 2)`, otherwise 0.
fn permutation_sign(i: usize, j: usize) -> f64 {
    match (3 + j - i) % 3 {
        1 => 1.0,
        2 => -1.0,
        _ => 0.0,
    }
}

/// `∇det A = det A·A⁻ᵀ`, the matrix of cofactors (Jacobi); `∂²det/∂aᵢⱼ∂aₖₗ = εᵢₖₚ·εⱼₗᵩ·aₚᵩ`.
fn determinant(visitor: &mut impl Visitor) {
    visitor.visit(
        &Scenario::new("program/determinant", Determinant)
            .at([[2.0, -1.0, 0.5], [1.5, 3.0, -0.75], [-0.5, 1.25, 2.5]])
            .value(|a| vec![(0..3).map(|j| a[0][j] * cofactor(a, 0, j)).sum()])
            .jacobian(|a| (0..9).map(|index| cofactor(a, index / 3, index % 3)).collect())
            .curvature(|a| {
                let a = *a;
                matrix(9, |first, second| {
                    let (i, j, k, l) = (first / 3, first % 3, second / 3, second % 3);
                    let sign = permutation_sign(i, k) * permutation_sign(j, l);
                    if sign == 0.0 { 0.0 } else { sign * a[3 - i - k][3 - j - l] }
                })
            }),
    );
}

/// Converged, it is `√x`; `x^½`, `½x^−½`, `−¼x^−3/2`.
fn newton(visitor: &mut impl Visitor) {
    visitor.visit(
        &Scenario::new("program/newton", Newton)
            .at(2.0)
            .at(0.3)
            .value(|x| vec![x.powf(0.5)])
            .jacobian(|x| vec![0.5 * x.powf(-0.5)])
            .curvature(|x| vec![-0.25 * x.powf(-1.5)]),
    );
}
