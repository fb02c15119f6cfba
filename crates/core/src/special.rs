//! Values, at floats, of the special functions that the standard library lacks.
//!
//! `erf`, `erfc` and `ln Γ` come from [`libm`]. The polygamma family is here because each of its members is the
//! derivative of the one before: recurrence, reflection and asymptotic series of Abramowitz & Stegun 1964,
//! §6.4.6, §6.4.7 and §6.4.11.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, PI};

/// Special functions at floats.
pub trait Special {
    /// The error function.
    fn special_erf(self) -> Self;
    /// `1 − erf x`, accurate where that is small.
    fn special_erfc(self) -> Self;
    /// The normal distribution function, `Φ(x) = ½·erfc(−x/√2)`, accurate in both tails.
    fn special_normal_cdf(self) -> Self;
    /// `ln |Γ(x)|`.
    fn special_ln_gamma(self) -> Self;
    /// The `order`-th derivative of the digamma function; order 0 is digamma itself.
    fn special_polygamma(self, order: u32) -> Self;
}

impl Special for f64 {
    fn special_erf(self) -> Self {
        libm::erf(self)
    }

    fn special_erfc(self) -> Self {
        libm::erfc(self)
    }

    fn special_normal_cdf(self) -> Self {
        normal_cdf(self)
    }

    fn special_ln_gamma(self) -> Self {
        libm::lgamma_r(self).0
    }

    fn special_polygamma(self, order: u32) -> Self {
        polygamma(order, self)
    }
}

impl Special for f32 {
    fn special_erf(self) -> Self {
        libm::erff(self)
    }

    fn special_erfc(self) -> Self {
        libm::erfcf(self)
    }

    #[allow(clippy::cast_possible_truncation, reason = "computed in f64 and rounded once")]
    fn special_normal_cdf(self) -> Self {
        normal_cdf(Self::into(self)) as Self
    }

    fn special_ln_gamma(self) -> Self {
        libm::lgammaf_r(self).0
    }

    #[allow(clippy::cast_possible_truncation, reason = "computed in f64 and rounded once")]
    fn special_polygamma(self, order: u32) -> Self {
        polygamma(order, Self::into(self)) as Self
    }
}

/// `½·erfc(−x/√2)`, with the rounding of `x/√2` put back to first order: in the lower tail it costs `x²` ulp otherwise.
fn normal_cdf(x: f64) -> f64 {
    /// `1/√2` less its nearest float.
    const FRAC_1_SQRT_2_REST: f64 = -4.833_646_656_726_457e-17;
    let scaled = x * FRAC_1_SQRT_2;
    let rounded = 0.5 * libm::erfc(-scaled);
    if scaled.abs() > 40.0 {
        return rounded;
    }
    let rest = x.mul_add(FRAC_1_SQRT_2, -scaled) + x * FRAC_1_SQRT_2_REST;
    rounded + rest * (-(scaled * scaled)).exp() * (0.5 * FRAC_2_SQRT_PI)
}

/// Even Bernoulli numbers `B₂, B₄ …`: the terms of those that follow are less than 10⁻¹⁶ of the sum, for every order.
const BERNOULLI: [f64; 7] = [1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0, -691.0 / 2730.0, 7.0 / 6.0];

/// Beyond this `n!` has no float.
const MAX_ORDER: u32 = 170;

/// `ψ⁽ⁿ⁾(x)`; NaN at the poles −1, −2 … and for orders beyond [`MAX_ORDER`]; at `±0` it is `∓∞` for even orders and `+∞` for
/// odd ones.
fn polygamma(order: u32, x: f64) -> f64 {
    if order > MAX_ORDER {
        return f64::NAN;
    }
    if x == 0.0 {
        return if order.is_multiple_of(2) { -x.recip() } else { f64::INFINITY };
    }
    if x < 0.0 {
        let sign = if order.is_multiple_of(2) { 1.0 } else { -1.0 };
        return sign * polygamma(order, 1.0 - x) - PI * cotangent_derivative(order, x);
    }
    if order == 0 {
        return if x < 12.0 { digamma_below_twelve(x) } else { asymptotic_digamma(x) };
    }
    // ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹ [Σ n!/(x+k)ⁿ⁺¹ + tail(z)]: climb until the asymptotic series is at full precision.
    let target = 12.0 + 2.0 * f64::from(order);
    let (mut z, mut climbed) = (x, 0.0);
    while z < target {
        climbed += factorial_over_power(order, z) / z;
        z += 1.0;
    }
    let sign = if order.is_multiple_of(2) { -1.0 } else { 1.0 };
    sign * (climbed + asymptotic_tail(order, z))
}

/// `n!/zⁿ`, factor by factor, since `n!` alone overflows and `z⁻ⁿ` underflows.
fn factorial_over_power(n: u32, z: f64) -> f64 {
    (1..=n).map(|k| f64::from(k) / z).product()
}

/// The positive zero of `ψ`: its nearest float, and what is left.
const DIGAMMA_ZERO: [f64; 2] = [1.461_632_144_968_362_2, 9.549_995_429_965_697e-17];

/// `ψ⁽ᵏ⁾(x₀)/k!` for `k = 1, 2 …` at the positive zero `x₀`, from 60 digits.
const DIGAMMA_AT_ZERO: [f64; 39] = [
    0.967_672_245_447_621_2,
    -0.442_763_168_983_592_1,
    0.258_499_760_955_651,
    -0.163_942_705_442_406_52,
    0.107_824_050_691_262_37,
    -0.072_199_561_256_454_71,
    0.048_804_288_164_143_11,
    -0.033_161_126_474_847_36,
    0.022_597_648_232_218_104,
    -0.015_424_765_904_948_96,
    0.010_538_791_616_612_175,
    -0.007_204_534_386_356_869,
    0.004_926_781_395_729_853,
    -0.003_369_801_655_439_328,
    0.002_305_126_326_734_928,
    -0.001_576_936_771_430_197_2,
    0.001_078_825_201_916_296_7,
    -0.000_738_070_938_996_005_2,
    0.000_504_953_265_834_602,
    -0.000_345_468_025_106_307_7,
    0.000_236_356_015_640_270_53,
    -0.000_161_706_220_919_748_03,
    0.000_110_633_727_687_474_1,
    -7.569_179_582_195_066e-05,
    5.178_575_795_222_081e-05,
    -3.543_007_094_765_960_4e-05,
    2.424_006_611_860_132e-05,
    -1.658_424_227_185_413_5e-05,
    1.134_638_458_466_385e-05,
    -7.762_817_668_462_094e-06,
    5.311_060_920_889_863_6e-06,
    -3.633_650_789_801_045_6e-06,
    2.486_022_733_129_538e-06,
    -1.700_853_885_433_260_7e-06,
    1.163_667_536_354_884_3e-06,
    -7.961_425_431_241_97e-07,
    5.446_941_930_669_446e-07,
    -3.726_616_128_343_822_7e-07,
    2.549_626_552_021_554e-07,
];

/// `ψ(x)` for `0 < x < 12`: by steps `ψ(x+1) = ψ(x) + 1/x` into `[1, 2)`, and there by the Taylor series about the zero, so
/// that nothing cancels near it. (§6.3.5; the series converges as `0.37ᵏ`.)
fn digamma_below_twelve(x: f64) -> f64 {
    let (mut z, mut steps) = (x, 0.0);
    while z >= 2.0 {
        z -= 1.0;
        steps += z.recip();
    }
    if z < 1.0 {
        steps -= z.recip();
        z += 1.0;
    }
    let t = z - DIGAMMA_ZERO[0] - DIGAMMA_ZERO[1];
    DIGAMMA_AT_ZERO.iter().rev().fold(0.0, |sum, coefficient| (sum + coefficient) * t) + steps
}

/// `ln z − 1/(2z) − Σ B₂ₖ / (2k z²ᵏ)`.
fn asymptotic_digamma(z: f64) -> f64 {
    let inverse_square = (z * z).recip();
    let (mut power, mut series) = (1.0, 0.0);
    for (k, bernoulli) in (1_u32..).zip(BERNOULLI) {
        power *= inverse_square;
        series += bernoulli * power / f64::from(2 * k);
    }
    z.ln() - 0.5 / z - series
}

/// `n!/zⁿ·[1/n + 1/(2z) + Σ B₂ₖ (2k+n−1)! / ((2k)! n! z²ᵏ)]`.
fn asymptotic_tail(order: u32, z: f64) -> f64 {
    let n = f64::from(order);
    let mut coefficient = n.recip();
    let mut series = coefficient + 0.5 / z;
    for (k, bernoulli) in (1_u32..).zip(BERNOULLI) {
        let j = f64::from(2 * k);
        coefficient *= (n + j - 2.0) * (n + j - 1.0) / ((j - 1.0) * j * z * z);
        series += bernoulli * coefficient;
    }
    series * factorial_over_power(order, z)
}

/// `dⁿ/dxⁿ cot(πx)` as a polynomial in `c = cot(πx)`: each derivative maps `p(c)` to `−π (1 + c²) p′(c)`.
fn cotangent_derivative(order: u32, x: f64) -> f64 {
    let from_pole = x - x.round();
    if from_pole == 0.0 || from_pole.is_nan() {
        return f64::NAN;
    }
    let cotangent = if from_pole.abs() > 0.25 {
        (PI * (0.5 - from_pole.abs())).tan().copysign(from_pole)
    } else {
        (PI * from_pole).tan().recip()
    };
    let mut polynomial = vec![0.0, 1.0];
    for _ in 0..order {
        let mut next = vec![0.0; polynomial.len() + 1];
        for (degree, coefficient) in polynomial.iter().enumerate().skip(1) {
            let slope = -PI * coefficient * degree as f64;
            next[degree - 1] += slope;
            next[degree + 1] += slope;
        }
        polynomial = next;
    }
    polynomial.into_iter().rev().reduce(|sum, coefficient| sum * cotangent + coefficient).unwrap_or(f64::NAN)
}
