//! Measured noise against noise of a known size.

use anygrad_core::{Differentiable, Scalar};
use anygrad_finite::{Finite, noise};

/// `sin x` rounded to multiples of `step`, by adding a large number and taking it away: uniform errors, σ = step/√12.
struct Rounded {
    step: f64,
}

impl Differentiable for Rounded {
    type Input = f64;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        let large = 1.5 * self.step / f64::EPSILON;
        (x.sin() + large) - large
    }
}

#[test]
fn rounding_is_measured() {
    for step in [1.0_f64 / 1024.0_f64.powi(2), 1.0 / 1024.0_f64.powi(3), 1.0 / 1024.0_f64.powi(4)] {
        for x in [0.2, 0.7, 1.0] {
            let expected = step / 12.0_f64.sqrt();
            let found = noise(&Rounded { step }, &x, &1.0).expect("finite");
            assert!(
                (expected / 4.0..expected * 4.0).contains(&found),
                "step {step} at {x}: {found:e}, expected {expected:e}"
            );
        }
    }
}

#[test]
fn bounds_know_the_noise() {
    for step in [1e-6, 1e-9, 1e-12] {
        for x in [0.2, 0.7, 1.0] {
            let (value, error) = Finite::default().derivative_with_error(&Rounded { step }, x).expect("finite");
            assert!((value - x.cos()).abs() <= error, "step {step} at {x}: {value} ± {error:e}");
            assert!(error < 1e4 * step, "step {step} at {x}: {error:e}");
        }
    }
}

/// `log₁₀` of ten or twenty repeated square roots: `x^(1/2ᵏ)` is close to 1, so that its roundings are stairs of 2⁻⁵² under a
/// logarithm of 2⁻ᵏ. The derivative is `1/(2ᵏ·x·ln 10)`.
struct Stairs {
    roots: i32,
}

impl Differentiable for Stairs {
    type Input = f64;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        (0..self.roots).fold(*x, |y, _| y.sqrt()).log10()
    }
}

#[test]
fn bounds_hold_on_stairs() {
    for roots in [10, 20] {
        for x in (1..200).map(|i| 0.3 + 0.013 * f64::from(i)) {
            let (value, error) = Finite::default().derivative_with_error(&Stairs { roots }, x).expect("finite");
            let exact = 0.5_f64.powi(roots) / (x * std::f64::consts::LN_10);
            assert!((value - exact).abs() <= error, "{roots} roots at {x}: {value:e} ± {error:e}, exact {exact:e}");
        }
    }
}

#[test]
fn a_constant_has_none() {
    /// `(7, x/0)`.
    struct Constant;
    impl Differentiable for Constant {
        type Input = f64;
        type Output = [f64; 2];
        fn call<S: Scalar<Real = f64>>(&self, x: &S) -> [S; 2] {
            [S::lit(7.0), *x / 0.0]
        }
    }
    assert_eq!(noise(&Constant, &1.0, &1.0), Ok([0.0, 0.0]));
}
