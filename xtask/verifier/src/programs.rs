//! Random programs by every backend.

use std::fmt;

use anygrad::everyone;
use anygrad_verify::programs::{At, Case, Program, compare, examine, shrink};
use anygrad_verify::{Check, Panel, Summary, Verdict};

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

impl Tally {
    /// Runs the program of this number at its ordinary point and its hard ones.
    pub(crate) fn run(&mut self, seed: u64, index: u64) -> Vec<Check> {
        let mut panel = everyone();
        let case = Case::draw(seed, index);
        let (mut all, mut failing) = (Vec::new(), false);
        for (number, (point, at)) in case.points().enumerate() {
            let label = format!("random/{seed}/{index}@{number}");
            let checks = examine(&label, &case.program, point, at, &mut panel);
            if let Some(check) = checks.iter().find(|check| check.verdict == Verdict::Disagree) {
                if !failing && self.printed.len() < MOST_PRINTED {
                    self.printed.push(reproduction(&case.program, point, at, check, &mut panel));
                }
                failing = true;
            }
            all.extend(checks);
        }
        all.iter().for_each(|check| self.summary.count(check));
        self.seed = seed;
        self.programs += 1;
        self.failing += u64::from(failing);
        all
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
fn reproduction(program: &Program, point: &[f64], at: At, check: &Check, panel: &mut impl Panel) -> String {
    let same = |other: &Check| {
        let key = |check: &Check| (check.operator, check.backend.clone(), check.against.clone());
        other.verdict == Verdict::Disagree && key(other) == key(check)
    };
    let (program, point) = shrink(program, point, |program, point| {
        at.admits(program, point) && compare("shrunk", program, point, at, panel).iter().any(same)
    });
    let checks = examine(&check.scenario, &program, &point, at, panel);
    let found = checks.iter().find(|check| same(check)).unwrap_or(check);
    format!("{found}\n{}\n", program.to_rust(&point))
}
