//! Values of gates as functions of the emitted source, by the same formulas that the gate table evaluates.

use std::collections::BTreeSet;

/// Functions of `libm`: our name, theirs without the `f` of `f32`, and the number of arguments.
const LIBM: &[(&str, &str, usize)] = &[
    ("sqrt", "sqrt", 1),
    ("cbrt", "cbrt", 1),
    ("exp", "exp", 1),
    ("exp2", "exp2", 1),
    ("exp_m1", "expm1", 1),
    ("ln", "log", 1),
    ("log2", "log2", 1),
    ("log10", "log10", 1),
    ("ln_1p", "log1p", 1),
    ("sin", "sin", 1),
    ("cos", "cos", 1),
    ("tan", "tan", 1),
    ("asin", "asin", 1),
    ("acos", "acos", 1),
    ("atan", "atan", 1),
    ("sinh", "sinh", 1),
    ("cosh", "cosh", 1),
    ("tanh", "tanh", 1),
    ("asinh", "asinh", 1),
    ("atanh", "atanh", 1),
    ("abs", "fabs", 1),
    ("floor", "floor", 1),
    ("ceil", "ceil", 1),
    ("round", "round", 1),
    ("trunc", "trunc", 1),
    ("erf", "erf", 1),
    ("erfc", "erfc", 1),
    ("pow", "pow", 2),
    ("hypot", "hypot", 2),
    ("atan2", "atan2", 2),
    ("copysign", "copysign", 2),
    ("fma", "fma", 3),
];

/// Other functions: name, arguments, body, and what the body calls.
const OTHERS: &[(&str, &str, &str, &[&str])] = &[
    // Of libm, below 1 any number may come out.
    ("acosh", "x: F", "if x < 1.0 { F::NAN } else { libm::acosh{f}(x) }", &[]),
    ("recip", "x: F", "1.0 / x", &[]),
    ("rsqrt", "x: F", "1.0 / (sqrt(x) + 0.0)", &["sqrt"]),
    ("one_minus_square", "x: F", "if abs(x) < 0.5 { 1.0 - x * x } else { (1.0 - x) * (1.0 + x) }", &["abs"]),
    ("from_zero", "x: F", "if x < 0.0 { F::NAN } else { x + 0.0 }", &[]),
    ("signum", "x: F", "if x.is_nan() { x } else { copysign(1.0, x) }", &["copysign"]),
    ("fract", "x: F", "x - trunc(x)", &["trunc"]),
    ("ln_gamma", "x: F", "libm::lgamma{f}_r(x).0", &[]),
    ("relu", "x: F", "if x > 0.0 || x.is_nan() { x } else { 0.0 }", &[]),
    ("sigmoid", "x: F", "if x > 0.0 { 1.0 / (exp(-x) + 1.0) } else { exp(x) / (exp(x) + 1.0) }", &["exp"]),
    ("softplus", "x: F", "if x > 0.0 { x + ln_1p(exp(-x)) } else { ln_1p(exp(x)) }", &["exp", "ln_1p"]),
    ("log_sigmoid", "x: F", "-softplus(-x)", &["softplus"]),
    (
        "silu",
        "x: F",
        "if x == F::NEG_INFINITY {
            return 0.0;
        }
        let s = sigmoid(x);
        if s.is_normal() {
            x * s
        } else {
            let half = exp(x * 0.5);
            x * half * half
        }",
        &["sigmoid", "exp"],
    ),
    (
        "normal_cdf",
        "x: F",
        "let x = x as f64;
        let scaled = x * core::f64::consts::FRAC_1_SQRT_2;
        let rounded = 0.5 * libm::erfc(-scaled);
        if libm::fabs(scaled) > 40.0 {
            return rounded as F;
        }
        let rest = libm::fma(x, core::f64::consts::FRAC_1_SQRT_2, -scaled) + x * -4.833_646_656_726_457e-17;
        (rounded + rest * libm::exp(-(scaled * scaled)) * (0.5 * core::f64::consts::FRAC_2_SQRT_PI)) as F",
        &[],
    ),
    ("gelu", "x: F", "if x == F::NEG_INFINITY { 0.0 } else { x * normal_cdf(x) }", &["normal_cdf"]),
    (
        "powi",
        "x: F, n: i32",
        "let (mut left, mut square, mut power) = (n.unsigned_abs(), x, 1.0);
        loop {
            if left & 1 == 1 {
                power *= square;
            }
            left >>= 1;
            if left == 0 {
                break;
            }
            square *= square;
        }
        if n < 0 { 1.0 / power } else { power }",
        &[],
    ),
    ("xlogy", "a: F, b: F", "if a == 0.0 && b >= 0.0 { 0.0 } else { a * ln(b) }", &["ln"]),
    (
        "logaddexp",
        "a: F, b: F",
        "let (low, high) = if a > b { (b, a) } else { (a, b) };
        if low == high && high.is_infinite() { high } else { high + ln_1p(exp(low - high)) }",
        &["exp", "ln_1p"],
    ),
    (
        "logsumexp",
        "terms: &[F]",
        "let top = terms.iter().fold(F::NEG_INFINITY, |top, &x| top.max(x));
        if top.is_finite() {
            top + ln(terms.iter().fold(0.0, |sum, &x| sum + exp(x - top)))
        } else {
            terms.iter().fold(top, |sum, &x| if x.is_nan() { x } else { sum })
        }",
        &["exp", "ln"],
    ),
    (
        "norm",
        "components: &[F]",
        "let top = components.iter().fold(0.0, |top: F, &x| top.max(abs(x)));
        if top.is_infinite() {
            return top;
        }
        let safe = sqrt(sqrt(F::MAX));
        let scale = if top > safe || (top < 1.0 / safe && top > 0.0) {
            exp2(floor(log2(top)).min(floor(log2(F::MAX)) - 1.0))
        } else {
            1.0
        };
        let squares = components.iter().fold(0.0, |sum, &x| sum + (x / scale) * (x / scale));
        sqrt(squares) * scale",
        &["abs", "sqrt", "exp2", "log2", "floor"],
    ),
    (
        "clamp",
        "x: F, low: F, high: F",
        "if low > high || low.is_nan() || high.is_nan() {
            F::NAN
        } else if x < low {
            low
        } else if x > high {
            high
        } else {
            x
        }",
        &[],
    ),
    ("select", "x: F, a: F, b: F", "if x.is_nan() { x } else if x > 0.0 { a } else { b }", &[]),
    ("masked", "test: F, x: F", "if test == 0.0 { 0.0 } else { x }", &[]),
    ("is_same", "a: F, b: F", "a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())", &[]),
];

/// The functions that some code calls, and those that they call.
#[derive(Clone, Debug, Default)]
pub(super) struct Math {
    called: BTreeSet<&'static str>,
}

impl Math {
    /// A call of a function that there is, or `None`.
    pub(super) fn call(&mut self, name: &str, args: &[String]) -> Option<String> {
        let known = LIBM.iter().map(|(name, ..)| name).chain(OTHERS.iter().map(|(name, ..)| name));
        let name = *known.into_iter().find(|&&known| known == name)?;
        self.need(name);
        Some(format!("math::{name}({})", args.join(", ")))
    }

    fn need(&mut self, name: &'static str) {
        if self.called.insert(name)
            && let Some((.., needs)) = OTHERS.iter().find(|(other, ..)| *other == name)
        {
            needs.iter().for_each(|need| self.need(need));
        }
    }

    /// Whether a function of `libm` is among them.
    pub(super) fn needs_libm(&self) -> bool {
        let called = |name: &&str| self.called.contains(name);
        LIBM.iter().any(|(name, ..)| called(name))
            || OTHERS.iter().any(|(name, _, body, _)| called(name) && body.contains("libm::"))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.called.is_empty()
    }

    /// The module with all functions that are called.
    pub(super) fn module(&self, float: &str) -> String {
        if self.is_empty() {
            return String::new();
        }
        let mut text = format!("#[allow(clippy::all, dead_code)]\nmod math {{\n    type F = {float};\n");
        let suffix = if float == "f32" { "f" } else { "" };
        for (name, theirs, arity) in LIBM.iter().filter(|(name, ..)| self.called.contains(name)) {
            let names = &["x", "y", "z"][..*arity];
            let typed = names.iter().map(|name| format!("{name}: F")).collect::<Vec<_>>().join(", ");
            text += &format!(
                "\n    #[inline]\n    pub fn {name}({typed}) -> F {{\n        libm::{theirs}{suffix}({})\n    }}\n",
                names.join(", ")
            );
        }
        for (name, args, body, _) in OTHERS.iter().filter(|(name, ..)| self.called.contains(name)) {
            let kind = if *name == "is_same" { "bool" } else { "F" };
            text += &format!(
                "\n    #[inline]\n    pub fn {name}({args}) -> {kind} {{\n        {}\n    }}\n",
                body.replace("{f}", suffix)
            );
        }
        text + "}\n"
    }
}
