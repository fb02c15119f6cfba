//! Every row of the page of hard points, through dual numbers.

use crate::derivatives::{first, second};
use crate::support::catalogue::{by_method, by_opcode};
use crate::support::ulps::{FIRST_ORDER, SECOND_ORDER, agree, same_bits};
use crate::support::{Row, hard_points};
use anygrad_core::num_traits::Float;
use anygrad_core::{Binary, BinaryOp, Nary, NaryOp, Real, Scalar, Unary, UnaryOp};
use anygrad_forward::Dual;

/// A way to apply a gate.
type Apply<S> = fn(&Row, &[S]) -> S;

fn opcode_or_method<S: Scalar>(row: &Row, x: &[S]) -> S {
    by_opcode(row, x).unwrap_or_else(|| by_method(row, x))
}

/// What a row gets wrong, if anything.
fn failures<R: Real>(row: &Row, apply: Apply<Dual<R, 4>>, nested: Apply<Dual<Dual<R, 1>, 1>>) -> Vec<String> {
    let at: Vec<R> = row.at.iter().map(|&x| R::narrow(x)).collect();
    let mut failures = Vec::new();
    let (value, partials) = first(&at, |x| apply(row, x));
    if !same_bits(value, by_method(row, &at)) {
        failures.push(format!("value {value} ≠ {} of the plain float", by_method(row, &at)));
    }
    if row.value.is_some_and(|expected| !agree(value, expected, FIRST_ORDER)) {
        failures.push(format!("value {value:e} ≠ {:?}", row.value));
    }
    for (i, &partial) in partials.iter().enumerate() {
        if !agree(partial, row.partials[i], FIRST_ORDER) {
            failures.push(format!("∂{i} {partial:e} ≠ {:e}", row.partials[i]));
        }
    }
    for (i, j) in (0..at.len()).flat_map(|i| (0..at.len()).map(move |j| (i, j))) {
        let Some(expected) = row.second(i, j) else { continue };
        let found = second(&at, i, j, |x| nested(row, x));
        if !agree(found, expected, SECOND_ORDER) {
            failures.push(format!("∂{i}∂{j} {found:e} ≠ {expected:e}"));
        }
    }
    failures
}

fn report<R: Real>(rows: &[Row]) {
    let mut wrong = Vec::new();
    for row in rows {
        for (way, found) in [
            ("method", failures::<R>(row, by_method, by_method)),
            ("opcode", failures::<R>(row, opcode_or_method, opcode_or_method)),
        ] {
            if !found.is_empty() {
                wrong.push(format!("{}({:?}) at {:?} by {way}: {}", row.gate, row.constant, row.at, found.join("; ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows fail:\n{}", wrong.len(), 2 * rows.len(), wrong.join("\n"));
}

#[test]
fn in_f64() {
    report::<f64>(&hard_points());
}

/// Rows at points that f32 does not hold, such as 1e200, are skipped, and counted.
#[test]
fn in_f32() {
    let (fit, skipped): (Vec<_>, Vec<_>) = hard_points().into_iter().partition(Row::fits_f32);
    println!("{} rows checked, {} skipped: their points are no f32", fit.len(), skipped.len());
    assert!(skipped.iter().all(|row| row.at.iter().chain(&row.constant).any(|x| x.is_finite() && *x != 0.0)));
    assert_eq!(skipped.len(), SKIPPED_IN_F32);
    report::<f32>(&fit);
}

const SKIPPED_IN_F32: usize = 208;

#[test]
fn every_gate_has_at_least_three_rows() {
    let rows = hard_points();
    let count = |name: &str| rows.iter().filter(|row| row.gate == name).count();
    let unary = UnaryOp::<f64>::samples().into_iter().map(|(op, _)| Unary::<f64>::name(op));
    let binary = BinaryOp::SAMPLES.iter().map(|(op, _)| Binary::<f64>::name(*op));
    let nary = NaryOp::SAMPLES.iter().map(|(op, _)| Nary::<f64>::name(*op));
    let all: Vec<&str> = unary.chain(binary).chain(nary).collect();
    let sparse: Vec<_> = all.iter().filter(|name| count(name) < 3).collect();
    assert!(sparse.is_empty(), "fewer than three rows: {sparse:?}");
    assert!(rows.iter().all(|row| all.contains(&row.gate.as_str())), "a row names no gate");
}

/// Where the exponential overflows, the composition is honest and the fused gate is right.
#[test]
fn an_overflow_inside_is_not_absorbed() {
    let x = Dual::new(800.0, [1.0]);
    assert!(x.exp().ln_1p().tangents[0].is_nan());
    assert_eq!(x.softplus().tangents, [1.0]);
}
