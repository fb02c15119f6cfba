//! The settings, and forward differences against printed numbers.

use anygrad_core::{Backend, Differentiable, Error, Scalar};
use anygrad_finite::Finite;

/// `x·y`.
struct Product;

impl Differentiable for Product {
    type Input = [f64; 2];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, [x, y]: &[S; 2]) -> S {
        *x * *y
    }
}

/// `(x + y)·z`.
struct Circuit;

impl Differentiable for Circuit {
    type Input = [f64; 3];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, [x, y, z]: &[S; 3]) -> S {
        (*x + *y) * *z
    }
}

/// `σ(a·x + b·y + c)`.
struct Neuron;

impl Differentiable for Neuron {
    type Input = [f64; 5];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, &[a, b, c, x, y]: &[S; 5]) -> S {
        S::one() / (S::one() + (-(a * x + b * y + c)).exp())
    }
}

const POINT: [f64; 5] = [1.0, 2.0, -3.0, -1.0, 3.0];

/// The step of Karpathy's guide.
const STEP: f64 = 1e-4;

/// What the rounding of two values does to their difference over the step, and the rounding of a result.
fn rounding(value: f64) -> f64 {
    4.0 * f64::EPSILON * value.abs() / STEP
}

/// Forward differences of a bilinear function have no truncation error. The guide prints 3.00000000000189 and
/// -2.0000000000042206 for the product, with the step as it is instead of `(x + h) − x`.
#[test]
fn forward_differences_of_the_multiply_gate() {
    let found = Finite::forward().with_step(STEP).gradient(&Product, &[-2.0, 3.0]).expect("finite");
    for (found, exact) in found.into_iter().zip([3.0, -2.0]) {
        assert!((found - exact).abs() <= rounding(6.0), "found {found}");
    }
}

/// The guide prints -3.9999999999906777 twice and 3.000000000010772.
#[test]
fn forward_differences_of_the_circuit() {
    let found = Finite::forward().with_step(STEP).gradient(&Circuit, &[-2.0, 5.0, -4.0]).expect("finite");
    for (found, exact) in found.into_iter().zip([-4.0, -4.0, 3.0]) {
        assert!((found - exact).abs() <= rounding(12.0), "found {found}");
    }
}

/// The guide's numbers, which hold up to what `(x + h) − x` changes: the rounding of the values over the step.
#[test]
fn forward_differences_of_the_neuron() {
    let printed =
        [-0.10499758359205913, 0.3149447748351797, 0.10498958734506125, 0.10498958734506125, 0.2099711788272618];
    let found = Finite::forward().with_step(STEP).gradient(&Neuron, &POINT).expect("finite");
    for (found, printed) in found.into_iter().zip(printed) {
        // 3 is the largest input: its last place over the step, times its slope, comes on top.
        assert!((found - printed).abs() <= rounding(0.88 + 3.0 * printed), "found {found}, printed {printed}");
    }
}

#[test]
fn forward_differences_of_the_neuron_are_off_by_half_the_curvature() {
    let exact = [-0.1049935854035065, 0.3149807562105195, 0.1049935854035065, 0.1049935854035065, 0.209987170807013];
    let curvature =
        [-0.07996250105615312, -0.7196625095053781, -0.07996250105615312, -0.07996250105615312, -0.31985000422461246];
    let (_, found, error) = Finite::forward().with_step(STEP).gradient_with_error(&Neuron, &POINT).expect("finite");
    for i in 0..5 {
        let truncation = 0.5 * STEP * curvature[i];
        // The next term of the series is h²·f‴/6, and |f‴| < 1 here.
        assert!((found[i] - exact[i] - truncation).abs() < STEP * STEP, "found {}", found[i]);
        assert!((found[i] - exact[i]).abs() <= error[i] && error[i] < 2.0 * STEP, "bound {}", error[i]);
    }
}

#[test]
fn every_method_finds_the_gradient_of_the_neuron() {
    let exact = [-0.1049935854035065, 0.3149807562105195, 0.1049935854035065, 0.1049935854035065, 0.209987170807013];
    let methods = [
        (Finite::default(), 1e-12),
        (Finite::ridders().with_relative_step(0.02), 1e-12),
        (Finite::forward(), 1e-7),
        (Finite::central(), 1e-9),
        (Finite::order(4), 1e-10),
        (Finite::order(6), 1e-10),
        (Finite::order(8), 1e-9),
        (Finite::central().with_relative_step(1e-5), 1e-9),
        (Finite::forward().with_noise(1e-12), 1e-5),
    ];
    for (mut finite, tolerance) in methods {
        let (value, found) = finite.value_and_gradient(&Neuron, &POINT).expect("finite");
        assert_eq!(value, 0.8807970779778823);
        let off = found.iter().zip(exact).map(|(found, exact)| (found - exact).abs()).fold(0.0, f64::max);
        assert!(off < tolerance, "{finite:?} is off by {off:e}");
    }
}

#[test]
fn orders_that_do_not_exist() {
    for order in [0, 1, 3, 5, 7, 10] {
        let found = Finite::order(order).gradient(&Product, &[1.0, 2.0]);
        assert_eq!(found, Err(Error::UnsupportedOrder { order, supported: "2, 4, 6, 8" }));
    }
}

#[test]
fn steps_that_are_no_steps() {
    for step in [0.0, -1e-3, f64::NAN, f64::INFINITY, 1e-30] {
        for finite in [Finite::default(), Finite::forward(), Finite::central()] {
            let at = [2.0, 3.0];
            for found in [
                finite.with_step(step).gradient(&Product, &at).map(|_| ()),
                finite.with_relative_step(step).directional(&Product, &at, &[1.0, 2.0]).map(|_| ()),
                finite.with_step(step).hessian(&Product, &at).map(|_| ()),
                finite.with_step(step).hvp(&Product, &at, &[1.0, 2.0]).map(|_| ()),
            ] {
                assert!(matches!(found, Err(Error::InvalidStep { .. })), "{step}: found {found:?}");
            }
        }
    }
    let found = Finite::central().with_step(-1.0).gradient(&Product, &[2.0, 3.0]);
    assert_eq!(found, Err(Error::InvalidStep { step: -1.0, x: 2.0 }));
}

#[test]
fn noise_that_is_no_noise() {
    for noise in [-1e-3, f64::NAN, f64::INFINITY] {
        let found = Finite::default().with_noise(noise).gradient(&Product, &[1.0, 2.0]);
        assert!(matches!(found, Err(Error::InvalidConfig { field: "noise", .. })), "found {found:?}");
    }
}

#[test]
fn noise_widens_the_bound() {
    let slope = |noise: f64| Finite::default().with_noise(noise).estimate(f64::sin, 1.0).expect("finite").error;
    assert!(slope(1e-6) > 1e3 * slope(1e-12));
}
