//! Functions chosen for their second derivatives.

use super::matrix;
use crate::{Scenario, Visitor};

function! {
    /// `½xᵀQx + bᵀx`.
    Quadratic: [f64; 3] => f64, <S> |this, x| {
        let mut sum = S::zero();
        for i in 0..3 {
            for j in 0..3 {
                sum += x[i] * x[j] * (Q[i][j] / 2.0);
            }
            sum += x[i] * LINEAR[i];
        }
        sum
    }
}

function! {
    /// `x²y³`.
    Monomial: [f64; 2] => f64, <S> |this, &[x, y]| x.powi(2) * y.powi(3)
}

function! {
    /// `exp(xy)`.
    ExpProduct: [f64; 2] => f64, <S> |this, &[x, y]| (x * y).exp()
}

function! {
    /// `∂²/∂x∂y exp(xy) = (1 + xy)·exp(xy)` as the function, so that its first derivatives are third ones.
    ExpProductMixed: [f64; 2] => f64, <S> |this, &[x, y]| (x * y).exp() * (x * y + 1.0)
}

function! {
    /// `xˣ`.
    SelfPower: f64 => f64, <S> |this, &x| x.powf(x)
}

function! {
    /// `sin(x²)/x`.
    Chirp: f64 => f64, <S> |this, &x| (x * x).sin() / x
}

function! {
    /// `σ(x)` as one gate: `σ″(2)` and, as a derivative of this row's rule, `σ‴`.
    Sigmoid: f64 => f64, <S> |this, &x| x.sigmoid()
}

/// Symmetric and indefinite.
const Q: [[f64; 3]; 3] = [[2.0, -1.0, 0.5], [-1.0, -3.0, 0.25], [0.5, 0.25, 1.5]];
const LINEAR: [f64; 3] = [1.0, -2.0, 0.5];

pub(super) fn each(visitor: &mut impl Visitor) {
    polynomials(visitor);
    exponentials(visitor);
    curves(visitor);
}

/// `∇ = Qx + b`, `∇² = Q`; for `x²y³` by hand.
fn polynomials(visitor: &mut impl Visitor) {
    let row = |i: usize, x: &[f64; 3]| (0..3).map(|j| Q[i][j] * x[j]).sum::<f64>();
    visitor.visit(
        &Scenario::new("second_order/quadratic", Quadratic)
            .at([0.5, -1.5, 2.0])
            .value(move |x| vec![(0..3).map(|i| x[i] * (0.5 * row(i, x) + LINEAR[i])).sum()])
            .jacobian(move |x| (0..3).map(|i| row(i, x) + LINEAR[i]).collect())
            .curvature(|_| matrix(3, |i, j| Q[i][j])),
    );
    visitor.visit(
        &Scenario::new("second_order/monomial", Monomial)
            .at([3.0, -2.0])
            .at([0.0, 1.5])
            .value(|&[x, y]| vec![x * x * y * y * y])
            .jacobian(|&[x, y]| vec![2.0 * x * y.powi(3), 3.0 * x * x * y * y])
            .curvature(|&[x, y]| {
                let mixed = 6.0 * x * y * y;
                vec![2.0 * y.powi(3), mixed, mixed, 6.0 * x * x * y]
            }),
    );
}

/// With `p = xy`: `∇ = (y, x)eᵖ`, `∇² = (y², 1 + p; 1 + p, x²)eᵖ`, and one order up
/// `fₓₓᵧ = (2y + xy²)eᵖ`, `fₓᵧᵧ = (2x + x²y)eᵖ`: at (1, 2) these are `8e²` and `4e²`.
fn exponentials(visitor: &mut impl Visitor) {
    visitor.visit(
        &Scenario::new("second_order/exp_product", ExpProduct)
            .at([1.0, 2.0])
            .value(|[x, y]| vec![(x * y).exp()])
            .jacobian(|&[x, y]| vec![y * (x * y).exp(), x * (x * y).exp()])
            .curvature(|&[x, y]| {
                let (p, e) = (x * y, (x * y).exp());
                vec![y * y * e, (1.0 + p) * e, (1.0 + p) * e, x * x * e]
            }),
    );
    visitor.visit(
        &Scenario::new("second_order/exp_product_mixed", ExpProductMixed)
            .at([1.0, 2.0])
            .value(|[x, y]| vec![(1.0 + x * y) * (x * y).exp()])
            .jacobian(|&[x, y]| {
                let e = (x * y).exp();
                vec![(2.0 * y + x * y * y) * e, (2.0 * x + x * x * y) * e]
            })
            .curvature(|&[x, y]| {
                let (p, e) = (x * y, (x * y).exp());
                let mixed = (2.0 + 4.0 * p + p * p) * e;
                vec![y * y * (3.0 + p) * e, mixed, mixed, x * x * (3.0 + p) * e]
            }),
    );
}

fn curves(visitor: &mut impl Visitor) {
    // y = eˣ ˡⁿ ˣ, y′ = y(1 + ln x), y″ = y((1 + ln x)² + 1/x).
    visitor.visit(
        &Scenario::new("second_order/self_power", SelfPower)
            .at(1.7)
            .at(0.6)
            .value(|x| vec![(x * x.ln()).exp()])
            .jacobian(|x| vec![(x * x.ln()).exp() * (1.0 + x.ln())])
            .curvature(|x| vec![(x * x.ln()).exp() * ((1.0 + x.ln()).powi(2) + x.recip())]),
    );
    // y′ = 2 cos x² − sin x²/x², y″ = −4x sin x² − 2 cos x²/x + 2 sin x²/x³.
    visitor.visit(
        &Scenario::new("second_order/chirp", Chirp)
            .at(1.3)
            .value(|x| vec![(x * x).sin() / x])
            .jacobian(|x| vec![2.0 * (x * x).cos() - (x * x).sin() / (x * x)])
            .curvature(|&x| {
                let (sin, cos) = (x * x).sin_cos();
                vec![-4.0 * x * sin - 2.0 * cos / x + 2.0 * sin / x.powi(3)]
            }),
    );
    let slope = |x: f64| 0.25 / (0.5 * x).cosh().powi(2);
    visitor.visit(
        &Scenario::new("second_order/sigmoid", Sigmoid)
            .at(2.0)
            .at(-1.0)
            .value(|x| vec![0.5 * (1.0 + (0.5 * x).tanh())])
            .jacobian(move |&x| vec![slope(x)])
            .curvature(move |&x| vec![-slope(x) * (0.5 * x).tanh()]),
    );
}
