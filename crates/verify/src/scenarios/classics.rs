//! Test functions of the literature.

use super::{delta, matrix};
use crate::{Scenario, Visitor};

function! {
    /// `Σ 100(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²` (Rosenbrock 1960).
    Rosenbrock: Vec<f64> => f64, <S> |this, x| {
        x.windows(2).map(|pair| (pair[1] - pair[0] * pair[0]).powi(2) * 100.0 + (S::one() - pair[0]).powi(2)).sum()
    }
}

function! {
    /// The same in single precision.
    RosenbrockSingle: Vec<f32> => f32, <S> |this, x| {
        x.windows(2).map(|pair| (pair[1] - pair[0] * pair[0]).powi(2) * 100.0 + (S::one() - pair[0]).powi(2)).sum()
    }
}

function! {
    /// `Π xᵢ` as a chain of products (Speelpenning 1980).
    Speelpenning: Vec<f64> => f64, <S> |this, x| x.iter().product()
}

function! {
    /// `Π xᵢ` as one gate.
    ProductGate: Vec<f64> => f64, <S> |this, x| S::product_of(x)
}

function! {
    /// The Helmholtz energy of a mixed fluid (Griewank 1989), with `RT = 1`.
    Helmholtz: Vec<f64> => f64, <S> |this, x| {
        let t: S = x.iter().enumerate().map(|(i, &x)| x * volume(i)).sum();
        let entropy: S = x.iter().map(|&x| x * (x / (S::one() - t)).ln()).sum();
        let mut quadratic = S::zero();
        for (i, &a) in x.iter().enumerate() {
            for (j, &b) in x.iter().enumerate() {
                quadratic += a * b * attraction(i, j);
            }
        }
        let root = std::f64::consts::SQRT_2;
        let log = ((t * (1.0 + root) + 1.0) / (t * (1.0 - root) + 1.0)).ln();
        entropy - quadratic / (t * 8.0_f64.sqrt()) * log
    }
}

function! {
    /// `ln Σ exp xᵢ` as one gate.
    LogsumexpGate: Vec<f64> => f64, <S> |this, x| S::logsumexp(x)
}

function! {
    /// `ln Σ exp xᵢ` as written.
    LogsumexpComposed: Vec<f64> => f64, <S> |this, x| x.iter().map(|x| x.exp()).sum::<S>().ln()
}

function! {
    /// `exp(Σ xᵢ²)·Π sin xᵢ`, a mixture of sums and products.
    Mixture: Vec<f64> => f64, <S> |this, x| {
        (x.iter().map(|&x| x * x).sum::<S>()).exp() * x.iter().map(|x| x.sin()).product::<S>()
    }
}

pub(super) fn each(visitor: &mut impl Visitor) {
    rosenbrock(visitor);
    products(visitor);
    helmholtz(visitor);
    logsumexp(visitor);
    mixture(visitor);
}

/// A point without a pattern, away from the minimum at 1.
fn ordinary_point(n: usize) -> Vec<f64> {
    (0..n).map(|i| [-1.2, 0.7, 1.6, -0.4, 0.9, 1.3, -0.8][i % 7]).collect()
}

/// `∂ᵢ`: `−400xᵢ(xᵢ₊₁ − xᵢ²) − 2(1 − xᵢ)` from the term that `xᵢ` begins, `200(xᵢ − xᵢ₋₁²)` from the one that it ends.
fn rosenbrock_gradient(x: &[f64]) -> Vec<f64> {
    let mut gradient = vec![0.0; x.len()];
    for (i, pair) in x.windows(2).enumerate() {
        let gap = pair[1] - pair[0].powi(2);
        gradient[i] += -400.0 * pair[0] * gap - 2.0 * (1.0 - pair[0]);
        gradient[i + 1] += 200.0 * gap;
    }
    gradient
}

/// Tridiagonal: `1200xᵢ² − 400xᵢ₊₁ + 2`, `−400xᵢ`, `200`.
fn rosenbrock_hessian(x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut hessian = vec![0.0; n * n];
    for (i, pair) in x.windows(2).enumerate() {
        hessian[i * n + i] += 1200.0 * pair[0].powi(2) - 400.0 * pair[1] + 2.0;
        hessian[i * n + i + 1] -= 400.0 * pair[0];
        hessian[(i + 1) * n + i] -= 400.0 * pair[0];
        hessian[(i + 1) * n + i + 1] += 200.0;
    }
    hessian
}

fn rosenbrock_value(x: &[f64]) -> f64 {
    x.windows(2).map(|pair| 100.0 * (pair[1] - pair[0].powi(2)).powi(2) + (1.0 - pair[0]).powi(2)).sum()
}

fn rosenbrock(visitor: &mut impl Visitor) {
    for n in [2, 5, 20] {
        visitor.visit(
            &Scenario::new(format!("rosenbrock/n={n}"), Rosenbrock)
                .at(ordinary_point(n))
                .at(vec![1.0; n])
                .value(|x| vec![rosenbrock_value(x)])
                .jacobian(|x| rosenbrock_gradient(x))
                .curvature(|x| rosenbrock_hessian(x)),
        );
    }
    let widen = |x: &Vec<f32>| -> Vec<f64> { x.iter().copied().map(f64::from).collect() };
    visitor.visit(
        &Scenario::new("rosenbrock/f32", RosenbrockSingle)
            .at(vec![-1.25, 0.75, 1.5])
            .value(move |x| vec![rosenbrock_value(&widen(x))])
            .jacobian(move |x| rosenbrock_gradient(&widen(x)))
            .curvature(move |x| rosenbrock_hessian(&widen(x))),
    );
}

/// The product of all factors but those at two places.
fn product_without(x: &[f64], i: usize, j: usize) -> f64 {
    x.iter().enumerate().filter(|&(k, _)| k != i && k != j).map(|(_, x)| x).product()
}

fn product_gradient(x: &[f64]) -> Vec<f64> {
    (0..x.len()).map(|i| product_without(x, i, i)).collect()
}

fn product_hessian(x: &[f64]) -> Vec<f64> {
    matrix(x.len(), |i, j| if i == j { 0.0 } else { product_without(x, i, j) })
}

fn products(visitor: &mut impl Visitor) {
    let (point, with_zero) = (vec![1.5, -0.7, 2.0, 0.4, 1.1, -1.3], vec![2.0, 0.0, -1.5]);
    visitor.visit(
        &Scenario::new("speelpenning/chain", Speelpenning)
            .at(point.clone())
            .at(with_zero.clone())
            .value(|x| vec![x.iter().product()])
            .jacobian(|x| product_gradient(x))
            .curvature(|x| product_hessian(x)),
    );
    visitor.visit(
        &Scenario::new("speelpenning/gate", ProductGate)
            .at(point)
            .at(with_zero)
            .value(|x| vec![x.iter().product()])
            .jacobian(|x| product_gradient(x))
            .curvature(|x| product_hessian(x)),
    );
}

/// The covolume `bᵢ` of a component.
fn volume(i: usize) -> f64 {
    [0.05, 0.08, 0.11, 0.06, 0.09][i % 5]
}

/// The attraction `Aᵢⱼ` between two components, symmetric.
fn attraction(i: usize, j: usize) -> f64 {
    0.25 * ((1 + i) * (1 + j)) as f64 / (1.0 + (i + j) as f64)
}

/// What the closed forms of the Helmholtz energy share. With `t = bᵀx`, `q = xᵀAx`, `s = Σxᵢ` and
/// `L(t) = ln((1 + (1+√2)t)/(1 + (1−√2)t))`: `f = Σxᵢ ln xᵢ − s·ln(1−t) − q·G(t)`, `G = L/(√8·t)`.
struct Fluid {
    x: Vec<f64>,
    t: f64,
    q: f64,
    /// `A·x`.
    ax: Vec<f64>,
    /// `G`, `G′`, `G″`.
    g: [f64; 3],
}

impl Fluid {
    fn new(x: &[f64]) -> Self {
        let t: f64 = x.iter().enumerate().map(|(i, x)| volume(i) * x).sum();
        let row = |i: usize| x.iter().enumerate().map(|(j, x)| attraction(i, j) * x).sum();
        let ax: Vec<f64> = (0..x.len()).map(row).collect();
        let q = x.iter().zip(&ax).map(|(x, ax)| x * ax).sum();
        let (plus, minus) = (1.0 + std::f64::consts::SQRT_2, 1.0 - std::f64::consts::SQRT_2);
        let (top, bottom) = (1.0 + plus * t, 1.0 + minus * t);
        let l = [
            (plus * t).ln_1p() - (minus * t).ln_1p(),
            plus / top - minus / bottom,
            (minus / bottom).powi(2) - (plus / top).powi(2),
        ];
        let g = [l[0] / t, l[1] / t - l[0] / t.powi(2), l[2] / t - 2.0 * l[1] / t.powi(2) + 2.0 * l[0] / t.powi(3)];
        Self { x: x.to_vec(), t, q, ax, g: g.map(|g| g / 8.0_f64.sqrt()) }
    }

    fn value(&self) -> f64 {
        let (entropy, sum): (f64, f64) = (self.x.iter().map(|x| x * x.ln()).sum(), self.x.iter().sum());
        entropy - sum * (-self.t).ln_1p() - self.q * self.g[0]
    }

    fn gradient(&self) -> Vec<f64> {
        let (free, sum) = (1.0 - self.t, self.x.iter().sum::<f64>());
        let entry = |k: usize| {
            let ideal = self.x[k].ln() + 1.0 - free.ln() + sum * volume(k) / free;
            ideal - 2.0 * self.ax[k] * self.g[0] - self.q * volume(k) * self.g[1]
        };
        (0..self.x.len()).map(entry).collect()
    }

    fn hessian(&self) -> Vec<f64> {
        let (free, sum) = (1.0 - self.t, self.x.iter().sum::<f64>());
        matrix(self.x.len(), |k, l| {
            let (b, c) = (volume(k), volume(l));
            let ideal = delta(k, l) / self.x[k] + (b + c) / free + sum * b * c / free.powi(2);
            let cross = 2.0 * (self.ax[k] * c + self.ax[l] * b) * self.g[1];
            ideal - 2.0 * attraction(k, l) * self.g[0] - cross - self.q * b * c * self.g[2]
        })
    }
}

fn helmholtz(visitor: &mut impl Visitor) {
    visitor.visit(
        &Scenario::new("helmholtz/n=5", Helmholtz)
            .at(vec![1.2, 0.9, 1.5, 0.7, 1.8])
            .value(|x| vec![Fluid::new(x).value()])
            .jacobian(|x| Fluid::new(x).gradient())
            .curvature(|x| Fluid::new(x).hessian()),
    );
}

/// `pᵢ = exp xᵢ / Σ exp xⱼ`; the gradient is `p`, the Hessian `diag(p) − p·pᵀ`.
fn softmax(x: &[f64]) -> Vec<f64> {
    (0..x.len()).map(|i| x.iter().map(|y| (y - x[i]).exp()).sum::<f64>().recip()).collect()
}

fn softmax_hessian(x: &[f64]) -> Vec<f64> {
    let p = softmax(x);
    matrix(x.len(), |i, j| if i == j { p[i] * (1.0 - p[i]) } else { -p[i] * p[j] })
}

fn logsumexp(visitor: &mut impl Visitor) {
    let value = |x: &[f64]| x.iter().map(|y| (y - x[0]).exp()).sum::<f64>().ln() + x[0];
    let point = vec![0.5, -1.25, 2.0, 0.75];
    visitor.visit(
        &Scenario::new("logsumexp/gate", LogsumexpGate)
            .at(point.clone())
            .at(vec![1000.0, 1001.5, 999.0])
            .value(move |x| vec![value(x)])
            .jacobian(|x| softmax(x))
            .curvature(|x| softmax_hessian(x)),
    );
    visitor.visit(
        &Scenario::new("logsumexp/composed", LogsumexpComposed)
            .at(point)
            .value(move |x| vec![value(x)])
            .jacobian(|x| softmax(x))
            .curvature(|x| softmax_hessian(x)),
    );
}

/// `∂ᵢf = f·uᵢ` with `uᵢ = 2xᵢ + cot xᵢ`, and `∂ᵢⱼf = f·(uᵢuⱼ + δᵢⱼ(2 − csc² xᵢ))`.
fn mixture(visitor: &mut impl Visitor) {
    let value = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().exp() * x.iter().map(|x| x.sin()).product::<f64>();
    let log_slope = |x: f64| 2.0 * x + x.cos() / x.sin();
    visitor.visit(
        &Scenario::new("mixture/n=10", Mixture)
            .at((0..10).map(|i| 0.3 + 0.07 * f64::from(i)).collect())
            .value(move |x| vec![value(x)])
            .jacobian(move |x| x.iter().map(|&t| value(x) * log_slope(t)).collect())
            .curvature(move |x| {
                matrix(x.len(), |i, j| {
                    let bend = delta(i, j) * (2.0 - x[i].sin().powi(-2));
                    value(x) * (log_slope(x[i]) * log_slope(x[j]) + bend)
                })
            }),
    );
}
