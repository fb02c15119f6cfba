//! Random programs by every backend.

use std::fmt;

use anygrad::everyone;
use anygrad_verify::programs::{At, Case, Program, compare, examine, shrink};
use anygrad_verify::{Check, Summary, Verdict};

/// So many programs that fail are shrunk and printed; of the others only the checks are.
const MOST_PRINTED: usize = 3;

/// How the programs of a run came out.
#[derive(Default)]
pub(crate) struct Tally {
    seed: u64,
    programs: u64,
    failing: u64,
    summary: Summary,
    printed: Vec<String>,
}

/// Runs the program of this number at its ordinary point and its hard ones.
pub(crate) fn run(seed: u64, index: u64) -> Vec<Check> {
    let (mut panel, case) = (everyone(), Case::draw(seed, index));
    let points = (0..).zip(case.points());
    points
        .flat_map(|(number, (point, at))| examine(&label(seed, index, number), &case.program, point, at, &mut panel))
        .collect()
}

fn label(seed: u64, index: u64, point: usize) -> String {
    format!("random/{seed}/{index}@{point}")
}

impl Tally {
    /// Adds the checks of the program of this number; the first programs that fail are shrunk.
    pub(crate) fn add(&mut self, seed: u64, index: u64, checks: &[Check]) {
        checks.iter().for_each(|check| self.summary.count(check));
        self.seed = seed;
        self.programs += 1;
        let Some(check) = checks.iter().find(|check| check.verdict == Verdict::Disagree) else {
            return;
        };
        self.failing += 1;
        if self.printed.len() < MOST_PRINTED {
            let case = Case::draw(seed, index);
            let failing = (0..).zip(case.points()).find(|&(number, _)| label(seed, index, number) == check.scenario);
            self.printed.extend(failing.map(|(_, (point, at))| reproduction(&case.program, point, at, check)));
        }
    }

    /// The programs that fail, shrunk, as Rust.
    pub(crate) fn failures(&self) -> String {
        self.printed.concat()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, programs, failing, summary, .. } = self;
        if *programs > 0 {
            f.write_str(&self.failures())?;
            writeln!(f, "programs: {programs}, seed {seed}: {failing} failing, {summary}")?;
        }
        Ok(())
    }
}

/// The smallest program found on which the same two sides disagree about the same operator.
fn reproduction(program: &Program, point: &[f64], at: At, check: &Check) -> String {
    let mut panel = everyone();
    let same = |other: &Check| {
        let key = |check: &Check| (check.operator, check.backend.clone(), check.against.clone());
        other.verdict == Verdict::Disagree && key(other) == key(check)
    };
    let (program, point) = shrink(program, point, |program, point| {
        at.admits(program, point) && compare("shrunk", program, point, at, &mut panel).iter().any(same)
    });
    let checks = examine(&check.scenario, &program, &point, at, &mut panel);
    let found = checks.iter().find(|check| same(check)).unwrap_or(check);
    format!("{found}\n{}\n", program.to_rust(&point))
}
