//! The report: what was measured, as a table and as JSON.

use std::fmt::Write;

use serde::Serialize;
use time::OffsetDateTime;

/// The time of one training step by a library.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) workload: &'static str,
    pub(crate) library: &'static str,
    /// The best mean time of a step.
    pub(crate) ns: f64,
    /// The time in units of ours.
    pub(crate) ratio: f64,
}

/// One object per line.
pub(crate) fn json(rows: &[Row]) -> serde_json::Result<String> {
    rows.iter().map(|row| Ok(serde_json::to_string(row)? + "\n")).collect()
}

/// A Markdown table, a line for each row.
pub(crate) fn table(rows: &[Row]) -> String {
    let date = OffsetDateTime::now_utc().date();
    let mut text = format!("Time of one training step, {date}, `cargo xtask bench networks`.\n\n");
    text.push_str("| network | library | time | in units of ours |\n| --- | --- | ---: | ---: |\n");
    for Row { workload, library, ns, ratio } in rows {
        let _ = writeln!(text, "| {workload} | {library} | {:.1} µs | {ratio:.2} |", ns / 1e3);
    }
    text + "\nBatches of 64, `f32`, one thread: forward, softmax cross-entropy, gradient, update by plain gradient descent. All start \
            from the same parameters, and agree in loss, gradient and updated parameters to 1e-4; candle's gradient of pooling is \
            multiplied by 4 for that. Peers: candle 0.11.1, burn 0.22.1 with its `flex` and `ndarray` backends.\n"
}
