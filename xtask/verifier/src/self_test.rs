//! Would the checks notice a wrong rule?

use std::io::Write;

use anygrad::Forward;
use anygrad_verify::Exact;
use anygrad_verify::programs::Step;
use anygrad_verify::self_test::{PLANTS, Planted};
use anyhow::{Result, ensure};

/// Prints a line for each planted fault, and last how many were flagged with the right gate; fails if not all were.
pub(crate) fn run(out: &mut dyn Write) -> Result<()> {
    let mut flagged = 0;
    for planted in PLANTS {
        let named = named(*planted);
        let right = named.as_ref().is_some_and(|gates| *gates == planted.gates());
        let verdict = match &named {
            None => "not noticed".to_owned(),
            Some(gates) if gates.is_empty() => "flagged: no gate, the backend itself".to_owned(),
            Some(gates) => format!("flagged: {}", gates.join(", ")),
        };
        writeln!(out, "{:14} {:12} {verdict}", planted.gate, format!("{:?}", planted.fault))?;
        flagged += usize::from(right);
    }
    writeln!(out, "flagged {flagged}/{}", PLANTS.len())?;
    ensure!(flagged == PLANTS.len(), "self-test: expected {} faults flagged, found {flagged}", PLANTS.len());
    Ok(())
}

/// The gates of the smallest program that brings the fault to light.
fn named(planted: Planted) -> Option<Vec<&'static str>> {
    let found = planted.find(&mut Exact::new(Forward::new()))?;
    Some(found.program.steps.iter().filter_map(Step::gate).collect())
}
