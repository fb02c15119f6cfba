//! Value, first and second derivative of the gates of one argument, inside their test intervals.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2, LN_10, PI, SQRT_2};

/// `[y, y′, y″]` of a row at its sample of constants; `None` for a row that has no closed form here.
pub(super) fn closed_form(name: &str, x: f64) -> Option<[f64; 3]> {
    algebraic(name, x)
        .or_else(|| exponential(name, x))
        .or_else(|| circular(name, x))
        .or_else(|| hyperbolic(name, x))
        .or_else(|| piecewise(name, x))
        .or_else(|| logistic(name, x))
        .or_else(|| special(name, x))
}

fn algebraic(name: &str, x: f64) -> Option<[f64; 3]> {
    // The power rule for a factor c and an exponent p.
    let power = |c: f64, p: f64| [c * x.powf(p), c * p * x.powf(p - 1.0), c * p * (p - 1.0) * x.powf(p - 2.0)];
    Some(match name {
        "neg" => [-x, -1.0, 0.0],
        // From 0 on, where the test interval lies.
        "from_zero" => [x, 1.0, 0.0],
        "add_const" => [x + 0.7, 1.0, 0.0],
        "mul_const" => [-1.3 * x, -1.3, 0.0],
        "div_const" => [x / 1.7, 1.0 / 1.7, 0.0],
        "recip" => power(1.0, -1.0),
        "sqrt" => power(1.0, 0.5),
        "cbrt" => power(1.0, 1.0 / 3.0),
        "rsqrt" => power(1.0, -0.5),
        "powi" => power(1.0, 3.0),
        "powf" => power(1.0, 2.5),
        _ => return None,
    })
}

fn exponential(name: &str, x: f64) -> Option<[f64; 3]> {
    let log = |base: f64, x: f64| [x.ln() / base, 1.0 / (x * base), -1.0 / (x * x * base)];
    Some(match name {
        "exp" => [x.exp(); 3],
        "exp2" => [(x * LN_2).exp(), LN_2 * (x * LN_2).exp(), LN_2 * LN_2 * (x * LN_2).exp()],
        "exp_m1" => [2.0 * (0.5 * x).sinh() * (0.5 * x).exp(), x.exp(), x.exp()],
        "ln" => log(1.0, x),
        "log2" => log(LN_2, x),
        "log10" => log(LN_10, x),
        "ln_1p" => log(1.0, 1.0 + x),
        _ => return None,
    })
}

fn circular(name: &str, x: f64) -> Option<[f64; 3]> {
    let (sin, cos) = x.sin_cos();
    // 1 − x² and 1 + x², which the inverse functions have roots of.
    let (below, above) = (1.0 - x * x, 1.0 + x * x);
    Some(match name {
        "sin" => [sin, cos, -sin],
        "cos" => [cos, -sin, -cos],
        "tan" => [sin / cos, 1.0 / (cos * cos), 2.0 * sin / cos.powi(3)],
        "asin" => [x.atan2(below.sqrt()), below.powf(-0.5), x * below.powf(-1.5)],
        "acos" => [below.sqrt().atan2(x), -below.powf(-0.5), -x * below.powf(-1.5)],
        "atan" => [x.atan2(1.0), 1.0 / above, -2.0 * x / (above * above)],
        _ => return None,
    })
}

fn hyperbolic(name: &str, x: f64) -> Option<[f64; 3]> {
    let (sinh, cosh) = (x.sinh(), x.cosh());
    let square = x * x;
    Some(match name {
        "sinh" => [sinh, cosh, sinh],
        "cosh" => [cosh, sinh, cosh],
        "tanh" => [sinh / cosh, 1.0 / (cosh * cosh), -2.0 * sinh / cosh.powi(3)],
        "asinh" => [
            x.signum() * (x.abs() + (square + 1.0).sqrt()).ln(),
            (square + 1.0).powf(-0.5),
            -x * (square + 1.0).powf(-1.5),
        ],
        "acosh" => [(x + (square - 1.0).sqrt()).ln(), (square - 1.0).powf(-0.5), -x * (square - 1.0).powf(-1.5)],
        "atanh" => [0.5 * (x.ln_1p() - (-x).ln_1p()), 1.0 / (1.0 - square), 2.0 * x / (1.0 - square).powi(2)],
        _ => return None,
    })
}

fn piecewise(name: &str, x: f64) -> Option<[f64; 3]> {
    // The intervals of these rows are positive and below 1 where the integer part matters.
    Some(match name {
        "abs" | "relu" | "fract" => [x, 1.0, 0.0],
        "signum" | "ceil" => [1.0, 0.0, 0.0],
        "floor" | "round" | "trunc" => [0.0, 0.0, 0.0],
        // A constant, whatever its value is.
        "detach" => [x, 0.0, 0.0],
        _ => return None,
    })
}

/// In hyperbolic functions: `σ = ½(1 + tanh ½x)`, `σ′ = ¼ sech² ½x`, `σ″ = −σ′ tanh ½x`.
fn logistic(name: &str, x: f64) -> Option<[f64; 3]> {
    let (half, slope) = ((0.5 * x).tanh(), 0.25 / (0.5 * x).cosh().powi(2));
    let sigma = 1.0 / (1.0 + (-x).exp());
    Some(match name {
        "sigmoid" => [sigma, slope, -slope * half],
        "log_sigmoid" => [-(1.0 + (-x).exp()).ln(), 1.0 / (1.0 + x.exp()), -slope],
        "softplus" => [(1.0 + x.exp()).ln(), sigma, slope],
        "silu" => [x * sigma, sigma + x * slope, slope * (2.0 - x * half)],
        _ => return None,
    })
}

fn special(name: &str, x: f64) -> Option<[f64; 3]> {
    let bell = 2.0 / PI.sqrt() * (-x * x).exp();
    let (density, cumulative) = (normal_density(x), normal_distribution(x));
    Some(match name {
        "gelu" => [x * cumulative, cumulative + x * density, (2.0 - x * x) * density],
        "one_minus_square" => [(1.0 - x) * (1.0 + x), -2.0 * x, -2.0],
        "normal_cdf" => [cumulative, density, -x * density],
        "erf" => [erf(x), bell, -2.0 * x * bell],
        "erfc" => [2.0 * normal_distribution(-x * SQRT_2), -bell, 2.0 * x * bell],
        "ln_gamma" => [ln_gamma(x), polygamma(x)[0], polygamma(x)[1]],
        "polygamma" => polygamma(x),
        _ => return None,
    })
}

/// `erf x = 2/√π·exp(−x²)·Σ 2ᵏx²ᵏ⁺¹/(2k+1)!!`, all terms of one sign (Abramowitz & Stegun 1964, 7.1.6).
fn erf(x: f64) -> f64 {
    let (mut term, mut sum) = (x, 0.0);
    for k in 1..100 {
        sum += term;
        term *= 2.0 * x * x / f64::from(2 * k + 1);
    }
    2.0 / PI.sqrt() * (-x * x).exp() * sum
}

fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// `Φ(x)`, below −1 by the continued fraction `φ(x)/(|x| + 1/(|x| + 2/(|x| + …)))` (Abramowitz & Stegun 1964, 26.2.14).
fn normal_distribution(x: f64) -> f64 {
    if x > -1.0 {
        0.5 * (1.0 + erf(x * FRAC_1_SQRT_2))
    } else {
        normal_density(x) / (1..400).rev().fold(-x, |tail, k| f64::from(k) / tail - x)
    }
}

/// `B₂ₖ`, the Bernoulli numbers.
const BERNOULLI: [f64; 6] = [1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0, -691.0 / 2730.0];

/// `γ`, the constant of Euler and Mascheroni.
const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;

/// Beyond this the asymptotic series below are exact to rounding.
const FAR: f64 = 20.0;

/// `ln Γ(x)` from the series in `t = x − round x` about 1, where `ln Γ` is 0 and Stirling's series would cancel:
/// `ln Γ(1+t) = −ln(1+t) + t(1−γ) + Σₖ₌₂ (−t)ᵏ(ζ(k)−1)/k` (Abramowitz & Stegun 1964, 6.1.33).
fn ln_gamma(x: f64) -> f64 {
    let t = x - x.round();
    let series: f64 = (2..60).map(|k| (-t).powi(k) * zeta_m1(k) / f64::from(k)).sum();
    let at_one = -t.ln_1p() + t * (1.0 - EULER_GAMMA) + series;
    // Γ(x) = (x−1)(x−2)…(1+t)·Γ(1+t).
    let mut steps = 0.0;
    let mut y = x;
    while y > 1.75 {
        y -= 1.0;
        steps += y.ln();
    }
    at_one + steps
}

/// `ζ(k) − 1`, by the sum and the integral of its tail (Euler-Maclaurin).
fn zeta_m1(k: i32) -> f64 {
    let (n, order) = (60.0_f64, f64::from(k));
    let head: f64 = (2..60).map(|n| f64::from(n).powi(-k)).sum();
    let tail = n.powi(1 - k) / (order - 1.0) + 0.5 * n.powi(-k) + order / 12.0 * n.powi(-k - 1)
        - order * (order + 1.0) * (order + 2.0) / 720.0 * n.powi(-k - 3)
        + order * (order + 1.0) * (order + 2.0) * (order + 3.0) * (order + 4.0) / 30240.0 * n.powi(-k - 5);
    head + tail
}

/// `[ψ, ψ′, ψ″]` by recurrence and asymptotic series (Abramowitz & Stegun 1964, 6.3.18, 6.4.12, 6.4.13).
fn polygamma(x: f64) -> [f64; 3] {
    let (mut x, mut shift) = (x, [0.0; 3]);
    while x < FAR {
        shift[0] -= x.powi(-1);
        shift[1] += x.powi(-2);
        shift[2] -= 2.0 * x.powi(-3);
        x += 1.0;
    }
    let mut sum = [x.ln() - 0.5 / x, x.powi(-1) + 0.5 * x.powi(-2), -x.powi(-2) - x.powi(-3)];
    for (k, b) in (1..).zip(BERNOULLI) {
        sum[0] -= b / f64::from(2 * k) / x.powi(2 * k);
        sum[1] += b / x.powi(2 * k + 1);
        sum[2] -= b * f64::from(2 * k + 1) / x.powi(2 * k + 2);
    }
    [sum[0] + shift[0], sum[1] + shift[1], sum[2] + shift[2]]
}
