//! Times every method on every workload, each checked against the derivative by hand first.
//!
//! `cargo xtask bench` builds and starts it. One process measures everything, so that the ratios belong together.

mod matrices;
mod method;
mod own;
mod peers;
mod plot;
mod recorded;
mod report;
mod suite;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use crate::report::{Heading, Report};
use crate::suite::Suite;

/// Times every method on every workload, relative to the derivative by hand
#[derive(Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
struct Options {
    /// What to print: a Markdown table, or one JSON object per line
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Only methods whose `workload/n/method` contains this, as in `mlp` or `rosenbrock/1000/`
    #[arg(long)]
    filter: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let (numbers, matrices) = measure(options.filter.as_deref())?;
    for wrong in numbers.wrong.iter().chain(&matrices.wrong) {
        eprintln!("bench: {wrong}");
    }
    let heading = Heading::now(options.filter.as_deref());
    let text = match options.format {
        Format::Json => numbers.json()? + &matrices.json()?,
        Format::Table => tables(&heading, &numbers, &matrices),
    };
    std::io::stdout().write_all(text.as_bytes())?;
    if options.format == Format::Table && options.filter.is_none() {
        let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
        std::fs::create_dir_all(&results)?;
        std::fs::write(results.join("table.md"), &text)?;
        std::fs::write(results.join("ratios.svg"), plot::draw(&numbers, &heading)?)?;
        eprintln!("bench: wrote table.md and ratios.svg to {}", results.display());
    }
    Ok(())
}

/// A table for each report that has something in it.
fn tables(heading: &Heading, numbers: &Report, matrices: &Report) -> String {
    let all = [(numbers, report::of_numbers()), (matrices, report::OF_MATRICES.to_owned())];
    let some = all.iter().filter(|(report, _)| !report.workloads().is_empty());
    some.map(|(report, legend)| report.table(heading, legend)).collect::<Vec<_>>().join("\n")
}

/// Measures the suites that the filter leaves, with a progress bar on a terminal: those of numbers, and those of matrices.
fn measure(filter: Option<&str>) -> Result<(Report, Report), Box<dyn std::error::Error>> {
    let mut suites = [own::suites(), matrices::suites()];
    suites.iter_mut().flatten().for_each(|suite| suite.retain(filter.unwrap_or_default()));
    let total: usize = suites.iter().flatten().map(Suite::len).sum();
    if total == 0 {
        return Err(format!("expected a filter that names a method, found {}", filter.unwrap_or_default()).into());
    }
    let bar = ProgressBar::new(total as u64).with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}")?);
    let [numbers, matrices] = suites.map(|suites| {
        let mut report = Report::default();
        for suite in suites.into_iter().filter(|suite| suite.len() > 0) {
            bar.set_message(suite.title());
            suite.measure(&mut report, || bar.inc(1));
        }
        report
    });
    bar.finish_and_clear();
    Ok((numbers, matrices))
}
