//! `Point`: a complex number with a tiny imaginary part, and the arithmetic that keeps it.

use anygrad_core::Real;

/// A complex number.
#[derive(Clone, Copy)]
pub(super) struct Point<R> {
    pub(super) re: R,
    pub(super) im: R,
}

/// The imaginary part, unless it is lost.
pub(super) type Im<R> = Option<R>;

/// How small an imaginary part must be against what it is measured by.
pub(super) fn is_small<R: Real>(im: R, against: R) -> bool {
    im.abs() <= R::epsilon().sqrt() * R::narrow(0.125) * against.abs()
}

/// `factor·im`, lost if it underflows.
pub(super) fn times<R: Real>(factor: R, im: R) -> Im<R> {
    let product = factor * im;
    let vanished = product.abs() < R::min_positive_value();
    (!vanished || factor.is_zero() || im.is_zero()).then_some(product)
}

/// The angle of a number right of the imaginary axis; NaN at the branch point 0.
pub(super) fn angle<R: Real>(z: Point<R>) -> Im<R> {
    if z.re.is_zero() {
        return Some(R::nan());
    }
    if !is_small(z.im, z.re) {
        return None;
    }
    let angle = (z.im / z.re).atan();
    (z.im.is_zero() || angle.abs() >= R::min_positive_value() || z.re.is_infinite()).then_some(angle)
}

/// `Im zᶜ` for a real `c`: `|x|ᶜ·sin(c·θ)`, with `(−1)ᶜ` for a negative `x` (only integers have a value there).
pub(super) fn power<R: Real>(z: Point<R>, exponent: R, value: R) -> Im<R> {
    if exponent.is_zero() {
        return Some(R::zero());
    }
    if exponent == R::one() {
        return Some(z.im);
    }
    if z.re.is_zero() && exponent > R::one() && exponent.fract().is_zero() {
        return Some(R::zero());
    }
    // y^(c−1) vanishes with the step for c > 1 also at a branch point.
    times(value, (exponent * angle(z)?).sin())
}

/// `eᶻ`.
pub(super) fn exp<R: Real>(z: Point<R>) -> Option<Point<R>> {
    is_small(z.im, R::one()).then_some(())?;
    let re = z.re.exp();
    Some(Point { re, im: times(re, z.im.sin())? })
}

/// `Im a/b` (Smith 1962).
pub(super) fn divide<R: Real>(a: Point<R>, b: Point<R>) -> Im<R> {
    if b.re.is_zero() {
        return Some(R::nan());
    }
    if !is_small(b.im, b.re) {
        return None;
    }
    let own = nonzero(a.im / b.re, a.im)?;
    let ratio = nonzero(b.im / b.re, b.im)?;
    Some(own - times(a.re / b.re, ratio)?)
}

/// A result that must not vanish unless its source does.
pub(super) fn nonzero<R: Real>(result: R, source: R) -> Im<R> {
    (source.is_zero() || result.abs() >= R::min_positive_value()).then_some(result)
}

/// `Im a·b`.
pub(super) fn multiply<R: Real>(a: Point<R>, b: Point<R>) -> Im<R> {
    Some(times(a.re, b.im)? + times(b.re, a.im)?)
}

/// `√z` for `z` right of the imaginary axis: `ξ = √((|z| + x)/2)`, `√z = ξ + i·y/2ξ`.
pub(super) fn sqrt<R: Real>(z: Point<R>) -> Point<R> {
    let half = R::narrow(0.5);
    let root = (z.re.hypot(z.im) * half + z.re * half).sqrt();
    Point { re: root, im: z.im * half / root }
}
