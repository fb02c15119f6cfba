//! Against the standard library's functions, which are within an ulp themselves.

use anygrad_core::{Real, Unary, gates};
use anygrad_elementary::apply;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// How many floats lie between two.
fn distance(a: f64, b: f64) -> u64 {
    let ordered = |x: f64| {
        let bits = x.to_bits().cast_signed();
        if bits < 0 { i64::MIN - bits } else { bits }
    };
    if a.is_nan() && b.is_nan() { 0 } else { ordered(a).abs_diff(ordered(b)) }
}

fn values<R: Real>(gate: impl Unary<R>, x: &[R]) -> Vec<R> {
    let mut y = vec![R::zero(); x.len()];
    apply(gate, x, &mut y);
    y
}

/// Numbers of every magnitude, and every number of a range.
fn numbers(within: f64) -> Vec<f64> {
    let mut rng = StdRng::seed_from_u64(7);
    let spread = (0..200_000).map(|_| rng.random_range(-within..within)).collect::<Vec<_>>();
    let small = (0..20_000).map(|_| rng.random_range(-1.0..1.0) * 2.0_f64.powi(rng.random_range(-1074..1)));
    spread.into_iter().chain(small).collect()
}

const EDGES: [f64; 17] = [
    0.0,
    -0.0,
    f64::MIN_POSITIVE,
    -5e-324,
    1e-300,
    -1e-17,
    0.34657359027997264,
    709.782712893384,
    709.7827128933841,
    -708.3964185322641,
    -745.1332191019411,
    -745.1332191019412,
    f64::MAX,
    f64::MIN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

fn check(name: &str, gate: impl Unary<f64>, exact: impl Fn(f64) -> f64, within: f64, most: u64) {
    let x: Vec<f64> = numbers(within).into_iter().chain(EDGES).collect();
    for (&x, y) in x.iter().zip(values(gate, &x)) {
        let (expected, apart) = (exact(x), distance(y, exact(x)));
        assert!(apart <= most, "{name} {x:e}: expected {expected:e}, found {y:e}, {apart} floats apart");
        assert!(x != 0.0 || y.to_bits() == expected.to_bits(), "{name} of {x:?} is {y:?}");
    }
}

/// Each is an ulp at most from the exact number, and so is the other.
#[test]
fn exponentials() {
    check("exp", gates::Exp, f64::exp, 800.0, 1);
    check("exp", gates::Exp, f64::exp, 2.0, 1);
    check("expm1", gates::ExpM1, f64::exp_m1, 2.0, 2);
    check("expm1", gates::ExpM1, f64::exp_m1, 720.0, 2);
}

/// They are computed in double precision and rounded once more.
#[test]
fn single_precision() {
    let x: Vec<f32> = numbers(100.0).into_iter().map(f32::narrow).collect();
    for (&x, y) in x.iter().zip(values(gates::Exp, &x)) {
        let expected = f64::from(x).exp();
        assert_eq!(y, f32::narrow(expected), "exp {x:e}");
    }
    for (&x, y) in x.iter().zip(values(gates::ExpM1, &x)) {
        assert_eq!(y, f32::narrow(f64::from(x).exp_m1()), "expm1 {x:e}");
    }
}

/// Gates without a form of their own are applied as they are, and nothing is written past the shorter list.
#[test]
fn other_gates_and_lengths() {
    assert_eq!(values(gates::Sin, &[0.5, 2.0]), [0.5_f64.sin(), 2.0_f64.sin()]);
    let mut y = [7.0; 3];
    apply(gates::Exp, &[0.0], &mut y);
    assert_eq!(y, [1.0, 7.0, 7.0]);
    apply(gates::Exp, &[0.0; 5], &mut y);
    assert_eq!(y, [1.0; 3]);
}
