//! Derivatives of functions of a slice, by seeding dual numbers by hand.
#![allow(dead_code, reason = "each test uses a part")]

use anygrad_core::num_traits::One;
use anygrad_core::{Real, Scalar};
use anygrad_forward::Dual;

/// The value and all partials, from chunks of one lane an argument.
pub(crate) fn first<R: Real, const N: usize>(at: &[R], f: impl Fn(&[Dual<R, N>]) -> Dual<R, N>) -> (R, Vec<R>) {
    let mut value = None;
    let mut partials = Vec::new();
    for start in (0..at.len()).step_by(N) {
        let x: Vec<Dual<R, N>> = at.iter().enumerate().map(|(i, &x)| lane(x, i, start)).collect();
        let y = f(&x);
        value = Some(y.primal);
        partials.extend((0..N.min(at.len() - start)).map(|lane| y.tangent(lane)));
    }
    (value.unwrap_or_else(|| f(&[]).primal), partials)
}

fn lane<R: Real, const N: usize>(x: R, index: usize, start: usize) -> Dual<R, N> {
    if (start..start + N).contains(&index) { Dual::variable(x, index - start) } else { Dual::from(x) }
}

/// `∂²f/∂xᵢ∂xⱼ`.
pub(crate) fn second<R, F>(at: &[R], i: usize, j: usize, f: F) -> R
where
    R: Real,
    F: Fn(&[Dual<Dual<R, 1>, 1>]) -> Dual<Dual<R, 1>, 1>,
{
    let seeded = |(k, &x): (usize, &R)| nest(nest(x, k == i), k == j);
    let x: Vec<_> = at.iter().enumerate().map(seeded).collect();
    f(&x).tangent(0).tangent(0)
}

/// `f‴(x)`.
pub(crate) fn third<R: Real>(x: R, f: impl Fn(Dual<Dual<Dual<R, 1>, 1>, 1>) -> Dual<Dual<Dual<R, 1>, 1>, 1>) -> R {
    f(nest(nest(nest(x, true), true), true)).tangent(0).tangent(0).tangent(0)
}

/// One more level of nesting: a variable, or a number without a derivative at that level.
fn nest<T: Scalar>(x: T, active: bool) -> Dual<T, 1> {
    if active { Dual::new(x, [One::one()]) } else { Dual::from(x) }
}
