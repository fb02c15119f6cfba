//! Gates of one argument.

use num_traits::{Float, FloatConst, One};

use super::power::slope_of_power;
use super::table::unary_table;
use crate::{Real, Scalar, Unary};

unary_table! {
    /// `y = −x`; `y′ = −1`.
    Neg neg on [-2.0, 2.0] |x| -x => |_, _| -T::one();

    /// `y = x + c`; `y′ = 1`.
    AddConst<R> { c = 0.7 } add_const on [-2.0, 2.0] |x| x + c => |_, _| T::one();

    /// `y = x·c`; `y′ = c`.
    MulConst<R> { c = -1.3 } mul_const on [-2.0, 2.0] |x| x * c => |_, _| T::constant(c);

    /// `y = x/c`; `y′ = 1/c`.
    DivConst<R> { c = 1.7 } div_const on [-2.0, 2.0] |x| x / c => |_, _| T::constant(c.recip());

    /// `y = 1/x`; `y′ = −y²`.
    Recip recip on [0.3, 3.0] |x| x.recip() => |_, y| -(y * y);

    /// `y = 1 − x²`, factored as `(1−x)(1+x)` near ±1, where the square would cancel; `y′ = −2x`.
    OneMinusSquare one_minus_square on [-0.9, 0.9] |x| if x.abs() < R::narrow(0.5) {
        R::one() - x * x
    } else {
        (R::one() - x) * (R::one() + x)
    } => |x, _| -(x + x);

    /// `y = √x`; `y′ = ½/y`, `+∞` at `±0`.
    Sqrt sqrt on [0.1, 4.0] |x| x.sqrt() => |_, y| T::lit(0.5) / (y + T::zero());

    /// `y = ∛x`; `y′ = ⅓/y²`, `+∞` at `±0`.
    Cbrt cbrt on [0.1, 4.0] |x| x.cbrt() => |_, y| T::lit(1.0 / 3.0) / y / y;

    /// `y = 1/√x`, `+∞` at `±0`; `y′ = −½·y/x`, `−∞` there.
    Rsqrt rsqrt on [0.1, 4.0] |x| (x.sqrt() + R::zero()).recip() => |x, y| y / from_zero(x) * T::lit(-0.5);

    /// `y = eˣ`; `y′ = y`.
    Exp exp on [-2.0, 2.0] |x| x.exp() => |_, y| y;

    /// `y = 2ˣ`; `y′ = y·ln 2`, in two halves where `y` overflows.
    Exp2 exp2 on [-2.0, 2.0] |x| x.exp2() => |x, y| if y.is_infinite() && x.is_finite() {
        let half = (x * R::narrow(0.5)).exp2();
        half * R::LN_2() * half
    } else {
        y * R::LN_2()
    };

    /// `y = eˣ − 1`; `y′ = eˣ`.
    ExpM1 exp_m1 on [-2.0, 2.0] |x| x.exp_m1() => |x, _| x.exp();

    /// `y = ln x`; `y′ = 1/x`, `+∞` at `±0`, NaN below.
    Ln ln on [0.1, 4.0] |x| x.ln() => |x, _| from_zero(x).recip();

    /// `y = log₂ x`; `y′ = 1/(x ln 2)`.
    Log2 log2 on [0.1, 4.0] |x| x.log2() => |x, _| T::constant(R::LOG2_E()) / from_zero(x);

    /// `y = log₁₀ x`; `y′ = 1/(x ln 10)`.
    Log10 log10 on [0.1, 4.0] |x| x.log10() => |x, _| T::constant(R::LOG10_E()) / from_zero(x);

    /// `y = ln(1 + x)`; `y′ = 1/(1 + x)`, `+∞` at −1, NaN below.
    Ln1p ln_1p on [-0.9, 3.0] |x| x.ln_1p() => |x, _| from_zero(x + T::one()).recip();

    /// `y = x` from 0 on, `+0` for `−0`; `y′ = 1`; both NaN below.
    FromZero from_zero on [0.2, 2.0] |x| if x < R::zero() {
        R::nan()
    } else {
        x + R::zero()
    } => |x, _| if x < T::zero() { undefined(x) } else { T::one() };

    /// `y = sin x`; `y′ = cos x`.
    Sin sin on [-3.0, 3.0] |x| x.sin() => |x, _| x.cos();

    /// `y = cos x`; `y′ = −sin x`.
    Cos cos on [-3.0, 3.0] |x| x.cos() => |x, _| -x.sin();

    /// `y = tan x`; `y′ = 1 + y²`.
    Tan tan on [-1.2, 1.2] |x| x.tan() => |_, y| y * y + T::one();

    /// `y = arcsin x`; `y′ = 1/√((1−x)(1+x))`, `+∞` at ±1, NaN outside.
    Asin asin on [-0.9, 0.9] |x| x.asin() => |x, _| x.unary(OneMinusSquare).sqrt().recip();

    /// `y = arccos x`; `y′ = −1/√((1−x)(1+x))`, `−∞` at ±1, NaN outside.
    Acos acos on [-0.9, 0.9] |x| x.acos() => |x, _| -x.unary(OneMinusSquare).sqrt().recip();

    /// `y = arctan x`; `y′ = 1/(1+x²)`, in `1/x` where `x²` could overflow.
    Atan atan on [-3.0, 3.0] |x| x.atan() => |x, _| if x.abs() > T::one() {
        let u = x.recip();
        u * u / (u * u + T::one())
    } else {
        (x * x + T::one()).recip()
    };

    /// `y = sinh x`; `y′ = cosh x`.
    Sinh sinh on [-2.0, 2.0] |x| x.sinh() => |x, _| x.cosh();

    /// `y = cosh x`; `y′ = sinh x`.
    Cosh cosh on [-2.0, 2.0] |x| x.cosh() => |x, _| x.sinh();

    /// `y = tanh x`; `y′ = sech² x`, as `(1−y)(1+y)` for small `|y|` and `4σ(2x)σ(−2x)` where that would cancel.
    Tanh tanh on [-2.0, 2.0] |x| x.tanh() => |x, y| if y.abs() < T::lit(0.875) {
        y.unary(OneMinusSquare)
    } else {
        let twice = x + x;
        twice.sigmoid() * (-twice).sigmoid() * T::lit(4.0)
    };

    /// `y = arsinh x`; `y′ = 1/√(1+x²)`.
    Asinh asinh on [-3.0, 3.0] |x| x.asinh() => |x, _| T::one().hypot(x).recip();

    /// `y = arcosh x`; `y′ = 1/(√(x−1)·√(x+1))`, `+∞` at 1, NaN below.
    Acosh acosh on [1.2, 4.0] |x| x.acosh() => |x, _| (x - T::one()).sqrt().recip() / (x + T::one()).sqrt();

    /// `y = artanh x`; `y′ = 1/((1−x)(1+x))`, `+∞` at ±1, NaN outside.
    Atanh atanh on [-0.9, 0.9] |x| x.atanh() => |x, _| from_zero(x.unary(OneMinusSquare)).recip();

    /// `y = |x|`; `y′ = sign x`, 0 at 0.
    [piecewise] Abs abs on [0.2, 2.0] |x| x.abs() => |x, _| sign(x);

    /// `y = ±1` with the sign bit of `x`; `y′ = 0`.
    [piecewise] Signum signum on [0.2, 2.0] |x| x.signum() => |x, _| flat(x);

    /// `y = ⌊x⌋`; `y′ = 0`.
    [piecewise] Floor floor on [0.2, 0.4] |x| x.floor() => |x, _| flat(x);

    /// `y = ⌈x⌉`; `y′ = 0`.
    [piecewise] Ceil ceil on [0.2, 0.4] |x| x.ceil() => |x, _| flat(x);

    /// `y` = the nearest integer, halves away from 0; `y′ = 0`.
    [piecewise] Round round on [0.2, 0.4] |x| x.round() => |x, _| flat(x);

    /// `y` = the integer part; `y′ = 0`.
    [piecewise] Trunc trunc on [0.2, 0.4] |x| x.trunc() => |x, _| flat(x);

    /// `y = x`, as a constant; `y′ = 0`, also where `x` is NaN.
    [piecewise] Detach detach on [0.2, 2.0] |x| x => |_, _| T::zero();

    /// `y = x − trunc x`; `y′ = 1`.
    [piecewise] Fract fract on [0.2, 0.4] |x| x.fract() => |_, y| flat(y) + T::one();

    /// `y = xⁿ`; `y′ = n·xⁿ⁻¹`, 0 for `n = 0`; in two halves where the reciprocal power has overflowed.
    Powi { n: i32 = 3 } powi on [0.3, 2.0] |x| match n {
        // The same numbers, without a call.
        1 => x,
        2 => x * x,
        _ => x.powi(n),
    } => |x, y| match n {
        0 => T::zero(),
        i32::MIN => T::lit(f64::from(n)) * (y / x),
        _ => {
            let power = x.powi(n - 1);
            if n < 0 && power.is_zero() {
                let half = (n - 1) / 2;
                T::lit(f64::from(n)) * x.powi(half) * x.powi(n - 1 - half)
            } else {
                T::lit(f64::from(n)) * power
            }
        }
    };

    /// `y = xᶜ` with a constant exponent; `y′ = c·xᶜ⁻¹`, 0 for `c = 0`; the logarithm of `x` is never taken.
    Powf<R> { exponent = 2.5 } powf on [0.3, 2.0] |x| x.powf(exponent) => |x, _| if exponent == R::zero() {
        T::zero()
    } else {
        slope_of_power(x, T::constant(exponent), |share| x.pow_const((exponent - R::one()) * share))
    };

    /// `y = 1/(1+e⁻ˣ)`; `y′ = σ(x)·σ(−x)`.
    Sigmoid sigmoid on [-3.0, 3.0] |x| if x > R::zero() {
        ((-x).exp() + R::one()).recip()
    } else {
        x.exp() / (x.exp() + R::one())
    } => |x, y| if y < T::lit(0.875) { y * (T::one() - y) } else { y * (-x).sigmoid() };

    /// `y = ln σ(x)`; `y′ = σ(−x)`.
    LogSigmoid log_sigmoid on [-3.0, 3.0] |x| -(-x).softplus() => |x, _| (-x).sigmoid();

    /// `y = ln(1+eˣ)`; `y′ = σ(x)`.
    Softplus softplus on [-3.0, 3.0] |x| if x > R::zero() {
        x + (-x).exp().ln_1p()
    } else {
        x.exp().ln_1p()
    } => |x, _| x.sigmoid();

    /// `y = max(x, 0)`; `y′ = 1` above 0, otherwise 0.
    [piecewise] Relu relu on [0.2, 2.0] |x| if x > R::zero() || x.is_nan() {
        x
    } else {
        R::zero()
    } => |x, _| if x > T::zero() { T::one() } else { flat(x) };

    /// `y = x·σ(x)`; `y′ = σ(x) + y·σ(−x)`, written `σ(x)·(1 − silu(−x))` above 0.
    Silu silu on [-3.0, 3.0] |x| if x == R::neg_infinity() {
        R::zero()
    } else {
        silu(x)
    } => |x, y| if x > T::zero() {
        x.sigmoid() * (T::one() - (-x).silu())
    } else {
        x.sigmoid() + y * (-x).sigmoid()
    };

    /// `y = x·Φ(x)`; `y′ = Φ(x) + x·φ(x)`, with the normal density `φ`.
    Gelu gelu on [-3.0, 3.0] |x| if x == R::neg_infinity() {
        R::zero()
    } else {
        x * x.special_normal_cdf()
    } => |x, _| {
        let phi = normal_pdf(x);
        x.unary(NormalCdf) + if phi.is_zero() { T::zero() } else { x * phi }
    };

    /// `y = Φ(x)`, the normal distribution function; `y′ = φ(x) = exp(−x²/2)/√(2π)`.
    NormalCdf normal_cdf on [-3.0, 3.0] |x| x.special_normal_cdf() => |x, _| normal_pdf(x);

    /// `y = erf x`; `y′ = 2/√π·exp(−x²)`.
    Erf erf on [-2.0, 2.0] |x| x.special_erf() => |x, _| gaussian(x) * T::constant(R::FRAC_2_SQRT_PI());

    /// `y = 1 − erf x`; `y′ = −2/√π·exp(−x²)`.
    Erfc erfc on [-2.0, 2.0] |x| x.special_erfc() => |x, _| gaussian(x) * T::constant(-R::FRAC_2_SQRT_PI());

    /// `y = ln |Γ(x)|`; `y′ = ψ(x)`.
    LnGamma ln_gamma on [0.5, 5.0] |x| x.special_ln_gamma() => |x, _| x.digamma();

    /// `y = ψ⁽ⁿ⁾(x)`, digamma for `n = 0`; `y′ = ψ⁽ⁿ⁺¹⁾(x)`.
    Polygamma { order: u32 = 0 } polygamma on [0.5, 5.0] |x| x.special_polygamma(order)
        => |x, _| x.unary(Polygamma { order: order.saturating_add(1) });
}

/// Beyond this the Gaussian is zero in `f64`, and its derivatives with it.
const GAUSSIAN_EDGE: f64 = 40.0;

/// NaN, as are all its derivatives by what `x` depends on. (A constant NaN has the derivative 0.)
#[inline]
pub(super) fn undefined<T: Scalar>(x: T) -> T {
    (x * T::Real::nan()).exp()
}

/// `x` in a gate whose domain begins at 0: `+0` for `−0`, undefined below.
#[inline]
pub(super) fn from_zero<T: Scalar>(x: T) -> T {
    x.unary(FromZero)
}

/// The derivative of a step: 0, but NaN stays NaN.
#[inline]
fn flat<T: Scalar>(x: T) -> T {
    if x.is_nan() { undefined(x) } else { T::zero() }
}

/// The derivative of `|x|`: ±1, and 0 at 0.
#[inline]
pub(super) fn sign<T: Scalar>(x: T) -> T {
    if x > T::zero() {
        T::one()
    } else if x < T::zero() {
        -T::one()
    } else {
        flat(x)
    }
}

/// `exp(−x²)`.
#[inline]
fn gaussian<T: Scalar>(x: T) -> T {
    exp_of_minus_square(x, T::Real::one())
}

/// `exp(−x²/2)/√(2π)`.
#[inline]
fn normal_pdf<T: Scalar>(x: T) -> T {
    let half = T::Real::narrow(0.5);
    exp_of_minus_square(x, half) * (T::Real::FRAC_2_SQRT_PI() * T::Real::FRAC_1_SQRT_2() * half)
}

/// `exp(−c·x²)` for a power of two `c`, with what `x²` lost to rounding put back: at `x = 25` that is 300 ulp.
#[inline]
fn exp_of_minus_square<T: Scalar>(x: T, c: T::Real) -> T {
    if x.abs() > T::lit(GAUSSIAN_EDGE) {
        return T::zero();
    }
    let square = x * x;
    let lost = x.mul_add(x, -square);
    (square * -c).exp() * (T::one() - lost * c)
}

/// `x·σ(x)`; in halves where `σ(x)` has too few bits left.
#[inline]
fn silu<R: Real>(x: R) -> R {
    let sigmoid = x.sigmoid();
    if sigmoid.is_normal() {
        x * sigmoid
    } else {
        let half = (x * R::narrow(0.5)).exp();
        x * half * half
    }
}
