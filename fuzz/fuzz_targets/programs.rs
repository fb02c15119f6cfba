//! Bytes are a program; every backend runs it, at an ordinary point and at hard ones, and all must agree.

#![no_main]

use anygrad::everyone;
use anygrad_verify::Verdict;
use anygrad_verify::programs::{Case, compare, shrink};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let case = Case::spelled(bytes);
    let mut panel = everyone();
    for (point, at) in case.points() {
        let mut disagreement = |program: &_, point: &[f64]| {
            let checks = compare("fuzz", program, point, at, &mut panel);
            checks.into_iter().find(|check| check.verdict == Verdict::Disagree)
        };
        if let Some(check) = disagreement(&case.program, point) {
            let (program, point) = shrink(&case.program, point, |program, point| {
                at.admits(program, point) && disagreement(program, point).is_some()
            });
            let check = disagreement(&program, &point).unwrap_or(check);
            panic!("{check}\n{}", program.to_rust(&point));
        }
    }
});
