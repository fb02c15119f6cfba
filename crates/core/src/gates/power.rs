//! The slope of a power, at every size of its base and its exponent.

use num_traits::One;

use crate::{Real, Scalar};

/// `c·xᶜ⁻¹`, where `power(s)` is `x^(s·(c−1))`: in two halves where the whole has overflowed or underflowed, and with what
/// `c − 1` lost to rounding put back, which can be some hundred units in the last place.
#[inline]
pub(super) fn slope_of_power<T: Scalar>(x: T, c: T, power: impl Fn(T::Real) -> T) -> T {
    let whole = power(T::Real::one());
    if x.is_nan() || x <= T::zero() || x.is_infinite() {
        return c * whole;
    }
    let slope = if whole.is_normal() {
        c * whole
    } else {
        let half = power(T::Real::narrow(0.5));
        half * c * half
    };
    let rest = lost_from_one_less(c.detach());
    if rest.is_zero() { slope } else { slope * x.powf(rest) }
}

/// `(c − 1) − fl(c − 1)`, exactly (Dekker 1971).
#[inline]
fn lost_from_one_less<T: Scalar>(c: T) -> T {
    let less = c - T::one();
    if c.abs() < T::one() { c - (less + T::one()) } else { (c - less) - T::one() }
}
