//! The checks as a table: scenario by operator, then backend by backend.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anygrad_verify::{Check, Operator, Report, Summary, Verdict};

use super::neuron::write_table;

/// Everything that is printed after the neuron.
pub(crate) struct Grid {
    /// Whether each gate has a row of its own.
    in_full: bool,
    /// Rows in the order in which they came.
    rows: Vec<(String, BTreeMap<Operator, Summary>)>,
    backends: Vec<Standing>,
    /// The checks that do not agree.
    others: Report,
}

/// How one backend fared.
struct Standing {
    name: String,
    summary: Summary,
    /// The largest error over bound in which it took part, and where.
    worst: f64,
    place: String,
}

impl Grid {
    pub(crate) fn new(in_full: bool) -> Self {
        Self { in_full, rows: Vec::new(), backends: Vec::new(), others: Report::default() }
    }

    /// Adds a check of a scenario.
    pub(crate) fn add(&mut self, scenario: &str, check: Check) {
        let name = if self.in_full { scenario } else { family(scenario) };
        self.row(name).entry(check.operator).or_default().count(&check);
        for side in [&check.backend, &check.against] {
            self.standing(side).count(&check);
        }
        if check.verdict != Verdict::Agree {
            self.others.checks.push(check);
        }
    }

    fn row(&mut self, name: &str) -> &mut BTreeMap<Operator, Summary> {
        let index = self.rows.iter().position(|(row, _)| row == name).unwrap_or_else(|| {
            self.rows.push((name.to_owned(), BTreeMap::new()));
            self.rows.len() - 1
        });
        &mut self.rows[index].1
    }

    fn standing(&mut self, name: &str) -> &mut Standing {
        let index = self.backends.iter().position(|standing| standing.name == name).unwrap_or_else(|| {
            self.backends.push(Standing::new(name));
            self.backends.len() - 1
        });
        &mut self.backends[index]
    }

    /// Prints the grid, the backends' standing, why checks are inconclusive, and every disagreement in full.
    pub(crate) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "checks that agree, by scenario and operator (? inconclusive, ! disagree)")?;
        let title = ["scenario".to_owned()].into_iter().chain(Operator::ALL.map(|operator| operator.to_string()));
        let rows = self.rows.iter().map(|(name, row)| {
            let cells = Operator::ALL.map(|operator| row.get(&operator).map_or_else(|| "·".to_owned(), cell));
            [name.clone()].into_iter().chain(cells).collect()
        });
        write_table(out, &[vec![title.collect()], rows.collect()].concat())?;
        writeln!(out)?;
        let title =
            ["side", "agree", "inconclusive", "disagree", "worst error/bound", "at"].map(str::to_owned).to_vec();
        let rows = self.backends.iter().map(Standing::row);
        write_table(out, &[vec![title], rows.collect()].concat())?;
        writeln!(out)?;
        for (reason, count, first) in self.others.reasons() {
            let Check { scenario, operator, backend, against, .. } = first;
            let first = format!("{scenario} · {operator}: {backend} against {against}");
            writeln!(out, "inconclusive: {reason}: {count} checks, the first {first}")?;
        }
        self.others.disagreements().try_for_each(|check| writeln!(out, "{check}"))
    }
}

impl Standing {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), summary: Summary::default(), worst: 0.0, place: "-".to_owned() }
    }

    fn count(&mut self, check: &Check) {
        self.summary.count(check);
        let ratio = check.ratio();
        if check.verdict.reason().is_none() && ratio > self.worst {
            let other = if check.backend == self.name { &check.against } else { &check.backend };
            self.worst = ratio;
            self.place = format!("{} · {} against {other}", check.scenario, check.operator);
        }
    }

    fn row(&self) -> Vec<String> {
        let Summary { agree, disagree, inconclusive, .. } = self.summary;
        let counts = [agree, inconclusive, disagree].map(|count| count.to_string());
        let worst = format!("{:.3}", self.worst);
        [vec![self.name.clone()], counts.to_vec(), vec![worst, self.place.clone()]].concat()
    }
}

/// All gates in one row, all their edge points in another; every other scenario has its own.
fn family(scenario: &str) -> &str {
    ["gate/f32", "gate", "edge"].into_iter().find(|family| scenario.starts_with(family)).unwrap_or(scenario)
}

fn cell(summary: &Summary) -> String {
    let Summary { agree, disagree, inconclusive, .. } = *summary;
    let part = |count: usize, mark: &str| if count > 0 { format!(" {count}{mark}") } else { String::new() };
    format!("{agree}{}{}", part(inconclusive, "?"), part(disagree, "!"))
}
