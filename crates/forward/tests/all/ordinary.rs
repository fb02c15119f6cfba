//! Ordinary points of every gate against 50 digits: value, first, second and third derivatives.

use crate::derivatives::{first, second, third};
use crate::support::catalogue::{by_method, by_opcode};
use crate::support::ulps::{FIRST_ORDER, SECOND_ORDER, agree, agree_to_scale};
use crate::support::{Row, ordinary_points};
use anygrad_core::{Binary, BinaryOp, Nary, NaryOp, Real, Unary, UnaryOp};

/// Checks every row in one float; the errors of second and third derivatives are in units of the largest derivative so
/// far, for they are sums of terms of that size, which may cancel.
fn check<R: Real>() {
    let mut wrong = Vec::new();
    for row in ordinary_points() {
        let at: Vec<R> = row.at.iter().map(|&x| R::narrow(x)).collect();
        let mut fail = |what: String| wrong.push(format!("{}({:?}) at {:?}: {what}", row.gate, row.constant, row.at));
        let (value, partials) = first(&at, |x: &[anygrad_forward::Dual<R, 3>]| by_method(&row, x));
        if !row.value.is_some_and(|expected| agree(value, expected, FIRST_ORDER)) {
            fail(format!("value {value} ≠ {:?}", row.value));
        }
        for (&found, &expected) in partials.iter().zip(&row.partials) {
            if !agree(found, expected, FIRST_ORDER) {
                fail(format!("partial {found:e} ≠ {expected:e}"));
            }
        }
        let scale = row.partials.iter().fold(0.0_f64, |top, x| top.max(x.abs()));
        for (i, j) in (0..at.len()).flat_map(|i| (0..at.len()).map(move |j| (i, j))) {
            let found = second(&at, i, j, |x| by_opcode(&row, x).unwrap_or_else(|| by_method(&row, x)));
            let expected = row.second(i, j).unwrap_or(f64::NAN);
            if !agree_to_scale(found, expected, scale, SECOND_ORDER) {
                fail(format!("∂{i}∂{j} {found:e} ≠ {expected:e}"));
            }
        }
        if let Some(expected) = row.third {
            let found = third(at[0], |x| by_method(&row, &[x]));
            let scale = row.second.iter().flatten().fold(scale, |top, x| top.max(x.abs()));
            if !agree_to_scale(found, expected, scale, THIRD_ORDER) {
                fail(format!("third {found:e} ≠ {expected:e}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} failures:\n{}", wrong.len(), wrong.join("\n"));
}

/// One more product rule than the second order: twice its terms, each with twice its factors.
const THIRD_ORDER: f64 = 4.0 * SECOND_ORDER;

#[test]
fn in_f64() {
    check::<f64>();
}

#[test]
fn in_f32() {
    assert!(ordinary_points().iter().all(Row::fits_f32), "the points are floats of 24 bits");
    check::<f32>();
}

#[test]
fn every_gate_has_points_inside_its_intervals() {
    let rows = ordinary_points();
    let inside = |name: &str, intervals: &[[f64; 2]]| {
        let of_gate: Vec<_> = rows.iter().filter(|row| row.gate == name).collect();
        assert!(of_gate.len() >= 3, "{name} has {} ordinary points", of_gate.len());
        for (x, [low, high]) in of_gate.iter().flat_map(|row| row.at.iter().zip(intervals)) {
            assert!(low <= x && x <= high, "{name}: {x} is outside of [{low}, {high}]");
        }
    };
    for (op, interval) in UnaryOp::<f64>::samples() {
        inside(op.name(), &[interval]);
    }
    for (op, intervals) in BinaryOp::SAMPLES {
        inside(Binary::<f64>::name(*op), intervals);
    }
    for (op, _) in NaryOp::SAMPLES {
        inside(Nary::<f64>::name(*op), &[]);
    }
}
