//! The rows of the gate table at plain floats.

mod support;

use anygrad_core::gates::NARY_SAMPLES;
use anygrad_core::{Binary, BinaryOp, Real, Unary, UnaryOp};
use support::catalogue::{binary_opcode, by_method, by_opcode, unary_opcode};
use support::ulps::{FIRST_ORDER, agree, same_bits};
use support::{Row, hard_points, ordinary_points};

fn rows() -> impl Iterator<Item = Row> {
    hard_points().into_iter().chain(ordinary_points())
}

/// The partials of a row at floats, from its opcode.
fn partials<R: Real>(row: &Row, at: &[R]) -> Option<Vec<R>> {
    match *at {
        [x] => unary_opcode(row).map(|op| vec![op.linearize(x).1]),
        [a, b] => binary_opcode::<R>(row).map(|op| {
            let y = op.value(a, b);
            vec![op.partial_lhs(a, b, y), op.partial_rhs(a, b, y)]
        }),
        _ => None,
    }
}

fn check<R: Real>(row: &Row) {
    let at: Vec<R> = row.at.iter().map(|&x| R::narrow(x)).collect();
    let value = by_method(row, &at);
    assert!(row.value.is_none_or(|expected| agree(value, expected, FIRST_ORDER)), "{row:?}: {value:e}");
    let Some(by_opcode) = by_opcode(row, &at) else { return };
    assert!(same_bits(by_opcode, value), "{row:?}: {by_opcode} by opcode");
    for (found, &expected) in partials(row, &at).into_iter().flatten().zip(&row.partials) {
        assert!(agree(found, expected, FIRST_ORDER), "{row:?}: partial {found:e}");
    }
}

#[test]
fn values_and_partials_in_f64() {
    rows().for_each(|row| check::<f64>(&row));
}

#[test]
fn values_and_partials_in_f32() {
    rows().filter(Row::fits_f32).for_each(|row| check::<f32>(&row));
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
    let mut names: Vec<_> = unary.chain(binary).chain(NARY_SAMPLES.iter().map(|(name, _)| *name)).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// `∂y/∂xᵢ` of a product of many factors whose partial products leave the range of the float.
#[test]
fn product_of_factors_of_all_sizes() {
    use anygrad_core::{Nary, gates::ProductOf};
    let factors: Vec<f64> =
        (0..64).map(|i| if i < 32 { 2_f64.powi(-60 - i) } else { 2_f64.powi(60 + i - 32) }).collect();
    let mut seen = 0;
    ProductOf.partials(&factors, f64::NAN, |i, partial| {
        assert_eq!((i, partial), (seen, factors[i].recip()), "the product of all is 1");
        seen += 1;
    });
    assert_eq!(seen, 64);
}
