//! Bytes are a program; every backend runs it, at an ordinary point and at hard ones, and all must agree.

#![no_main]

use anygrad::everyone;
use anygrad_verify::Verdict;
use anygrad_verify::programs::{At, Case, compare, shrink};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Case { program, point, hard } = Case::spelled(bytes);
    let mut panel = everyone();
    let points = [(&point, At::Ordinary)].into_iter().chain(hard.iter().map(|point| (point, At::Hard)));
    for (point, at) in points {
        let mut disagreement = |program: &_, point: &[f64]| {
            let checks = compare("fuzz", program, point, at, &mut panel);
            checks.into_iter().find(|check| check.verdict == Verdict::Disagree)
        };
        if let Some(check) = disagreement(&program, point) {
            let (program, point) = shrink(&program, point, |program, point| {
                (at == At::Hard || program.is_smooth_at(point)) && disagreement(program, point).is_some()
            });
            let check = disagreement(&program, &point).unwrap_or(check);
            panic!("{check}\n{}", program.to_rust(&point));
        }
    }
});
