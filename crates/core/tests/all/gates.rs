//! The rows of the gate table at plain floats.

use crate::support::catalogue::{binary_opcode, by_method, by_opcode, nary_linearized, unary_opcode};
use crate::support::ulps::{FIRST_ORDER, agree, same_bits};
use crate::support::{Row, extreme_points, hard_points, ordinary_points};
use anygrad_core::gates::{Clamp, Dot, Logsumexp, MulAdd, Norm, ProductOf, Select, SumOf};
use anygrad_core::{Binary, BinaryOp, Nary, NaryOp, Real, Scalar, Unary, UnaryOp};

/// The partials of a row at floats.
fn partials<R: Real>(row: &Row, at: &[R]) -> Vec<R> {
    if let Some((value, partials)) = nary_linearized(row, at) {
        assert!(same_bits(value, by_method(row, at)), "{row:?}: {value:e} by the gate");
        return partials;
    }
    match *at {
        [x] => unary_opcode(row).map(|op| vec![op.linearize(x).1]),
        [a, b] => binary_opcode::<R>(row).map(|op| {
            let y = op.value(a, b);
            vec![op.partial_lhs(a, b, y), op.partial_rhs(a, b, y)]
        }),
        _ => None,
    }
    .unwrap_or_else(|| panic!("{row:?}: no such gate"))
}

/// What a row gets wrong.
fn failures<R: Real>(row: &Row) -> Vec<String> {
    let at: Vec<R> = row.at.iter().map(|&x| R::narrow(x)).collect();
    let name = format!("{}({:?}) at {:?}", row.gate, row.constant, row.at);
    let mut failures = Vec::new();
    let value = by_method(row, &at);
    if row.value.is_some_and(|expected| !agree(value, expected, FIRST_ORDER)) {
        failures.push(format!("{name}: value {value:e} ≠ {:?}", row.value));
    }
    if row.bears_signs
        && row.value == Some(0.0)
        && row.value.map(f64::is_sign_negative) != Some(value.is_sign_negative())
    {
        failures.push(format!("{name}: value {value:e} has the wrong sign"));
    }
    if by_opcode(row, &at).is_some_and(|by_opcode| !same_bits(by_opcode, value)) {
        failures.push(format!("{name}: not {value:e} by opcode"));
    }
    let found = partials(row, &at);
    assert_eq!(found.len(), row.partials.len(), "{name}");
    for (i, (found, &expected)) in found.into_iter().zip(&row.partials).enumerate() {
        if !agree(found, expected, FIRST_ORDER) {
            failures.push(format!("{name}: ∂{i} {found:e} ≠ {expected:e}"));
        }
    }
    failures
}

/// Checks rows in `f64`, and in `f32` those whose numbers are floats of 24 bits.
fn check(rows: &[Row]) {
    let mut wrong: Vec<_> = rows.iter().flat_map(failures::<f64>).collect();
    wrong.extend(rows.iter().filter(|row| row.fits_f32()).flat_map(failures::<f32>).map(|line| line + " in f32"));
    assert!(wrong.is_empty(), "{} numbers are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Gates whose zero partials are structural.
const PIECEWISE: &[&str] =
    &["abs", "signum", "floor", "ceil", "round", "trunc", "detach", "fract", "relu", "rem", "max", "min", "copysign"];

#[test]
fn piecewise_gates_are_marked() {
    for (op, _) in UnaryOp::<f64>::samples() {
        assert_eq!(op.is_piecewise(), PIECEWISE.contains(&op.name()), "{op:?}");
    }
    for (op, _) in BinaryOp::SAMPLES {
        assert_eq!(Binary::<f64>::is_piecewise(*op), PIECEWISE.contains(&Binary::<f64>::name(*op)), "{op:?}");
    }
    let is_piecewise = [
        Nary::<f64>::is_piecewise(SumOf),
        Nary::<f64>::is_piecewise(ProductOf),
        Nary::<f64>::is_piecewise(Dot),
        Nary::<f64>::is_piecewise(Norm),
        Nary::<f64>::is_piecewise(Logsumexp),
        Nary::<f64>::is_piecewise(MulAdd),
        Nary::<f64>::is_piecewise(Clamp),
        Nary::<f64>::is_piecewise(Select),
    ];
    assert_eq!(is_piecewise, [false, false, false, false, false, false, true, true]);
}

/// A gate of one's own that says nothing is smooth and outside the table.
#[test]
fn defaults_of_an_own_gate() {
    #[derive(Clone, Copy, Debug)]
    struct Own;

    impl<R: Real> Unary<R> for Own {
        fn name(self) -> &'static str {
            "own"
        }
        fn value(self, x: R) -> R {
            x * x
        }
        fn partial<T: Scalar<Real = R>>(self, x: T, _: T) -> T {
            x + x
        }
    }

    impl<R: Real> Binary<R> for Own {
        fn name(self) -> &'static str {
            "own"
        }
        fn value(self, a: R, b: R) -> R {
            a * b
        }
        fn partial_lhs<T: Scalar<Real = R>>(self, _: T, b: T, _: T) -> T {
            b
        }
        fn partial_rhs<T: Scalar<Real = R>>(self, a: T, _: T, _: T) -> T {
            a
        }
    }

    assert_eq!(Unary::<f64>::linearize(Own, 3.0), (9.0, 6.0));
    assert!(!Unary::<f64>::is_piecewise(Own) && Unary::<f64>::opcode(Own).is_none());
    assert!(!Binary::<f64>::is_piecewise(Own) && Binary::<f64>::opcode(Own).is_none());
}

#[test]
fn ordinary() {
    check(&ordinary_points());
}

#[test]
fn at_hard_points() {
    check(&hard_points());
}

#[test]
fn extreme() {
    check(&extreme_points());
}

/// Each gate has a few points of each kind, and extreme ones of both precisions.
#[test]
fn every_gate_has_points_of_every_kind() {
    let unary = UnaryOp::<f64>::samples().into_iter().map(|(op, _)| op.name());
    let binary = BinaryOp::SAMPLES.iter().map(|(op, _)| Binary::<f64>::name(*op));
    let names: Vec<_> =
        unary.chain(binary).chain(NaryOp::SAMPLES.iter().map(|(op, _)| Nary::<f64>::name(*op))).collect();
    for (kind, rows) in [("ordinary", ordinary_points()), ("hard", hard_points()), ("extreme", extreme_points())] {
        for name in &names {
            let of_gate = rows.iter().filter(|row| row.gate == *name);
            assert!(of_gate.clone().count() >= 3, "{name}: {kind}");
            assert!(kind == "hard" || of_gate.clone().any(Row::fits_f32), "{name}: {kind} in f32");
        }
        assert!(rows.iter().all(|row| names.contains(&row.gate.as_str())), "a row names no gate");
    }
}

/// Each test interval lies where the gate has a finite value and finite partials, from end to end.
#[test]
fn samples_are_ordinary() {
    for (op, [low, high]) in UnaryOp::<f64>::samples() {
        for x in [low, (low + high) / 2.0, high] {
            let (value, partial) = op.linearize(x);
            assert!(value.is_finite() && partial.is_finite(), "{} at {x}", op.name());
        }
    }
    for &(op, [[a, _], [_, b]]) in BinaryOp::SAMPLES {
        let y = op.value(a, b);
        assert!(y.is_finite() && op.partial_lhs(a, b, y).is_finite() && op.partial_rhs(a, b, y).is_finite(), "{op:?}");
    }
}

#[test]
fn opcodes_know_themselves() {
    for (op, _) in UnaryOp::<f64>::samples() {
        assert_eq!(op.opcode(), Some(op));
    }
    for (op, _) in BinaryOp::SAMPLES {
        assert_eq!(Binary::<f64>::opcode(*op), Some(*op));
    }
}

#[test]
fn names_are_unique() {
    let unary = UnaryOp::<f64>::samples().into_iter().map(|(op, _)| op.name());
    let binary = BinaryOp::SAMPLES.iter().map(|(op, _)| Binary::<f64>::name(*op));
    let mut names: Vec<_> =
        unary.chain(binary).chain(NaryOp::SAMPLES.iter().map(|(op, _)| Nary::<f64>::name(*op))).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// `∂³aᵇ/∂a∂b² = a^(b−1)·ln a·(2 + b·ln a)`, at `b = 0`, where the slope in `a` is formed from the output.
#[test]
fn third_partial_of_pow() {
    use anygrad_core::num_traits::{Float, One};
    use anygrad_forward::Dual;
    type Two = Dual<Dual<f64, 1>, 1>;
    let exponent: Two = Dual::new(Dual::new(0.0, [1.0]), [Dual::one()]);
    for a in [2.0_f64, 0.3, 7.5] {
        let base: Dual<Two, 1> = Dual::new(Two::constant(a), [Two::one()]);
        let found = base.powf(Dual::from(exponent)).tangent(0).tangent(0).tangent(0);
        let expected = 2.0 * a.ln() / a;
        assert!(agree(found, expected, FIRST_ORDER), "{found} ≠ {expected}");
    }
}

/// `∂y/∂xᵢ` of a product of many factors whose partial products leave the range of the float.
#[test]
fn product_of_factors_of_all_sizes() {
    let factors: Vec<f64> =
        (0..64).map(|i| if i < 32 { 2_f64.powi(-60 - i) } else { 2_f64.powi(60 + i - 32) }).collect();
    let mut seen = 0;
    ProductOf.partials(&factors, f64::NAN, |i, partial| {
        assert_eq!((i, partial), (seen, factors[i].recip()), "the product of all is 1");
        seen += 1;
    });
    assert_eq!(seen, 64);
}

/// A product on the way that is subnormal has lost bits, also where a factor was subnormal already.
#[test]
fn product_with_a_subnormal_factor() {
    let digits = 1.0 + 2_f64.powi(-20);
    let factors = [2_f64.powi(-1000) * digits * 2_f64.powi(-30), 2_f64.powi(-30), 2_f64.powi(1000), 0.5];
    let mut found = Vec::new();
    ProductOf.partials(&factors, 0.0, |_, partial| found.push(partial));
    assert_eq!(found[3], 2_f64.powi(-60) * digits);
}
