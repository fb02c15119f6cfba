//! The slope of a power, at every size of its base and its exponent.

use num_traits::{One, Zero};

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
    let rest = lost_from_one_less(c.primal());
    if rest.is_zero() { slope } else { slope * x.pow_const(rest) }
}

/// `(c − 1) − fl(c − 1)`, exactly (Dekker 1971).
#[inline]
fn lost_from_one_less<R: Real>(c: R) -> R {
    let less = c - R::one();
    if c.abs() < R::one() { c - (less + R::one()) } else { (c - less) - R::one() }
}
