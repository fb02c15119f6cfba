//! Nested derivatives: a perturbation of one level is never taken for one of another (Siskind & Pearlmutter 2005).

use anygrad_core::{Backend, Derivative, Differentiable, Gradient, Scalar};
use anygrad_forward::{Dual, Forward};

/// `d f(y)/dy` at a `y` that may itself carry derivatives.
fn derivative<S: Scalar>(f: impl Fn(Dual<S, 1>) -> Dual<S, 1>, y: S) -> S {
    f(Dual::variable(y, 0)).tangent(0)
}

/// A number of an outer level as a constant of the inner one.
fn outer<S: Scalar>(x: S) -> Dual<S, 1> {
    Dual::from(x)
}

/// `d/dx [x · d/dy (x + y)|y=1] = d/dx [x · 1] = 1`; one perturbation for both levels would give 2.
#[test]
fn of_a_sum() {
    assert_eq!(derivative(|x| x * derivative(|y| outer(x) + y, Dual::lit(1.0)), 1.0), 1.0);
}

/// `d/dx [x · d/dy (x·y)|y=1] = d/dx x² = 2x`.
#[test]
fn of_a_product() {
    assert_eq!(derivative(|x| x * derivative(|y| outer(x) * y, Dual::lit(1.0)), 3.0), 6.0);
}

/// `d/dx [x · d/dy (x·y²)|y=x] = d/dx 2x³ = 6x²`: the inner point moves with the outer variable.
#[test]
fn where_the_inner_point_moves() {
    assert_eq!(derivative(|x| x * derivative(|y| outer(x) * y * y, x), 2.0), 24.0);
}

/// `d/dx d/dy d/dz (x·y²·z³)` at (2, 3, 1) is `6y z² = 18`.
#[test]
fn three_levels() {
    let mixed = derivative(
        |x| {
            let along_y = |y| derivative(|z| outer(outer(x)) * outer(y) * outer(y) * z * z * z, Dual::lit(1.0));
            derivative(along_y, Dual::lit(3.0))
        },
        2.0,
    );
    assert_eq!(mixed, 18.0);
}

/// `f(x, y) = x²·y³`.
struct Powers;

impl Differentiable for Powers {
    type Input = [f64; 2];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, [x, y]: &[S; 2]) -> S {
        *x * *x * *y * *y * *y
    }
}

/// `g(x, y) = x·∂f/∂y = 3x³y²`, with the gradient of [`Powers`] inside.
struct TimesInnerGradient;

impl Differentiable for TimesInnerGradient {
    type Input = [f64; 2];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, point: &[S; 2]) -> S {
        let [_, along_y] = Gradient::new(&Powers, Forward::new()).call::<S>(point);
        point[0] * along_y
    }
}

/// `∇(3x³y²) = (9x²y², 6x³y)`; at (2, 3): (324, 144).
#[test]
fn a_gradient_inside_a_gradient() {
    assert_eq!(Forward::new().gradient(&TimesInnerGradient, &[2.0, 3.0]), Ok([324.0, 144.0]));
    assert_eq!(Forward::with_chunk::<1>().gradient(&TimesInnerGradient, &[2.0, 3.0]), Ok([324.0, 144.0]));
}

/// `∂²(3x³y²) = [[18xy², 18x²y], [18x²y, 6x³]]`; at (2, 3): [[324, 216], [216, 48]]: three levels.
#[test]
fn a_hessian_around_a_gradient() {
    let hessian = Forward::new().hessian(&TimesInnerGradient, &[2.0, 3.0]).expect("two inputs, one output");
    assert_eq!([hessian[(0, 0)], hessian[(0, 1)], hessian[(1, 0)], hessian[(1, 1)]], [324.0, 216.0, 216.0, 48.0]);
}

/// `f(x) = x⁴`, and its derivatives by nesting [`Derivative`]: 4x³, 12x², 24x, 24, 0.
struct Quartic;

impl Differentiable for Quartic {
    type Input = f64;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        *x * *x * *x * *x
    }
}

#[test]
fn derivatives_of_derivatives() {
    let backend = Forward::new;
    let first = Derivative::new(&Quartic, backend());
    let second = Derivative::new(&first, backend());
    let third = Derivative::new(&second, backend());
    let fourth = Derivative::new(&third, backend());
    let at = 2.0;
    assert_eq!([first.call(&at), second.call(&at), third.call(&at), fourth.call(&at)], [32.0, 48.0, 48.0, 24.0]);
    assert_eq!(backend().derivative(&fourth, at), Ok(0.0));
    assert_eq!(backend().second_derivative(&Quartic, at), Ok(48.0));
}
