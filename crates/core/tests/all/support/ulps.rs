//! How near two floats are. The bounds of every test of a gate stand here.

use anygrad_core::Real;

/// For values and partials: what the page of hard points promises.
pub(crate) const FIRST_ORDER: f64 = 16.0;

/// For second partials, which come from differentiating a row: a sum of up to four products, each of factors within
/// [`FIRST_ORDER`].
pub(crate) const SECOND_ORDER: f64 = 64.0;

/// The unit in the last place of a finite float.
pub(crate) fn unit<R: Real>(x: R) -> f64 {
    let smallest = R::min_positive_value().widen() * R::epsilon().widen();
    (2_f64.powi(x.abs().widen().log2().floor().max(-1100.0) as i32) * R::epsilon().widen()).max(smallest)
}

/// Whether both are NaN, the same infinity, zero of either sign where zero is expected, or at most `bound` units apart.
pub(crate) fn agree<R: Real>(found: R, expected: f64, bound: f64) -> bool {
    agree_to_scale(found, expected, expected, bound)
}

/// As [`agree`], in units of the larger of the expected number and `scale`.
pub(crate) fn agree_to_scale<R: Real>(found: R, expected: f64, scale: f64, bound: f64) -> bool {
    let rounded = R::narrow(expected);
    if rounded.is_nan() {
        found.is_nan()
    } else if rounded.is_infinite() || found.is_infinite() {
        found == rounded
    } else if expected == 0.0 && scale == 0.0 {
        found == R::zero()
    } else {
        let scale = R::narrow(scale.abs().max(expected.abs())).min(R::max_value());
        (found.widen() - rounded.widen()).abs() <= bound * unit(scale)
    }
}

/// The same number bit for bit; any NaN is the same as any other.
pub(crate) fn same_bits<R: Real>(a: R, b: R) -> bool {
    (a.is_nan() && b.is_nan()) || (a == b && a.is_sign_negative() == b.is_sign_negative())
}
