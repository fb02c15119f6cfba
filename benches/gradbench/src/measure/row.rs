//! `Row`: a measurement.

use std::fmt;
use std::time::Duration;

use anygrad_gradbench::evals::Eval;
use serde::{Deserialize, Serialize};

/// What our rows have for a tool.
pub(crate) const OWN: &str = "anygrad";

/// The program of the benchmark whose derivatives are written by hand.
pub(crate) const BY_HAND: &str = "manual";

/// How long a function of an eval takes for an input.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) eval: String,
    pub(crate) workload: String,
    pub(crate) function: String,
    pub(crate) tool: String,
    /// Of another tool, its name again.
    pub(crate) method: String,
    /// Seconds of an evaluation, the least of all.
    pub(crate) seconds: Option<f64>,
    /// In units of the function that is differentiated, by the same tool, if it is one.
    pub(crate) ratio: Option<f64>,
    /// In units of the same function by the base.
    pub(crate) multiple: Option<f64>,
    /// Why there is no time, or why it does not count: the output is not ours.
    pub(crate) reason: Option<String>,
}

impl Row {
    /// A row without a measurement.
    pub(crate) fn of(eval: &str, workload: &str, function: &str) -> Self {
        let [eval, workload, function] = [eval, workload, function].map(str::to_owned);
        Self { eval, workload, function, ..Self::default() }
    }

    /// The same function by one of our methods.
    pub(crate) fn by(&self, method: &str, time: Result<Duration, String>) -> Self {
        Self { method: method.to_owned(), ..self.of_tool(OWN, time) }
    }

    /// The same function by another tool.
    pub(crate) fn of_tool(&self, tool: &str, time: Result<Duration, String>) -> Self {
        let (tool, method) = (tool.to_owned(), tool.to_owned());
        let (seconds, reason) = match time {
            Ok(time) => (Some(time.as_secs_f64()), None),
            Err(reason) => (None, Some(reason)),
        };
        Self { tool, method, seconds, reason, ..self.clone() }
    }

    /// The time, if it counts.
    pub(crate) fn valid(&self) -> Option<f64> {
        self.seconds.filter(|_| self.reason.is_none())
    }
}

/// The time of a function by a tool, of ours the first: the fastest method.
pub(crate) fn time<'a>(rows: impl IntoIterator<Item = &'a Row>, function: &str, tool: &str) -> Option<f64> {
    rows.into_iter().find(|row| row.function == function && row.tool == tool)?.valid()
}

/// Sets the rows of a workload in relation to each other.
pub(crate) fn relate(eval: &Eval, rows: &mut [Row], bases: &[String]) {
    let all = rows.to_vec();
    for row in rows {
        let Some(seconds) = row.seconds else { continue };
        if let [(function, _), (derivative, _)] = eval.functions
            && row.function == *derivative
        {
            row.ratio = time(&all, function, &row.tool).map(|unit| seconds / unit);
        }
        let unit = bases.iter().find_map(|base| time(&all, &row.function, base));
        row.multiple = unit.map(|unit| seconds / unit);
    }
}

/// What stands above the rows.
pub(crate) fn titles() -> String {
    let titles = ["eval", "workload", "function", "method", "time", "ratio", "multiple", "per second"];
    let [eval, workload, function, method, time, ratio, multiple, rate] = titles;
    format!("{eval:<9} {workload:<24} {function:<10} {method:<16} {time:>10} {ratio:>8} {multiple:>9} {rate:>12}")
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { eval, workload, function, method, seconds, ratio, multiple, reason, .. } = self;
        write!(f, "{eval:<9} {workload:<24} {function:<10} {method:<16}")?;
        if let Some(seconds) = *seconds {
            let time = format!("{:.1?}", Duration::try_from_secs_f64(seconds).unwrap_or_default());
            let [ratio, multiple] =
                [ratio, multiple].map(|number| number.map_or_else(String::new, |number| format!("{number:.2}")));
            write!(f, " {time:>10} {ratio:>8} {multiple:>9} {:>12.1}", 1.0 / seconds)?;
        }
        reason.as_ref().map_or(Ok(()), |reason| write!(f, " {reason}"))
    }
}
