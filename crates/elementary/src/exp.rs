//! The exponential, and how far it is above 1, without a branch.
//!
//! `eˣ = 2ⁿ·eʳ` with `n` the integer nearest to `x/ln 2`, `|r| ≤ ½·ln 2`, and the series of `eʳ − 1` up to `r¹³`, whose rest is
//! below `2⁻⁵⁷`. The argument is reduced as in Cody and Waite 1980, "Software Manual for the Elementary Functions", chapter 6:
//! `ln 2` in two parts, the first of so few bits that its product with `n` is exact.

/// The upper bits of `ln 2`, 32 of them.
const LN_2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);

/// The rest of `ln 2`.
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// `1.5·2⁵²`: a number of small magnitude that is added to it is rounded to an integer, which its last bits then are.
const SHIFT: f64 = 6_755_399_441_055_744.0;

/// `1/k!` for `k` from 2 to 13.
const SERIES: [f64; 12] = [
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
];

/// `2ᵏ` for an integer `k` from −1022 to 1023.
#[inline(always)]
fn power_of_two(k: f64) -> f64 {
    const BIAS: u64 = 1023;
    const MANTISSA: u32 = 52;
    f64::from_bits((k + SHIFT).to_bits().wrapping_add(BIAS) << MANTISSA)
}

/// The integer `n` nearest to `x/ln 2`, and `eʳ − 1` of the rest `r`.
#[inline(always)]
fn reduced(x: f64) -> (f64, f64) {
    let n = (x * std::f64::consts::LOG2_E + SHIFT) - SHIFT;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    // In pairs, so that few operations wait for each other.
    let [c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13] = SERIES;
    let (r2, r4) = (r * r, (r * r) * (r * r));
    let low = (c2 + r * c3) + r2 * (c4 + r * c5);
    let middle = (c6 + r * c7) + r2 * (c8 + r * c9);
    let high = (c10 + r * c11) + r2 * (c12 + r * c13);
    (n, r + r2 * (low + r4 * (middle + r4 * high)))
}

/// A number within bounds, NaN as it is.
#[inline(always)]
fn bounded(x: f64, low: f64, high: f64) -> f64 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// `eˣ`.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    // Beyond these every exponential is 0 or infinite.
    let (n, rest) = reduced(bounded(x, -746.0, 710.0));
    // 2ⁿ in two factors: one alone may be too great or too small for a float where the product is not.
    let half = (n * 0.5 + SHIFT) - SHIFT;
    (1.0 + rest) * power_of_two(half) * power_of_two(n - half)
}

/// `eˣ − 1`.
#[inline(always)]
pub(crate) fn exp_m1(x: f64) -> f64 {
    let bounded = bounded(x, -40.0, 710.0);
    let (n, rest) = reduced(bounded);
    // One doubling is left over for the end: 2¹⁰²⁴ is no float.
    let scale = power_of_two(n - 1.0);
    let y = (scale * rest + (scale - 0.5)) * 2.0;
    // A sum of zeros would lose its sign.
    if x == 0.0 { x } else { y }
}
