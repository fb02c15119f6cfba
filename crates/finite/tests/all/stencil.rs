//! Difference formulas are exact, up to rounding, on polynomials of their degree.

use anygrad_core::num_traits::Zero;
use anygrad_core::{Backend, Differentiable, Scalar};
use anygrad_finite::Finite;
use proptest::prelude::*;

/// `Σ cₖ·xᵏ`.
struct Polynomial(Vec<f64>);

impl Differentiable for Polynomial {
    type Input = f64;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        self.0.iter().rev().fold(S::zero(), |sum, &c| sum * *x + c)
    }
}

impl Polynomial {
    fn derivative(&self) -> Self {
        Self(self.0.iter().enumerate().skip(1).map(|(k, c)| k as f64 * c).collect())
    }

    /// The largest that a value near `x` and the sums inside it get.
    fn size(&self, x: f64) -> f64 {
        self.0.iter().rev().fold(f64::zero(), |sum, c| sum * (x.abs() + 1.0) + c.abs())
    }
}

/// The step of these tests, and what `2·8` roundings of each value do to a difference over it.
const STEP: f64 = 0.125;

fn rounding(f: &Polynomial, x: f64) -> f64 {
    64.0 * f64::EPSILON * f.size(x) / STEP
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn central_differences_are_exact_to_their_degree(
        order in prop::sample::select(vec![2_usize, 4, 6, 8]),
        coefficients in prop::collection::vec(-2.0..2.0, 9),
        x in -2.0..2.0_f64,
    ) {
        let f = Polynomial(coefficients[..=order].to_vec());
        let found = Finite::order(order).with_step(STEP).derivative(&f, x).expect("finite");
        prop_assert!((found - f.derivative().call(&x)).abs() <= rounding(&f, x), "found {found}");
    }

    #[test]
    fn second_differences_are_exact_to_their_degree(
        order in prop::sample::select(vec![2_usize, 4, 6, 8]),
        coefficients in prop::collection::vec(-2.0..2.0, 10),
        x in -1.0..1.0_f64,
    ) {
        let f = Polynomial(coefficients[..=order + 1].to_vec());
        let found = Finite::order(order).with_step(STEP).second_derivative(&f, x).expect("finite");
        // The widest of the steps, 8·h, goes into the size.
        let allowed = 64.0 * f64::EPSILON * f.size(x.abs() + 1.0) / (STEP * STEP);
        prop_assert!((found - f.derivative().derivative().call(&x)).abs() <= allowed, "found {found}");
    }

    #[test]
    fn extrapolation_is_exact_on_polynomials(coefficients in prop::collection::vec(-2.0..2.0, 9), x in -2.0..2.0_f64) {
        let f = Polynomial(coefficients);
        let (found, error) = Finite::ridders().derivative_with_error(&f, x).expect("finite");
        let exact = f.derivative().call(&x);
        prop_assert!((found - exact).abs() <= error, "found {found} ± {error}, expected {exact}");
        prop_assert!(error <= 1e-10 * f.size(x), "found {found} ± {error}");
    }

    #[test]
    fn one_sided_differences_are_exact_to_their_degree(
        order in prop::sample::select(vec![2_usize, 4, 6, 8]),
        coefficients in prop::collection::vec(-2.0..2.0, 9),
        below in any::<bool>(),
    ) {
        /// A polynomial on one side of 0, and NaN on the other.
        struct Half(Polynomial, bool);
        impl Differentiable for Half {
            type Input = f64;
            type Output = f64;
            fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
                let inside = if self.1 { *x <= S::zero() } else { *x >= S::zero() };
                if inside { self.0.call(x) } else { S::nan() }
            }
        }
        let f = Half(Polynomial(coefficients[..=order].to_vec()), below);
        let found = Finite::order(order).with_step(STEP).derivative(&f, 0.0).expect("one side is finite");
        // The weights of order 8 sum to 2⁸ times those of the central difference.
        prop_assert!((found - coefficients[1]).abs() <= 64.0 * rounding(&f.0, 1.0), "found {found}");
    }
}
