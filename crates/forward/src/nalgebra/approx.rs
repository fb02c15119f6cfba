//! Approximate equality, by the primals.

use anygrad_core::num_traits::Float;
use anygrad_core::{Real, Scalar};
use approx::{AbsDiffEq, RelativeEq, UlpsEq};

use crate::Dual;

impl<T: Scalar, const N: usize> AbsDiffEq for Dual<T, N> {
    type Epsilon = Self;

    fn default_epsilon() -> Self {
        Float::epsilon()
    }

    fn abs_diff_eq(&self, other: &Self, epsilon: Self) -> bool {
        f64::abs_diff_eq(&wide(*self), &wide(*other), wide(epsilon))
    }
}

impl<T: Scalar, const N: usize> RelativeEq for Dual<T, N> {
    fn default_max_relative() -> Self {
        Float::epsilon()
    }

    fn relative_eq(&self, other: &Self, epsilon: Self, max_relative: Self) -> bool {
        f64::relative_eq(&wide(*self), &wide(*other), wide(epsilon), wide(max_relative))
    }
}

impl<T: Scalar, const N: usize> UlpsEq for Dual<T, N> {
    fn default_max_ulps() -> u32 {
        f64::default_max_ulps()
    }

    fn ulps_eq(&self, other: &Self, epsilon: Self, max_ulps: u32) -> bool {
        let [a, b, epsilon] = [*self, *other, epsilon].map(wide);
        if T::Real::epsilon().widen() == f64::EPSILON {
            f64::ulps_eq(&a, &b, epsilon, max_ulps)
        } else {
            let [a, b, epsilon] = [a, b, epsilon].map(<f32 as Real>::narrow);
            f32::ulps_eq(&a, &b, epsilon, max_ulps)
        }
    }
}

/// The primal, exactly.
fn wide<T: Scalar, const N: usize>(x: Dual<T, N>) -> f64 {
    x.primal().widen()
}
