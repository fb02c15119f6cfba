//! Third and higher derivatives by nesting, against closed forms. (All gates at third order: `ordinary.rs`.)

use crate::derivatives::{second, third};
use crate::support::ulps::{FIRST_ORDER, SECOND_ORDER, agree};
use anygrad_core::Scalar;
use anygrad_core::num_traits::Float;
use anygrad_forward::Dual;

type Six = Dual<Dual<Dual<Dual<Dual<Dual<f64, 1>, 1>, 1>, 1>, 1>, 1>;

/// `x` as a variable at each of six levels.
fn six_levels(x: f64) -> Six {
    let x = Dual::variable(Dual::variable(Dual::variable(x, 0), 0), 0);
    Dual::variable(Dual::variable(Dual::variable(x, 0), 0), 0)
}

/// The value and the derivatives of orders one to six.
fn derivatives(y: Six) -> [f64; 7] {
    let [y1, t1] = [y.primal, y.tangent(0)];
    let [y2, t2] = [y1.primal, t1.tangent(0)];
    let [y3, t3] = [y2.primal, t2.tangent(0)];
    let [y4, t4] = [y3.primal, t3.tangent(0)];
    let [y5, t5] = [y4.primal, t4.tangent(0)];
    let orders = [y5.primal, y5.tangent(0), t5.tangent(0)];
    let [first, second] = [y5.tangent(0), y4.tangent(0).tangent(0)];
    let [third, fourth] = [y3.tangent(0).tangent(0).tangent(0), y2.tangent(0).tangent(0).tangent(0).tangent(0)];
    let fifth = y1.tangent(0).tangent(0).tangent(0).tangent(0).tangent(0);
    [orders[0], first, second, third, fourth, fifth, orders[2]]
}

fn assert_near(found: [f64; 7], expected: [f64; 7]) {
    for (order, (found, expected)) in found.into_iter().zip(expected).enumerate() {
        let bound = if order < 2 { FIRST_ORDER } else { SECOND_ORDER };
        assert!(agree(found, expected, bound), "order {order}: {found:e} ≠ {expected:e}");
    }
}

/// `σ″ = σ(1−σ)(1−2σ)` and `σ‴ = σ(1−σ)(1−6σ+6σ²)` at 2, from 50 digits.
#[test]
fn of_the_logistic_function() {
    assert!(agree(second(&[2.0_f64], 0, 0, |x| x[0].sigmoid()), -0.079_962_501_056_153_06, SECOND_ORDER));
    assert!(agree(third(2.0_f64, Scalar::sigmoid), 0.038_851_667_548_206_23, SECOND_ORDER));
}

#[test]
fn of_the_exponential_function() {
    let e = 0.5_f64.exp();
    assert_near(derivatives(six_levels(0.5).exp()), [e; 7]);
}

#[test]
fn of_the_sine() {
    let (sin, cos) = 0.5_f64.sin_cos();
    assert_near(derivatives(six_levels(0.5).sin()), [sin, cos, -sin, -cos, sin, cos, -sin]);
}

/// `(xⁿ)⁽ᵏ⁾ = n!/(n−k)!·xⁿ⁻ᵏ`, exactly, also at 0 and beyond the last power.
#[test]
fn of_a_fifth_power() {
    assert_eq!(derivatives(six_levels(2.0).powi(5)), [32.0, 80.0, 160.0, 240.0, 240.0, 120.0, 0.0]);
    assert_eq!(derivatives(six_levels(0.0).powi(5)), [0.0, 0.0, 0.0, 0.0, 0.0, 120.0, 0.0]);
    assert_eq!(derivatives(six_levels(-2.0).pow_const(5.0)), [-32.0, 80.0, -160.0, 240.0, -240.0, 120.0, 0.0]);
}

/// `(ln x)⁽ᵏ⁾ = −(k−1)!·(−x)⁻ᵏ`.
#[test]
fn of_the_logarithm() {
    assert_near(derivatives(six_levels(2.0).ln()), [2.0_f64.ln(), 0.5, -0.25, 0.25, -0.375, 0.75, -1.875]);
}

/// The Taylor coefficients of `tanh` at 0 are 1, −1/3, 2/15, and of `arctan` 1, −1/3, 1/5.
#[test]
fn of_odd_functions_at_zero() {
    assert_near(derivatives(six_levels(0.0).tanh()), [0.0, 1.0, 0.0, -2.0, 0.0, 16.0, 0.0]);
    assert_near(derivatives(six_levels(0.0).atan()), [0.0, 1.0, 0.0, -2.0, 0.0, 24.0, 0.0]);
    assert_near(derivatives(six_levels(0.0).asinh()), [0.0, 1.0, 0.0, -1.0, 0.0, 9.0, 0.0]);
    assert_near(derivatives(six_levels(0.0).atanh()), [0.0, 1.0, 0.0, 2.0, 0.0, 24.0, 0.0]);
    assert_near(derivatives(six_levels(0.0).asin()), [0.0, 1.0, 0.0, 1.0, 0.0, 9.0, 0.0]);
}

/// The derivatives of `Φ` at 0 are `φ(0)·(1, 0, −1, 0, 3, 0)`, and `gelu = x·Φ` has `k·Φ⁽ᵏ⁻¹⁾`.
#[test]
fn of_gelu_at_zero() {
    let density = std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2 / 2.0;
    let expected = [0.0, 0.5, 2.0 * density, 0.0, -4.0 * density, 0.0, 18.0 * density];
    assert_near(derivatives(six_levels(0.0).gelu()), expected);
}

/// Outside the domain every derivative is NaN; no order is a confident 0.
#[test]
fn outside_of_the_domain() {
    type Gate = fn(Six) -> Six;
    let gates: [(&str, Gate, f64); 14] = [
        ("ln", Float::ln, -1.0),
        ("log2", Float::log2, -1.0),
        ("log10", Float::log10, -1.0),
        ("ln_1p", Float::ln_1p, -2.0),
        ("sqrt", Float::sqrt, -1.0),
        ("asin", Float::asin, 2.0),
        ("acos", Float::acos, -2.0),
        ("acosh", Float::acosh, 0.5),
        ("atanh", Float::atanh, 2.0),
        ("floor", Float::floor, f64::NAN),
        ("abs", Float::abs, f64::NAN),
        ("relu", Scalar::relu, f64::NAN),
        ("rem", |x| x % 0.0, 1.0),
        ("clamp", |x| x.clamp(Six::lit(1.0), Six::lit(0.0)), 0.5),
    ];
    for (name, gate, at) in gates {
        let found = derivatives(gate(six_levels(at)));
        assert!(found.iter().all(|x| x.is_nan()), "{name} at {at}: {found:?}");
    }
}
