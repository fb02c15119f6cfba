//! Agreement, then time.

use std::time::{Duration, Instant};

use crate::report::Row;
use crate::step::{Training, Workload};

/// How far loss, gradient and updated parameters may differ, in units of the largest entry: they are sums of many `f32`.
const TOLERANCE: f32 = 1e-4;

/// The aim for one batch of steps, and how many batches each library has.
const BATCH: Duration = Duration::from_millis(10);
const ROUNDS: u32 = 60;

/// Asks that all libraries find the same loss, gradient and parameters after a step.
///
/// # Errors
/// Who differs in what.
pub(crate) fn check(workload: &mut Workload) -> Result<(), String> {
    let mut found = workload.libraries.iter_mut().map(|(library, training)| {
        let (loss, gradient) = training.gradient();
        training.step();
        (*library, [("loss", vec![loss]), ("gradient", gradient), ("parameters", training.parameters())])
    });
    let Some((first, expected)) = found.next() else { return Ok(()) };
    for (library, answers) in found {
        for ((what, expected), (_, found)) in expected.iter().zip(&answers) {
            if let Some(fault) = fault(found, expected) {
                return Err(format!("{}: {what} by {library} is not that by {first}: {fault}", workload.name));
            }
        }
    }
    Ok(())
}

/// What is wrong with an answer, if anything.
fn fault(found: &[f32], expected: &[f32]) -> Option<String> {
    if found.len() != expected.len() {
        return Some(format!("expected {} entries, found {}", expected.len(), found.len()));
    }
    let scale = expected.iter().fold(0.0_f32, |scale, entry| scale.max(entry.abs()));
    // A NaN is close to nothing.
    let is_close = |(found, expected): (&f32, &f32)| (found - expected).abs() <= TOLERANCE * scale;
    let at = found.iter().zip(expected).position(|pair| !is_close(pair))?;
    Some(format!("entry {at}: expected {}, found {}", expected[at], found[at]))
}

/// The best mean time of a step by each library. They take turns, a batch each, so that what disturbs the machine disturbs them
/// alike.
pub(crate) fn measure(workload: &mut Workload) -> Vec<Row> {
    let libraries = &mut workload.libraries;
    let runs: Vec<u32> = libraries.iter_mut().map(|(_, training)| runs(training.as_mut())).collect();
    let mut best = vec![f64::INFINITY; libraries.len()];
    for _ in 0..ROUNDS {
        for (((_, training), &runs), best) in libraries.iter_mut().zip(&runs).zip(&mut best) {
            *best = best.min(time(training.as_mut(), runs).as_secs_f64() * 1e9 / f64::from(runs));
        }
    }
    let own = best[0];
    let row = |(&(library, _), ns): (&(&'static str, _), &f64)| Row {
        workload: workload.name,
        library,
        ns: *ns,
        ratio: ns / own,
    };
    workload.libraries.iter().zip(&best).map(row).collect()
}

/// How many steps make a batch.
fn runs(training: &mut dyn Training) -> u32 {
    let warm = time(training, 3) / 3;
    (BATCH.as_secs_f64() / warm.as_secs_f64().max(1e-9)).ceil().clamp(1.0, 1e6) as u32
}

fn time(training: &mut dyn Training, runs: u32) -> Duration {
    let start = Instant::now();
    (0..runs).for_each(|_| training.step());
    start.elapsed()
}
