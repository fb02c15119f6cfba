//! `Stencil`: a weighted sum of probes that approximates a derivative.

use anygrad_core::num_traits::Float;
use anygrad_core::{Error, Real, Scalar};

use crate::probe::{Direction, Probe};
use crate::row::{Row, Sum};

/// Which derivative is approximated.
#[derive(Clone, Copy)]
pub(crate) enum Stencil<'a, T> {
    /// The first, along a direction, to an even order, or to order 1 for a one-sided difference.
    Slope(Direction<'a, T>, usize),
    /// The second, along a direction.
    Curvature(Direction<'a, T>),
    /// The second, along one direction and another.
    Mixed(Direction<'a, T>, Direction<'a, T>),
}

/// On which sides of the point the probes lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Symmetric about the point.
    Both,
    /// On one side of each direction: whether above the point.
    One([bool; 2]),
}

/// A probe with its weight.
type Term<'a, T, R> = (R, Vec<(Direction<'a, T>, R)>);

impl<'a, T: Scalar> Stencil<'a, T> {
    /// The sides to try one after the other where symmetric probes fail.
    pub(crate) fn sides(&self) -> &'static [Side] {
        const UP: Side = Side::One([true, true]);
        const DOWN: Side = Side::One([false, false]);
        match self {
            Self::Slope(..) | Self::Curvature(_) => &[UP, DOWN],
            Self::Mixed(..) => &[UP, DOWN, Side::One([true, false]), Side::One([false, true])],
        }
    }

    /// The directions of the probes.
    pub(crate) fn directions(&self) -> [Direction<'a, T>; 2] {
        match *self {
            Self::Slope(direction, _) | Self::Curvature(direction) => [direction; 2],
            Self::Mixed(a, b) => [a, b],
        }
    }

    /// Which derivative it is, the first or the second.
    pub(crate) fn degree(&self) -> i32 {
        if matches!(self, Self::Slope(..)) { 1 } else { 2 }
    }

    /// The stencil at the steps `scale · steps`; `None` where a probe is not finite.
    pub(crate) fn row(
        &self,
        probe: &Probe<'_, T>,
        side: Side,
        steps: [T::Real; 2],
        scale: T::Real,
    ) -> Result<Option<Row<T>>, Error> {
        let [a, b] = self.directions();
        let h = [probe.settle(a, steps[0] * scale)?, probe.settle(b, steps[1] * scale)?];
        let signed = match side {
            Side::Both => h,
            Side::One(up) => [if up[0] { h[0] } else { -h[0] }, if up[1] { h[1] } else { -h[1] }],
        };
        let (terms, divisor) = self.terms(side, signed);
        let reach = probe.reach(a).max(probe.reach(b));
        let step = if matches!(self, Self::Mixed(..)) { scale } else { h[0] / steps[0] };
        let mut sum = Sum::new(probe);
        for (weight, displacements) in &terms {
            if !sum.add(*weight, displacements)? {
                return Ok(None);
            }
        }
        let symmetric = matches!((self, side), (Self::Slope(..), Side::Both));
        Ok(Some(sum.into_row(step, divisor, reach, symmetric.then_some(h[0]))))
    }

    /// The probes with their weights, and what their sum is divided by.
    fn terms(&self, side: Side, [h, k]: [T::Real; 2]) -> (Vec<Term<'a, T, T::Real>>, T::Real) {
        let [one, two, four] = [1.0, 2.0, 4.0].map(T::Real::narrow);
        match (*self, side) {
            (Self::Slope(d, order), Side::Both) => {
                let points = central_weights(order.div_ceil(2)).into_iter().zip(1_u32..);
                let pair = |(weight, k): (f64, u32)| {
                    let (weight, t) = (T::Real::narrow(weight), h * T::Real::narrow(f64::from(k)));
                    [(weight, vec![(d, t)]), (-weight, vec![(d, -t)])]
                };
                (points.flat_map(pair).collect(), two * h)
            }
            (Self::Slope(d, order), Side::One(_)) => {
                let (at_base, weights) = one_sided_weights(order);
                let point =
                    |(weight, k): (f64, u32)| (T::Real::narrow(weight), vec![(d, h * T::Real::narrow(f64::from(k)))]);
                let mut terms: Vec<_> = weights.into_iter().zip(1_u32..).map(point).collect();
                terms.push((T::Real::narrow(at_base), vec![]));
                (terms, h)
            }
            (Self::Curvature(d), Side::Both) => {
                (vec![(one, vec![(d, h)]), (-two, vec![]), (one, vec![(d, -h)])], h * h)
            }
            (Self::Curvature(d), Side::One(_)) => {
                (vec![(one, vec![(d, two * h)]), (-two, vec![(d, h)]), (one, vec![])], h * h)
            }
            (Self::Mixed(a, b), Side::Both) => {
                let corner = |s: T::Real, t: T::Real| (s * t, vec![(a, s * h), (b, t * k)]);
                let corners = [corner(one, one), corner(one, -one), corner(-one, one), corner(-one, -one)];
                (corners.into(), four * h * k)
            }
            (Self::Mixed(a, b), Side::One(_)) => {
                let corners =
                    vec![(one, vec![(a, h), (b, k)]), (-one, vec![(a, h)]), (-one, vec![(b, k)]), (one, vec![])];
                (corners, h * k)
            }
        }
    }
}

/// `wₖ` in `f′ ≈ Σ wₖ·(f(kh) − f(−kh)) / 2h`, exact on polynomials up to degree `2m`:
/// `wₖ = 2·(−1)ᵏ⁺¹·(m!)² / (k·(m−k)!·(m+k)!)` (Fornberg 1988).
fn central_weights(m: usize) -> Vec<f64> {
    let mut share = 1.0;
    let weight = |k: usize| {
        share *= (m - k + 1) as f64 / (m + k) as f64;
        let sign = if k % 2 == 1 { 2.0 } else { -2.0 };
        sign * share / k as f64
    };
    (1..=m).map(weight).collect()
}

/// `w₀` and `w₁ … wₚ` in `f′ ≈ Σ wₖ·f(kh) / h`, exact on polynomials up to degree `p`:
/// `wₖ = (−1)ᵏ⁺¹·C(p, k) / k` and `w₀ = −Σ wₖ`, the harmonic number (Fornberg 1988).
fn one_sided_weights(p: usize) -> (f64, Vec<f64>) {
    let mut binomial = 1.0;
    let weight = |k: usize| {
        binomial *= (p - k + 1) as f64 / k as f64;
        let sign = if k % 2 == 1 { 1.0 } else { -1.0 };
        sign * binomial / k as f64
    };
    let weights = (1..=p).map(weight).collect();
    (-(1..=p).map(|k| (k as f64).recip()).sum::<f64>(), weights)
}
