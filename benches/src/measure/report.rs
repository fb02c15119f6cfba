//! The report: what was measured, as a table and as JSON.

use std::fmt::{self, Write};

use serde::Serialize;
use time::OffsetDateTime;

use crate::peers::VERSIONS;
use crate::suite::{HAND, LIBRARY};

/// A method's time on a workload of `n` inputs.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) workload: &'static str,
    pub(crate) n: usize,
    pub(crate) method: String,
    /// The best mean time of a run.
    pub(crate) ns: f64,
    /// The time in units of the one by hand.
    pub(crate) ratio: f64,
}

/// A method that was not timed, since its answer is wrong.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    pub(crate) workload: &'static str,
    pub(crate) n: usize,
    pub(crate) method: String,
    pub(crate) reason: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {} is wrong and not timed: {}", self.workload, self.n, self.method, self.reason)
    }
}

/// When and how the numbers came about.
pub(crate) struct Heading {
    pub(crate) date: String,
    pub(crate) command: String,
}

impl Heading {
    /// Today, and the command that gives this report.
    pub(crate) fn now(filter: Option<&str>) -> Self {
        let filter = filter.map_or_else(String::new, |filter| format!(" --filter {filter}"));
        Self { date: OffsetDateTime::now_utc().date().to_string(), command: format!("cargo xtask bench{filter}") }
    }
}

/// Everything that a run found, in the order of measurement.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) rows: Vec<Row>,
    pub(crate) wrong: Vec<Wrong>,
}

impl Report {
    /// One object per line.
    pub(crate) fn json(&self) -> serde_json::Result<String> {
        self.rows.iter().map(|row| Ok(serde_json::to_string(row)? + "\n")).collect()
    }

    /// The workloads with their sizes.
    pub(crate) fn workloads(&self) -> Vec<(&'static str, usize)> {
        let timed = self.rows.iter().map(|row| (row.workload, row.n));
        distinct(timed.chain(self.wrong.iter().map(|wrong| (wrong.workload, wrong.n))))
    }

    /// The methods, ours before the peers, the forms of one by their chunk.
    pub(crate) fn methods(&self) -> Vec<&str> {
        let timed = self.rows.iter().map(|row| row.method.as_str());
        let mut methods = distinct(timed.chain(self.wrong.iter().map(|wrong| wrong.method.as_str())));
        methods.sort_by_key(|method| (rank(method), family(method), chunk(method)));
        methods
    }

    /// The row of a method on a workload.
    pub(crate) fn row(&self, (workload, n): (&str, usize), method: &str) -> Option<&Row> {
        self.rows.iter().find(|row| (row.workload, row.n) == (workload, n) && row.method == method)
    }

    /// A Markdown table of ratios, a line for each method, under its date and command.
    pub(crate) fn table(&self, heading: &Heading, legend: &str) -> String {
        let workloads = self.workloads();
        let mut text = format!("Time relative to the derivative by hand, {}, `{}`.\n\n", heading.date, heading.command);
        let titles = workloads.iter().map(|&(workload, n)| format!("{workload} {n}"));
        push_line(&mut text, "method", titles);
        push_line(&mut text, "---", workloads.iter().map(|_| "---:".to_owned()));
        for method in self.methods() {
            push_line(&mut text, method, workloads.iter().map(|&workload| self.cell(workload, method)));
        }
        let absolute =
            workloads.iter().map(|&workload| self.row(workload, HAND).map_or_else(String::new, |row| time(row.ns)));
        push_line(&mut text, "hand takes", absolute);
        text + "\n" + legend + "\n"
    }

    fn cell(&self, workload: (&str, usize), method: &str) -> String {
        let is_this = |wrong: &&Wrong| (wrong.workload, wrong.n) == workload && wrong.method == method;
        match self.row(workload, method) {
            Some(row) => ratio(row.ratio),
            None if self.wrong.iter().any(|wrong| is_this(&wrong)) => "wrong".to_owned(),
            None => String::new(),
        }
    }
}

/// What the names in the table of matrices mean.
pub(crate) const OF_MATRICES: &str = "Matrices of `f64`, on one thread. By hand are the kernels of faer alone: three \
    products, the kernels of ten layers and of their adjoints, one factorisation with two solutions or an inverse. `solve` and \
    `log-determinant` are in units of the primal by `faer`: one factorisation, with one solution or the pivots.";

/// What the names in the table of numbers mean.
pub(crate) fn of_numbers() -> String {
    let peers = VERSIONS.map(|(peer, version)| format!("{peer} {version}")).join(", ");
    format!(
        "The number behind a workload is that of its inputs; `plain` is the function on floats, `forward/5` takes 5 \
         tangents at once, `crate:reverse` is the crate of that name, `echidna/recorded` runs a tape that was recorded \
         before; `native` and `replay` run recorded programs, `/sum` and `/root` such with loops. `pendula` is in units \
         of `plain`, having no derivative by hand. An empty cell was not measured. Peers: {peers}."
    )
}

/// The families of methods that are no peers, in the order of the table.
const OWN: [&str; 9] =
    ["plain", HAND, LIBRARY, "forward", "forward-over-reverse", "reverse", "replay", "native", "finite"];

/// Whether a method is a backend of this workspace, evaluation or the derivative by hand, and no peer.
pub(crate) fn is_own(method: &str) -> bool {
    rank(method) < OWN.len()
}

/// Where a method stands in the table.
fn rank(method: &str) -> usize {
    OWN.iter().position(|&own| own == family(method)).unwrap_or(OWN.len())
}

/// The name without its variant: `forward` of `forward/5`.
fn family(method: &str) -> &str {
    method.split('/').next().unwrap_or(method)
}

/// The number of tangents in the name, if there is one.
fn chunk(method: &str) -> Option<u32> {
    method.split('/').nth(1).and_then(|variant| variant.parse().ok())
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.fold(Vec::new(), |mut seen, item| {
        if !seen.contains(&item) {
            seen.push(item);
        }
        seen
    })
}

fn push_line(text: &mut String, first: &str, cells: impl Iterator<Item = String>) {
    text.push_str("| ");
    text.push_str(first);
    cells.for_each(|cell| {
        let _ = write!(text, " | {cell}");
    });
    text.push_str(" |\n");
}

/// Three digits, no exponent.
fn ratio(ratio: f64) -> String {
    let digits = if ratio < 10.0 {
        2
    } else if ratio < 100.0 {
        1
    } else {
        0
    };
    format!("{ratio:.digits$}")
}

/// Nanoseconds in the unit that reads best.
fn time(ns: f64) -> String {
    match ns {
        ns if ns < 1e3 => format!("{ns:.1} ns"),
        ns if ns < 1e6 => format!("{:.1} µs", ns / 1e3),
        ns => format!("{:.1} ms", ns / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(workload: &'static str, n: usize, method: &str, ns: f64, ratio: f64) -> Row {
        Row { workload, n, method: method.to_owned(), ns, ratio }
    }

    fn report() -> Report {
        let rows = vec![
            row("neuron", 5, HAND, 10.0, 1.0),
            row("neuron", 5, "peer", 125.0, 12.5),
            row("mlp", 193, HAND, 2500.0, 1.0),
            row("mlp", 193, "reverse", 9000.0, 3.6),
        ];
        let reason = "entry 0: expected 1, found 2".to_owned();
        Report { rows, wrong: vec![Wrong { workload: "mlp", n: 193, method: "peer".to_owned(), reason }] }
    }

    #[test]
    fn json_has_one_object_a_line_with_five_fields() {
        let json = report().json().expect("finite numbers and strings");
        let lines: Vec<&str> = json.lines().collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[1], r#"{"workload":"neuron","n":5,"method":"peer","ns":125.0,"ratio":12.5}"#);
    }

    #[test]
    fn the_table_has_a_line_a_method_and_says_what_is_wrong() {
        let heading = Heading { date: "2000-01-02".to_owned(), command: "bench".to_owned() };
        let expected = "Time relative to the derivative by hand, 2000-01-02, `bench`.\n\n\
            | method | neuron 5 | mlp 193 |\n\
            | --- | ---: | ---: |\n\
            | hand | 1.00 | 1.00 |\n\
            | reverse |  | 3.60 |\n\
            | peer | 12.5 | wrong |\n\
            | hand takes | 10.0 ns | 2.5 µs |\n\nLegend.\n";
        assert_eq!(report().table(&heading, "Legend."), expected);
    }

    #[test]
    fn the_heading_gives_date_and_command() {
        let heading = Heading::now(Some("mlp"));
        assert_eq!(heading.command, "cargo xtask bench --filter mlp");
        assert_eq!(heading.date.len(), "2000-01-02".len());
    }

    #[test]
    fn backends_come_before_peers() {
        let methods = ["echidna", "forward/16", "reverse", "forward/4", "forward", "autodiff"];
        let rows = methods.iter().map(|method| row("neuron", 5, method, 1.0, 1.0)).collect();
        let sorted = ["forward", "forward/4", "forward/16", "reverse", "autodiff", "echidna"];
        assert_eq!(Report { rows, wrong: Vec::new() }.methods(), sorted);
        assert!(is_own("forward/5") && is_own("forward-over-reverse") && is_own("reverse"));
        assert!(is_own("native/sum") && is_own("replay"));
        assert!(!is_own("crate:reverse") && !is_own("echidna"));
    }
}
