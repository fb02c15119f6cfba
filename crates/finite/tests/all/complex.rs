//! The complex step: every gate with an extension against its closed form, and a typed error for every other.

use anygrad_core::gates::FromZero;
use anygrad_core::{Backend, Differentiable, Error, Real, Scalar, Unary};
use anygrad_finite::{ComplexNumber, ComplexStep, Finite};

/// Relative error allowed: some hundred roundings.
const TOLERANCE: f64 = 1e-13;

/// Declares functions of one number, and checks their derivatives at points.
macro_rules! check_gates {
    ($($test:ident: $S:ident, |$x:ident| $value:expr, $exact:expr, at $points:expr;)+) => {$(
        #[test]
        fn $test() {
            struct Gate;
            impl Differentiable for Gate {
                type Input = f64;
                type Output = f64;
                fn call<$S: Scalar<Real = f64>>(&self, x: &$S) -> $S {
                    let $x = *x;
                    $value
                }
            }
            let exact = |$x: f64| -> f64 { $exact };
            for x in $points {
                let (value, found) = ComplexStep.pushforward::<_, f64>(&Gate, &x, &1.0).expect("an extension");
                assert_eq!(value.to_bits(), Gate.call(&x).to_bits(), "the primal at {x}");
                let exact = exact(x);
                let off = (found - exact).abs() / exact.abs().max(f64::MIN_POSITIVE);
                assert!(off <= TOLERANCE, "at {x}: expected {exact:e}, found {found:e}, off {off:e}");
            }
        }
    )+};
}

/// `1/(1 + e⁻ˣ)`.
fn logistic(x: f64) -> f64 {
    if x > 0.0 { 1.0 / (1.0 + (-x).exp()) } else { x.exp() / (1.0 + x.exp()) }
}

const ANY: [f64; 7] = [-20.0, -2.0, -0.3, 1e-9, 0.4, 3.0, 30.0];
const POSITIVE: [f64; 6] = [1e-60, 1e-3, 0.4, 1.0, 7.0, 1e60];
const UNIT: [f64; 6] = [-0.999, -0.5, 1e-9, 0.1, 0.7, 0.999_999];

check_gates! {
    neg: S, |x| -x, -1.0 + 0.0 * x, at ANY;
    add_const: S, |x| x + 0.7, 1.0 + 0.0 * x, at ANY;
    sub_const: S, |x| x - 0.7, 1.0 + 0.0 * x, at ANY;
    mul_const: S, |x| x * -1.3, -1.3 + 0.0 * x, at ANY;
    div_const: S, |x| x / 1.7, 1.0 / 1.7 + 0.0 * x, at ANY;
    recip: S, |x| x.recip(), -1.0 / x / x, at POSITIVE;
    recip_below: S, |x| x.recip(), -1.0 / x / x, at [-1e9, -3.0, -1e-9];
    sqrt: S, |x| x.sqrt(), 0.5 / x.sqrt(), at POSITIVE;
    rsqrt: S, |x| x.rsqrt(), -0.5 / x.sqrt() / x, at POSITIVE;
    cbrt: S, |x| x.cbrt(), 1.0 / (3.0 * x.cbrt().powi(2)), at [-8.0, -1e-3, 1e-3, 1.0, 27.5];
    exp: S, |x| x.exp(), x.exp(), at ANY;
    exp2: S, |x| x.exp2(), x.exp2() * std::f64::consts::LN_2, at ANY;
    exp_m1: S, |x| x.exp_m1(), x.exp(), at ANY;
    ln: S, |x| x.ln(), 1.0 / x, at POSITIVE;
    log2: S, |x| x.log2(), 1.0 / (x * std::f64::consts::LN_2), at POSITIVE;
    log10: S, |x| x.log10(), 1.0 / (x * std::f64::consts::LN_10), at POSITIVE;
    ln_1p: S, |x| x.ln_1p(), 1.0 / (1.0 + x), at [-0.999, -0.3, 1e-20, 2.0, 1e9];
    from_zero: S, |x| x.unary(FromZero), 1.0 + 0.0 * x, at [0.0, -0.0, 1e-60, 0.4, 1e60];
    sin: S, |x| x.sin(), x.cos(), at ANY;
    cos: S, |x| x.cos(), -x.sin(), at ANY;
    tan: S, |x| x.tan(), 1.0 / x.cos().powi(2), at [-1.57, -1.2, 1e-9, 0.4, 1.57, 10.0];
    sinh: S, |x| x.sinh(), x.cosh(), at ANY;
    cosh: S, |x| x.cosh(), x.sinh(), at ANY;
    tanh: S, |x| x.tanh(), 1.0 / x.cosh().powi(2), at ANY;
    asin: S, |x| x.asin(), 1.0 / ((1.0 - x) * (1.0 + x)).sqrt(), at UNIT;
    acos: S, |x| x.acos(), -1.0 / ((1.0 - x) * (1.0 + x)).sqrt(), at UNIT;
    atan: S, |x| x.atan(), 1.0 / (1.0 + x * x), at [-1e50, -3.0, 1e-9, 0.4, 1.0, 1e60];
    asinh: S, |x| x.asinh(), 1.0 / 1.0_f64.hypot(x), at [-1e50, -3.0, 1e-9, 0.4, 1.0, 1e60];
    acosh: S, |x| x.acosh(), 1.0 / ((x - 1.0).sqrt() * (x + 1.0).sqrt()), at [1.000_001, 1.5, 4.0, 1e60];
    atanh: S, |x| x.atanh(), 1.0 / ((1.0 - x) * (1.0 + x)), at UNIT;
    powi: S, |x| x.powi(5), 5.0 * x.powi(4), at [-20.0, -0.3, 1e-9, 0.4, 3.0];
    powi_negative: S, |x| x.powi(-3), -3.0 * x.powi(-4), at [-20.0, -0.3, 0.4, 3.0];
    powi_at_zero: S, |x| x.powi(1) + x.powi(2) + x.powi(3), 1.0 + 0.0 * x, at [0.0];
    powf: S, |x| x.powf(S::lit(2.5)), 2.5 * x.powf(1.5), at [1e-20, 0.4, 3.0, 1e20];
    powf_negative_base: S, |x| x.powf(S::lit(3.0)), 3.0 * x * x, at [-5.0, -0.1];
    pow_both: S, |x| x.powf(x), x.powf(x) * (x.ln() + 1.0), at [0.1, 0.9, 3.0, 20.0];
    log_both: S, |x| (x + 1.0).log(x), (x.ln() / (x + 1.0) - (x + 1.0).ln() / x) / x.ln().powi(2), at [0.3, 2.0, 9.0];
    mul: S, |x| x * x * (x - 3.0), 3.0 * x * x - 6.0 * x, at ANY;
    div: S, |x| (x + 1.0) / (x * x + 1.0), (1.0 - 2.0 * x - x * x) / (x * x + 1.0).powi(2), at [-2.0, 0.3, 5.0];
    hypot: S, |x| x.hypot(S::lit(2.0)), x / x.hypot(2.0), at ANY;
    norm: S, |x| S::norm(&[x, x * 2.0, S::lit(2.0)]), 5.0 * x / (5.0 * x * x + 4.0).sqrt(), at ANY;
    atan2: S, |x| x.atan2(S::lit(2.0)), 2.0 / (4.0 + x * x), at ANY;
    atan2_second: S, |x| S::lit(2.0).atan2(x), -2.0 / (4.0 + x * x), at ANY;
    sigmoid: S, |x| x.sigmoid(), logistic(x) * logistic(-x), at [-300.0, -20.0, -1.0, 1e-9, 2.0, 40.0, 300.0];
    softplus: S, |x| x.softplus(), logistic(x), at [-300.0, -20.0, -1.0, 1e-9, 2.0, 40.0, 800.0];
    log_sigmoid: S, |x| x.log_sigmoid(), logistic(-x), at [-800.0, -20.0, -1.0, 1e-9, 2.0, 40.0, 300.0];
    silu: S, |x| x.silu(), logistic(x) * (1.0 + x * logistic(-x)), at [-20.0, -3.0, 1e-9, 0.4, 3.0, 30.0];
    logaddexp: S, |x| x.logaddexp(S::lit(1.0)), logistic(x - 1.0), at ANY;
    logsumexp: S, |x| S::logsumexp(&[x, S::lit(1.0)]), logistic(x - 1.0), at [-20.0, -2.0, 0.4, 3.0, 30.0];
    xlogy: S, |x| x.xlogy(x), x.ln() + 1.0, at [1e-20, 0.1, 0.9, 3.0, 1e20];
    sum: S, |x| S::sum_of(&[x, x, S::one()]), 2.0 + 0.0 * x, at ANY;
    product: S, |x| S::product_of(&[x, x, S::lit(3.0)]), 6.0 * x, at ANY;
    dot: S, |x| S::dot(&[x, S::one()], &[x, x]), 2.0 * x + 1.0, at ANY;
    mul_add: S, |x| x.mul_add(x, x), 2.0 * x + 1.0, at ANY;
    abs: S, |x| x.abs(), if x == 0.0 { 0.0 } else { x.signum() }, at [-2.0, 0.0, 3.0];
    steps: S, |x| x.floor() + x.ceil() + x.round() + x.trunc() + x.signum(), 0.0 * x, at [-2.3, 0.3, 1.0];
    detach: S, |x| x.detach() * x.erf().detach() * x, x * 0.520_499_877_813_046_5, at [0.5];
    fract: S, |x| x.fract(), 1.0 + 0.0 * x, at [-2.3, 0.3];
    relu: S, |x| x.relu(), if x > 0.0 { 1.0 } else { 0.0 }, at [-2.0, 0.0, 3.0];
    max: S, |x| x.max(x * x), if x < 1.0 { 1.0 } else { 2.0 * x }, at [0.3, 2.0];
    max_tie: S, |x| x.max(S::lit(2.0)), 0.5 + 0.0 * x, at [2.0];
    min: S, |x| x.min(x * x), if x > 1.0 { 1.0 } else { 2.0 * x }, at [0.3, 2.0];
    clamp: S, |x| x.clamp(S::lit(0.0), S::lit(1.0)), if (0.0..=1.0).contains(&x) { 1.0 } else { 0.0 }, at [-1.0, 0.0, 0.5, 1.0, 2.0];
    select: S, |x| x.select(x * 2.0, x * 3.0), if x > 0.0 { 2.0 } else { 3.0 }, at [-1.0, 0.0, 0.5];
    rem: S, |x| x % 0.7, 1.0 + 0.0 * x, at [-2.0, 0.3, 3.0];
    rem_second: S, |x| S::lit(3.0) % x, -(3.0 / x).trunc(), at [0.7, 2.0, 5.0];
    copysign: S, |x| x.copysign(S::lit(-1.0)), -x.signum(), at [-2.0, 3.0];
    chosen_past_a_fault: S, |x| x.max(x.erf() - 9.0), 1.0 + 0.0 * x, at [0.5];
    constants_through_any_gate: S, |x| x * S::lit(0.5).erf(), 0.520_499_877_813_046_5 + 0.0 * x, at [0.5];
}

/// `y = x²`, a gate from outside the table.
#[derive(Clone, Copy, Debug)]
struct Square;

impl<R: Real> Unary<R> for Square {
    fn name(self) -> &'static str {
        "square"
    }
    fn value(self, x: R) -> R {
        x * x
    }
    fn partial<T: Scalar<Real = R>>(self, x: T, _y: T) -> T {
        x + x
    }
}

macro_rules! check_errors {
    ($($test:ident: $S:ident, |$x:ident| $value:expr, at $at:expr, $operator:expr;)+) => {$(
        #[test]
        fn $test() {
            struct Gate;
            impl Differentiable for Gate {
                type Input = f64;
                type Output = f64;
                fn call<$S: Scalar<Real = f64>>(&self, x: &$S) -> $S {
                    let $x = *x;
                    $value
                }
            }
            let found = ComplexStep.derivative(&Gate, $at);
            let Err(Error::Unsupported { backend, operator, .. }) = found else { panic!("found {found:?}") };
            assert_eq!((backend, operator), ("complex-step", $operator));
        }
    )+};
}

check_errors! {
    erf_has_no_extension: S, |x| x.erf() * 2.0 + 1.0, at 0.5, "erf";
    erfc_has_no_extension: S, |x| x.erfc(), at 0.5, "erfc";
    gelu_has_no_extension: S, |x| x.gelu(), at 0.5, "gelu";
    ln_gamma_has_no_extension: S, |x| x.ln_gamma(), at 0.5, "ln_gamma";
    polygamma_has_no_extension: S, |x| x.digamma(), at 0.5, "polygamma";
    a_gate_of_your_own_has_no_extension: S, |x| x.unary(Square), at 0.5, "square";
    underflow_is_seen: S, |x| (x * 1e-200).ln(), at 1.0, "mul_const";
    a_step_past_a_branch_point_is_seen: S, |x| (x + 0.0).ln(), at 1e-160, "ln";
}

struct Sine;
impl Differentiable for Sine {
    type Input = f64;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        x.sin()
    }
}

#[test]
fn a_nested_base_is_an_error() {
    let found = ComplexStep.second_derivative(&Sine, 0.4);
    assert!(matches!(found, Err(Error::Unsupported { backend: "complex-step", .. })), "found {found:?}");
}

#[test]
fn branch_points_have_no_derivative() {
    struct Root;
    impl Differentiable for Root {
        type Input = f64;
        type Output = [f64; 4];
        fn call<S: Scalar<Real = f64>>(&self, x: &S) -> [S; 4] {
            [x.sqrt(), x.ln(), x.recip(), x.hypot(*x)]
        }
    }
    let found = ComplexStep.derivative(&Root, 0.0).expect("values");
    assert!(found.iter().all(|slope| slope.is_nan()), "found {found:?}");
}

#[test]
fn single_precision() {
    struct Neuron;
    impl Differentiable for Neuron {
        type Input = [f32; 2];
        type Output = f32;
        fn call<S: Scalar<Real = f32>>(&self, [x, y]: &[S; 2]) -> S {
            (*x * *y + 1.0).tanh()
        }
    }
    let gradient = ComplexStep.gradient(&Neuron, &[0.5, -0.8]).expect("analytic");
    let slope = 1.0 - 0.6_f64.tanh().powi(2);
    assert!((f64::from(gradient[0]) + 0.8 * slope).abs() < 1e-6, "found {gradient:?}");
    assert!((f64::from(gradient[1]) - 0.5 * slope).abs() < 1e-6, "found {gradient:?}");
}

#[test]
fn seeds_of_any_size_and_unused_inputs() {
    struct Product;
    impl Differentiable for Product {
        type Input = [f64; 3];
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, [x, y, _]: &[S; 3]) -> S {
            *x * *y
        }
    }
    let point = [-2.0, 3.0, 0.0];
    assert_eq!(ComplexStep.gradient(&Product, &point), Ok([3.0, -2.0, 0.0]));
    assert_eq!(ComplexStep.directional(&Product, &point, &[1e200, 0.0, 1e200]), Ok(3e200));
    assert_eq!(ComplexStep.directional(&Product, &point, &[0.0; 3]), Ok(0.0));
}

/// The derivative along the inner direction of the finite difference along the outer one.
#[test]
fn finite_differences_run_over_another_scalar() {
    let x = ComplexNumber::<f64>::new(0.4, 1e-100);
    let (_, slope) =
        Finite::default().pushforward::<_, ComplexNumber<f64>>(&Sine, &x, &Scalar::constant(1.0)).expect("smooth");
    assert!((slope.re - 0.4_f64.cos()).abs() < 1e-11);
    assert!((slope.im / 1e-100 + 0.4_f64.sin()).abs() < 1e-9, "found {}", slope.im);
}
