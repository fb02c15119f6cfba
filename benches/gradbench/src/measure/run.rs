//! `Run`: when, where and how rows were measured.

use std::fs;
use std::thread::available_parallelism;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use crate::row::Row;
use crate::{Arguments, Failure};

/// When, where and how rows were measured: the line before them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) date: String,
    pub(crate) machine: String,
    pub(crate) command: String,
}

impl Run {
    /// Today, here, and what was asked for. What stands last may differ between runs that are parts of one.
    pub(crate) fn now(arguments: &Arguments) -> Self {
        let mut command = format!("cargo xtask gradbench --seconds {}", arguments.seconds);
        if arguments.multithreaded {
            command += " --multithreaded";
        }
        if arguments.peers {
            command += " --peers";
        }
        if !arguments.beside.is_empty() {
            arguments.beside.iter().for_each(|beside| command += &format!(" --beside {}=…", beside.name));
            arguments.base.iter().for_each(|base| command += &format!(" --base {base}"));
        }
        for (option, text) in [("filter", &arguments.filter), ("workload", &arguments.workload)] {
            if !text.is_empty() {
                command += &format!(" --{option}={text}");
            }
        }
        Self { date: OffsetDateTime::now_utc().date().to_string(), machine: machine(), command }
    }
}

/// The class of the machine: its processor and how many cores there are.
fn machine() -> String {
    let described = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let values = described.lines().filter_map(|line| line.split_once(':'));
        values.into_iter().find_map(|(key, value)| (key.trim() == name).then(|| value.trim()))
    };
    let cores = described.lines().filter(|line| line.starts_with("processor")).count();
    let cores = if cores == 0 { available_parallelism().map_or(1, usize::from) } else { cores };
    let processor = match (field("model name"), field("cpu family"), field("model")) {
        (Some(name), Some(family), Some(model)) => format!("{name}, family {family} model {model}"),
        _ => std::env::consts::ARCH.to_owned(),
    };
    format!("{processor}, {cores} cores")
}

/// What runs have printed as JSON.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) run: Run,
    pub(crate) rows: Vec<Row>,
}

/// The rows of all runs in a text; and their first day, with as much of the command as is the same for all of them.
pub(crate) fn read(text: &str) -> Result<Report, Failure> {
    let (mut run, mut rows): (Option<Run>, _) = (None, Vec::new());
    for (number, line) in text.lines().enumerate() {
        let at = |error: serde_json::Error| format!("line {}: {error}", number + 1);
        let value: Value = serde_json::from_str(line).map_err(at)?;
        if value.get("command").is_some() {
            let next: Run = serde_json::from_value(value).map_err(at)?;
            run = Some(match run {
                None => next,
                Some(run) => Run { command: common(&run.command, &next.command), ..run },
            });
        } else {
            rows.push(serde_json::from_value(value).map_err(at)?);
        }
    }
    Ok(Report { run: run.ok_or("expected a line that says when it was measured, found none")?, rows })
}

/// The words that two commands begin with.
fn common(a: &str, b: &str) -> String {
    let same = a.split(' ').zip(b.split(' ')).take_while(|(a, b)| a == b);
    same.map(|(word, _)| word).collect::<Vec<_>>().join(" ")
}
