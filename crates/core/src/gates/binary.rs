//! Gates of two arguments.

use num_traits::Float;

use super::power::slope_of_power;
use super::table::{binary_table, unary_table};
use super::unary::{from_zero, sign, undefined};
use crate::{Binary, Real, Scalar};

binary_table! {
    /// `y = a + b`; `∂ = (1, 1)`.
    Add add on [-2.0, 2.0] [-2.0, 2.0] |a, b| a + b => |a, b, y| (T::one(), T::one());

    /// `y = a − b`; `∂ = (1, −1)`.
    Sub sub on [-2.0, 2.0] [-2.0, 2.0] |a, b| a - b => |a, b, y| (T::one(), -T::one());

    /// `y = a·b`; `∂ = (b, a)`.
    Mul mul on [-2.0, 2.0] [-2.0, 2.0] |a, b| a * b => |a, b, y| (b, a);

    /// `y = a/b`; `∂ = (1/b, −y/b)`.
    Div div on [-2.0, 2.0] [0.3, 3.0] |a, b| a / b => |a, b, y| (b.recip(), -(y / b));

    /// `y = a mod b` with the sign of `a`; `∂ = (1, −trunc(a/b))`.
    [piecewise] Rem rem on [0.2, 0.9] [1.0, 2.0] |a, b| a % b => |a, b, y| (
        if y.is_nan() { undefined(y) } else { T::one() },
        if y.is_nan() {
            undefined(y)
        } else if b.is_infinite() {
            T::zero()
        } else {
            -((a - y) / b).round()
        }
    );

    /// `y = aᵇ` with both active; `∂ = (b·aᵇ⁻¹, aᵇ·ln a)`; as with a constant exponent, 0 for the base where `b = 0`; 0 for
    /// the exponent where `a = 0` and `b ≥ 0`, and with `aᵇ` in two halves where it overflows or underflows.
    Pow pow on [0.3, 2.0] [-2.0, 2.0] |a, b| a.powf(b) => |a, b, y| (
        if !b.is_zero() {
            slope_of_power(a, b, |share| a.powf((b - T::one()) * share))
        } else if a.is_zero() || a.is_nan() {
            T::zero()
        } else {
            b * y / a
        },
        if (a.is_zero() && b >= T::zero()) || (a == T::infinity() && y.is_zero()) {
            T::zero()
        } else if y.is_normal() {
            y * a.ln()
        } else {
            let half = a.powf(b * R::narrow(0.5));
            half * a.ln() * half
        }
    );

    /// `y = log_b a = ln a / ln b`; `∂ = (1/(a ln b), −y/(b ln b))`, the latter `∓∞` at `b = 0`.
    Log log on [0.3, 4.0] [1.5, 4.0] |a, b| a.log(b) => |a, b, y| (
        b.ln().recip() / from_zero(a),
        -((if b.is_zero() { a.ln() } else { y / b.ln() }) / from_zero(b))
    );

    /// `y = √(a² + b²)`; `∂ = (a/y, b/y)`, `(0, 0)` at the origin, `(1, 0)` at `(∞, b)`; scaled where `y` overflows or is
    /// subnormal.
    Hypot hypot on [-2.0, 2.0] [0.3, 2.0] |a, b| a.hypot(b) => |a, b, y| (leg(a, b, y), leg(b, a, y));

    /// `φ = atan2(a, b)`, the angle of the point `(b, a)`; `∂ = ((b/r)/r, −(a/r)/r)`, `(0, 0)` at the origin.
    Atan2 atan2 on [-2.0, 2.0] [0.3, 2.0] |a, b| a.atan2(b) => |a, b, y| (
        per_radius(b, a, y),
        -per_radius(a, b, y)
    );

    /// `y = max(a, b)`; 1 to the larger, ½ to each at a tie, 1 to the other operand of a NaN.
    [piecewise] Max max on [0.2, 0.9] [1.0, 2.0] |a, b| a.max(b) => |a, b, y| (share(a > b, a, b), share(b > a, b, a));

    /// `y = min(a, b)`; 1 to the smaller, ½ to each at a tie, 1 to the other operand of a NaN.
    [piecewise] Min min on [0.2, 0.9] [1.0, 2.0] |a, b| a.min(b) => |a, b, y| (share(a < b, a, b), share(b < a, b, a));

    /// `y = |a|` with the sign bit of `b`; `∂ = (sign a · sign b, 0)`.
    [piecewise] Copysign copysign on [0.2, 2.0] [-2.0, -0.3] |a, b| a.copysign(b) => |a, b, y| (
        if y.is_nan() { undefined(y) } else { sign(a) * b.signum() },
        if y.is_nan() { undefined(y) } else { T::zero() }
    );

    /// `y = a·ln b`, 0 where `a = 0`; `∂ = (ln b, a/b)`, `(ln b, 0)` where `a = 0`.
    Xlogy xlogy on [0.3, 2.0] [0.3, 2.0]
    |a, b| if a == R::zero() && b >= R::zero() { R::zero() } else { a * b.ln() } => |a, b, y| (
        b.ln(),
        if a.is_zero() && b.is_zero() { T::zero() } else { a / from_zero(b) }
    );

    /// `y = ln(eᵃ + eᵇ)`; `∂ = (σ(a−b), σ(b−a))`, which sum to 1 also where both are the same infinity.
    Logaddexp logaddexp on [-2.0, 2.0] [-2.0, 2.0] |a, b| {
        let (low, high) = if a > b { (b, a) } else { (a, b) };
        if low == high && high.is_infinite() { high } else { high + (low - high).exp().ln_1p() }
    } => |a, b, y| (softmax2(a, b), softmax2(b, a));
}

/// Scales vectors so that the length of the longest with `2⁶⁴` components is finite.
const OVERFLOW_GUARD: f64 = 1.0 / 4_294_967_296.0;

/// A power of two that scales a vector whose length `r` has overflowed, or has lost bits to underflow.
#[inline]
pub(super) fn rescue<T: Scalar>(r: T) -> Option<T::Real> {
    if r.is_infinite() {
        Some(T::Real::narrow(OVERFLOW_GUARD))
    } else {
        r.is_subnormal().then(|| (T::Real::epsilon() * T::Real::epsilon()).recip())
    }
}

/// The [`direction`] of the vector `(a, b)` along `a`, scaled where its own length is not accurate.
#[inline]
fn leg<T: Scalar>(a: T, b: T, r: T) -> T {
    match rescue(r) {
        Some(scale) if a.is_finite() && b.is_finite() => {
            let (a, b) = (a * scale, b * scale);
            a / a.hypot(b)
        }
        _ if r.is_zero() => T::zero(),
        _ if a.is_infinite() && !b.is_infinite() => a.signum(),
        _ => a / r,
    }
}

/// `(a/r)/r` for the length `r` of `(a, b)`, 0 at the origin and at infinity.
#[inline]
fn per_radius<T: Scalar>(a: T, b: T, angle: T) -> T {
    let r = a.hypot(b);
    if angle.is_nan() {
        undefined(angle)
    } else if r.is_zero() || a.is_infinite() || b.is_infinite() {
        T::zero()
    } else if let Some(scale) = rescue(r) {
        let r = (a * scale).hypot(b * scale);
        a * scale / r * scale / r
    } else {
        a / r / r
    }
}

/// The share of the winner of a comparison: 1, 0, or ½ at a tie.
#[inline]
fn share<T: Scalar>(wins: bool, own: T, other: T) -> T {
    if own.is_nan() && other.is_nan() {
        undefined(own + other)
    } else if wins || other.is_nan() {
        T::one()
    } else if own == other {
        T::lit(0.5)
    } else {
        T::zero()
    }
}

/// `eᵃ/(eᵃ + eᵇ)`.
#[inline]
fn softmax2<T: Scalar>(a: T, b: T) -> T {
    if a == b && a.is_infinite() { T::lit(0.5) } else { (a - b).sigmoid() }
}
