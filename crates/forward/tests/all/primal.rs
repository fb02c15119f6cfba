//! The primal of a dual number is what the plain float gives, bit for bit, through every method of `Float`.

use crate::support::ulps::same_bits;
use anygrad_core::num_traits::{Float, FromPrimitive, Num, NumCast, One, ToPrimitive, Zero};
use anygrad_core::{Real, Scalar};
use anygrad_forward::Dual;
use proptest::prelude::*;

const SPECIAL: [f64; 26] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    2.0,
    -2.0,
    2.5,
    3.0,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    5e-324,
    -5e-324,
    1e-200,
    1e200,
    709.9,
    -745.1,
    1e22,
    0.999_999_999_999_999_9,
    1.000_000_000_000_000_2,
    std::f64::consts::FRAC_PI_2,
];

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![prop::sample::select(SPECIAL.to_vec()), any::<u64>().prop_map(f64::from_bits), -3.0..3.0, -1e3..1e3]
}

/// Every method of one argument.
fn unary<S: Scalar>(x: S) -> Vec<(&'static str, S)> {
    macro_rules! all {
        ($($method:ident)+) => { vec![$((stringify!($method), Float::$method(x))),+] };
    }
    let mut found = all![
        floor ceil round trunc fract abs signum recip sqrt cbrt exp exp2 exp_m1 ln log2 log10 ln_1p sin cos tan asin acos atan
        sinh cosh tanh asinh acosh atanh to_degrees to_radians
    ];
    let (sin, cos) = x.sin_cos();
    found.extend([("sin_cos.0", sin), ("sin_cos.1", cos), ("neg", -x)]);
    found.extend([("sum", [x, x].iter().sum()), ("product", [x, x].into_iter().product())]);
    found
}

/// Every method and operator of two or three arguments.
fn several<S: Scalar>(a: S, b: S, c: S) -> Vec<(&'static str, S)> {
    vec![
        ("add", a + b),
        ("sub", a - b),
        ("mul", a * b),
        ("div", a / b),
        ("rem", a % b),
        ("powf", a.powf(b)),
        ("log", a.log(b)),
        ("hypot", a.hypot(b)),
        ("atan2", a.atan2(b)),
        ("copysign", a.copysign(b)),
        ("abs_sub", a.abs_sub(b)),
        ("mul_add", a.mul_add(b, c)),
        ("sum", [a, b, c].into_iter().sum()),
        ("product", [a, b, c].iter().product()),
    ]
}

/// Operators with a float on the right.
fn with_float<S: Scalar>(x: S, c: S::Real) -> Vec<(&'static str, S)> {
    let (mut added, mut taken, mut scaled, mut divided) = (x, x, x, x);
    added += c;
    taken -= c;
    scaled *= c;
    divided /= c;
    vec![
        ("add", x + c),
        ("sub", x - c),
        ("mul", x * c),
        ("div", x / c),
        ("rem", x % c),
        ("add_assign", added),
        ("sub_assign", taken),
        ("mul_assign", scaled),
        ("div_assign", divided),
    ]
}

fn assert_same<R: Real, S: Scalar<Real = R>>(duals: Vec<(&str, S)>, floats: Vec<(&str, R)>, at: &[R]) {
    for ((name, dual), (_, float)) in duals.into_iter().zip(floats) {
        assert!(same_bits(dual.primal(), float), "{name} at {at:?}: {} ≠ {float}", dual.primal());
    }
}

type Nested<R> = Dual<Dual<R, 1>, 1>;

/// A number active at both levels.
fn nested<R: Real>(x: R) -> Nested<R> {
    Dual::variable(Dual::variable(x, 0), 0)
}

fn check<R: Real>(a: R, b: R, c: R, n: i32) {
    let [x, y, z] = [a, b, c].map(nested);
    assert_same(unary(x), unary(a), &[a]);
    assert_same(several(x, y, z), several(a, b, c), &[a, b, c]);
    assert_same(several(x, Dual::constant(b), Dual::constant(c)), several(a, b, c), &[a, b, c]);
    assert_same(with_float(x, b), with_float(a, b), &[a, b]);
    assert!(same_bits(x.powi(n).primal(), a.powi(n)), "powi({n}) at {a}");
    // Of equal zeros, f64::max and f64::min may return either.
    assert!(x.max(y).primal() == a.max(b) || (a.is_nan() && b.is_nan()), "max at {a}, {b}");
    assert!(x.min(y).primal() == a.min(b) || (a.is_nan() && b.is_nan()), "min at {a}, {b}");
    if b <= c {
        let (dual, float) = (x.clamp(y, z).primal(), Float::clamp(a, b, c));
        assert!(dual == float || (dual.is_nan() && float.is_nan()), "clamp at {a}, {b}, {c}");
    }
    assert_eq!(x.partial_cmp(&y), a.partial_cmp(&b));
    assert_eq!((x == y, x < y), (a == b, a < b));
    assert_eq!(format!("{x}"), format!("{a}"));
    assert_eq!(x.classify(), a.classify());
    assert_eq!(x.integer_decode(), a.integer_decode());
    assert_eq!((x.to_i64(), x.to_u64()), (a.to_i64(), a.to_u64()));
    assert_eq!(x.to_f64().map(f64::to_bits), a.to_f64().map(f64::to_bits));
    let of_dual = [x.is_nan(), x.is_infinite(), x.is_finite(), x.is_normal(), x.is_subnormal(), x.is_zero()];
    assert_eq!(of_dual, [a.is_nan(), a.is_infinite(), a.is_finite(), a.is_normal(), a.is_subnormal(), a.is_zero()]);
    assert_eq!((x.is_sign_positive(), x.is_sign_negative()), (a.is_sign_positive(), a.is_sign_negative()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_f64(a in float(), b in float(), c in float(), n in -6..7_i32) {
        check(a, b, c, n);
    }

    #[test]
    fn in_f32(a in float(), b in float(), c in float(), n in -6..7_i32) {
        check(f32::narrow(a), f32::narrow(b), f32::narrow(c), n);
    }
}

#[test]
fn at_all_pairs_of_special_points() {
    for (i, a) in SPECIAL.into_iter().enumerate() {
        for (j, b) in SPECIAL.into_iter().enumerate() {
            check(a, b, SPECIAL[(i + j) % SPECIAL.len()], [0, 1, 2, -1, i32::MAX, i32::MIN][(i + j) % 6]);
        }
    }
}

#[test]
fn constants_and_conversions() {
    type D = Nested<f64>;
    let limits = [D::infinity(), D::neg_infinity(), D::neg_zero(), D::max_value(), D::min_value(), D::epsilon()];
    let floats = [f64::INFINITY, f64::NEG_INFINITY, -0.0, f64::MAX, f64::MIN, f64::EPSILON];
    assert!(limits.into_iter().zip(floats).all(|(dual, float)| same_bits(dual.primal(), float) && dual.is_constant()));
    assert_eq!(D::min_positive_value().primal(), f64::MIN_POSITIVE);
    assert!(D::nan().is_nan() && D::zero().is_zero() && D::one().primal() == 1.0);
    assert_eq!(D::from_str_radix("2.5", 10).ok().map(Scalar::primal), Some(2.5));
    assert_eq!(<D as NumCast>::from(7_u8).map(Scalar::primal), Some(7.0));
    assert_eq!(
        [D::from_i64(-3), D::from_u64(3), D::from_f64(0.5)].map(|x| x.map(Scalar::primal)),
        [Some(-3.0), Some(3.0), Some(0.5)]
    );
    assert!(same_bits(std::iter::empty::<D>().sum::<D>().primal(), std::iter::empty::<f64>().sum()));
    assert!(same_bits(std::iter::empty::<D>().product::<D>().primal(), std::iter::empty::<f64>().product()));
}
