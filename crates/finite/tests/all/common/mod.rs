//! Curves with their derivatives in closed form.

use anygrad_core::{Differentiable, Scalar};

/// A function of one number with closed forms of its first two derivatives and the points to take them at.
pub(crate) trait Curve: Differentiable<Input = f64, Output = f64> {
    const NAME: &'static str;
    const POINTS: &'static [f64];
    fn first(x: f64) -> f64;
    fn second(x: f64) -> f64;
}

macro_rules! curves {
    ($($Name:ident |$x:ident| $value:expr, $first:expr, $second:expr, at $points:expr;)+) => {
        $(
            pub(crate) struct $Name;

            impl Differentiable for $Name {
                type Input = f64;
                type Output = f64;
                fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
                    let $x = *x;
                    $value
                }
            }

            impl Curve for $Name {
                const NAME: &'static str = stringify!($Name);
                const POINTS: &'static [f64] = &$points;
                #[allow(unused_variables, reason = "a constant derivative")]
                fn first($x: f64) -> f64 {
                    $first
                }
                #[allow(unused_variables, reason = "a constant derivative")]
                fn second($x: f64) -> f64 {
                    $second
                }
            }
        )+

        /// Visits every curve.
        pub(crate) fn for_each_curve(visit: &mut impl Visit) {
            $(visit.visit(&$Name);)+
        }
    };
}

/// What is done with every curve.
pub(crate) trait Visit {
    fn visit<C: Curve>(&mut self, curve: &C);
}

curves! {
    Exp |x| x.exp(), x.exp(), x.exp(), at [-30.0, -3.0, -0.1, 0.0, 1e-9, 0.5, 2.0, 10.0, 300.0];
    Sin |x| x.sin(), x.cos(), -x.sin(), at [-3.0, -1.0, 0.0, 1e-6, 0.7, 1.5, 10.0, 1000.0];
    FastSin |x| (x * 1000.0).sin(), 1e3 * (x * 1000.0).cos(), -1e6 * (x * 1000.0).sin(), at [-0.3, 0.0, 0.01, 1.0, 2.5];
    SlowSin |x| (x * 1e-3).sin(), 1e-3 * (x * 1e-3).cos(), -1e-6 * (x * 1e-3).sin(), at [-0.3, 0.0, 5.0, 200.0];
    WholePeriods |x| (x * std::f64::consts::TAU * 8.0).sin(),
        8.0 * std::f64::consts::TAU * (x * std::f64::consts::TAU * 8.0).cos(),
        -64.0 * std::f64::consts::TAU.powi(2) * (x * std::f64::consts::TAU * 8.0).sin(), at [0.0, 0.25, 0.5, 1.0, 2.0];
    Ln |x| x.ln(), 1.0 / x, -1.0 / (x * x), at [1e-100, 1e-20, 1e-8, 1e-3, 0.1, 1.0, 3.0, 1e5, 1e50];
    XLnX |x| x * x.ln(), x.ln() + 1.0, 1.0 / x, at [1e-100, 1e-12, 1e-5, 0.2, 1.0, 7.0];
    Sqrt |x| x.sqrt(), 0.5 / x.sqrt(), -0.25 / (x * x.sqrt()), at [1e-100, 1e-16, 1e-6, 0.01, 1.0, 2.0, 1e6];
    Reciprocal |x| S::one() / x, -1.0 / (x * x), 2.0 / (x * x * x), at [-5.0, -1e-8, 1e-8, 1e-3, 0.3, 1.0, 1e4];
    Cubic |x| x * x * x - x * 2.0 + 5.0, 3.0 * x * x - 2.0, 6.0 * x, at [-100.0, -1.0, 0.0, 0.816_496_580_927_726, 3.0, 1e6];
    Line |x| x * 3.0 + 1.0, 3.0, 0.0, at [-1e3, 0.0, 0.3, 1e10];
    Constant |x| x * 0.0 + 7.0, 0.0, 0.0, at [0.0, 1.0, 1e8];
    Runge |x| S::one() / (x * x * 25.0 + 1.0), -50.0 * x / (25.0 * x * x + 1.0).powi(2),
        (3750.0 * x * x - 50.0) / (25.0 * x * x + 1.0).powi(3), at [-1.0, -0.2, 0.0, 0.05, 0.3, 2.0];
    Logistic |x| S::one() / (S::one() + (-x).exp()), {
        let e = (-x.abs()).exp();
        e / (1.0 + e).powi(2)
    }, {
        let e = (-x.abs()).exp();
        -x.signum() * e * (1.0 - e) / (1.0 + e).powi(3)
    }, at [-20.0, -2.0, 0.1, 2.0, 15.0];
    Tan |x| x.tan(), 1.0 / x.cos().powi(2), 2.0 * x.tan() / x.cos().powi(2), at [-1.5, 0.0, 0.8, 1.5, 1.57];
    Atan |x| x.atan(), 1.0 / (1.0 + x * x), -2.0 * x / (1.0 + x * x).powi(2), at [-50.0, -1.0, 0.0, 0.5, 20.0];
    Bell |x| (-(x * x)).exp(), -2.0 * x * (-x * x).exp(), (4.0 * x * x - 2.0) * (-x * x).exp(), at [-3.0, -0.7, 0.0, 1.0, 5.0];
    NarrowBell |x| (-(x * x * 1e4)).exp(), -2e4 * x * (-1e4 * x * x).exp(),
        (4e8 * x * x - 2e4) * (-1e4 * x * x).exp(), at [-0.01, 0.0, 0.005, 0.02];
    Edge |x| (S::one() - x).sqrt(), -0.5 / (1.0 - x).sqrt(), -0.25 / ((1.0 - x) * (1.0 - x).sqrt()),
        at [0.0, 0.5, 0.75, 0.998046875, 0.999_999_999_068_677_4];
    Cancelling |x| (x.sin() + 1e6) - 1e6, x.cos(), -x.sin(), at [-1.0, 0.0, 0.3, 1.0];
    Oscillating |x| (x * 3.0).sin() * (x * 0.5).exp(),
        (3.0 * (3.0 * x).cos() + 0.5 * (3.0 * x).sin()) * (0.5 * x).exp(),
        (3.0 * (3.0 * x).cos() - 8.75 * (3.0 * x).sin()) * (0.5 * x).exp(), at [-4.0, 0.0, 1.0, 3.0];
    Distance |x| ((x - 2.0) * (x - 2.0) + 1e-6).sqrt(), (x - 2.0) / ((x - 2.0).powi(2) + 1e-6).sqrt(),
        1e-6 / ((x - 2.0).powi(2) + 1e-6).powf(1.5), at [0.0, 1.9, 1.999, 2.0, 2.1];
}
