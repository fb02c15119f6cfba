//! Every eval on inputs of its own, by every method and by other tools: how long the function takes, and its derivative.

mod marks;
mod own;
mod plot;
mod row;
mod run;
mod tools;

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use anygrad_gradbench::Repeat;
use anygrad_gradbench::evals::{EVALS, Eval, Options, Workload};
use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::row::{BY_HAND, OWN, Row};
use crate::run::Run;
use crate::tools::{Beside, Tool};

/// Why the program ends.
type Failure = Box<dyn std::error::Error>;

/// Times the evals on random inputs, by every method that serves them, and by other tools
#[derive(Parser)]
#[command(name = "gradbench")]
struct Arguments {
    /// Only evals whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// Only workloads whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    workload: String,
    /// How to print the times
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// For how long each function is evaluated
    #[arg(long, value_name = "S", default_value_t = 0.5)]
    seconds: f64,
    /// Rows that do not depend on each other on all threads; of ours, not of other tools
    #[arg(long)]
    multithreaded: bool,
    /// The seed of the inputs
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Another tool of the benchmark, by the command that starts it; may be given again. It gets the same inputs right after, and its
    /// output is compared with ours. In a clone of GradBench: `--beside 'manual=python3 python/gradbench/gradbench/cpp.py manual'`
    #[arg(long, value_name = "NAME=COMMAND", value_parser = Beside::parse)]
    beside: Vec<Beside>,
    /// The Rust crates as well, each as a tool of its own; no other tool is needed for that
    #[arg(long)]
    peers: bool,
    /// For how long an answer of another tool is waited for
    #[arg(long, value_name = "S", default_value_t = 60.0, value_parser = seconds)]
    patience: f64,
    /// The tool whose times are the unit of the multiples; of more than one, the first that has a time; `manual` if it is there, and
    /// otherwise `anygrad`, unless said
    #[arg(long, value_name = "NAME")]
    base: Vec<String>,
    /// Draws what runs with `--format json` have printed, as SVG, instead of a run
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table
    Text,
    /// One JSON object per line: when and how it was measured, then the measurements, times in seconds
    Json,
}

impl Arguments {
    /// The tools whose times are the unit, where the one by hand is there or is not.
    fn bases(&self, has_by_hand: bool) -> Vec<String> {
        match self.base.as_slice() {
            [] => vec![if has_by_hand { BY_HAND } else { OWN }.to_owned()],
            bases => bases.to_vec(),
        }
    }
}

/// A time that can be waited for.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|error| format!("{error}"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
    Ok(seconds)
}

fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let mut out = io::stdout().lock();
    match &arguments.plot {
        Some(path) => {
            let report = run::read(&fs::read_to_string(path)?)?;
            let is_by_hand = |row: &Row| row.tool == BY_HAND && row.valid().is_some();
            let bases = arguments.bases(report.rows.iter().any(is_by_hand));
            Ok(write!(out, "{}", plot::draw(&report, &bases)?)?)
        }
        None => measure(&arguments, &mut out),
    }
}

/// Measures and prints.
fn measure(arguments: &Arguments, out: &mut impl Write) -> Result<(), Failure> {
    let patience = Duration::from_secs_f64(arguments.patience);
    let crates = if arguments.peers { tools::crates()? } else { Vec::new() };
    let beside = arguments.beside.iter().chain(&crates);
    let mut tools: Vec<Tool> = beside.map(|beside| Tool::new(beside, patience)).collect::<Result<_, _>>()?;
    let chosen = chosen(arguments);
    // Hidden where stderr is no terminal.
    let bar = ProgressBar::with_draw_target(Some(chosen.len() as u64), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    match arguments.format {
        Format::Text => writeln!(out, "{}", row::titles())?,
        Format::Json => writeln!(out, "{}", serde_json::to_string(&Run::now(arguments))?)?,
    }
    for (eval, workload) in chosen {
        bar.set_message(format!("{} {}", eval.name, workload.name));
        for row in rows(eval, workload, arguments, &mut tools) {
            bar.suspend(|| match arguments.format {
                Format::Text => writeln!(out, "{row}"),
                Format::Json => writeln!(out, "{}", serde_json::to_string(&row)?),
            })?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

/// The workloads that were asked for.
fn chosen(arguments: &Arguments) -> Vec<(&'static Eval, &'static Workload)> {
    let evals = EVALS.iter().filter(|eval| eval.name.contains(&arguments.filter));
    let workloads = evals.flat_map(|eval| eval.workloads.iter().map(move |workload| (eval, workload)));
    workloads.filter(|(_, workload)| workload.name.contains(&arguments.workload)).collect()
}

/// Each function of an eval: by every method, then by each of the other tools.
fn rows(eval: &Eval, workload: &Workload, arguments: &Arguments, tools: &mut [Tool]) -> Vec<Row> {
    let input = (workload.input)(&mut StdRng::seed_from_u64(arguments.seed));
    let repeat = Repeat { min_runs: 1, min_seconds: arguments.seconds };
    let options = Options { multithreaded: arguments.multithreaded, ..Options::default() };
    let mut all = Vec::new();
    for (function, _) in eval.functions {
        let row = Row::of(eval.name, workload.name, function);
        let (mut rows, output) = own::measure(eval, function, &input, (options, repeat), &row);
        rows.extend(tools.iter_mut().map(|tool| tool.measure(&row, &input, repeat, output.as_ref())));
        all.extend(rows);
    }
    let bases = arguments.bases(arguments.beside.iter().any(|beside| beside.name == BY_HAND));
    row::relate(eval, &mut all, &bases);
    all
}
