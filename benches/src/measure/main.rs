//! Times every method on every workload, each checked against the derivative by hand first.
//!
//! `cargo xtask bench` builds and starts it. One process measures everything, so that the ratios belong together.

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
    let report = measure(options.filter.as_deref())?;
    for wrong in &report.wrong {
        eprintln!("bench: {wrong}");
    }
    let heading = Heading::now(options.filter.as_deref());
    let text = match options.format {
        Format::Json => report.json()?,
        Format::Table => report.table(&heading),
    };
    std::io::stdout().write_all(text.as_bytes())?;
    if options.format == Format::Table && options.filter.is_none() {
        let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
        std::fs::create_dir_all(&results)?;
        std::fs::write(results.join("table.md"), &text)?;
        std::fs::write(results.join("ratios.svg"), plot::draw(&report, &heading)?)?;
        eprintln!("bench: wrote table.md and ratios.svg to {}", results.display());
    }
    Ok(())
}

/// Measures the suites that the filter leaves, with a progress bar on a terminal.
fn measure(filter: Option<&str>) -> Result<Report, Box<dyn std::error::Error>> {
    let mut suites = own::suites();
    suites.iter_mut().for_each(|suite| suite.retain(filter.unwrap_or_default()));
    let total: usize = suites.iter().map(Suite::len).sum();
    if total == 0 {
        return Err(format!("expected a filter that names a method, found {}", filter.unwrap_or_default()).into());
    }
    let bar = ProgressBar::new(total as u64).with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}")?);
    let mut report = Report::default();
    for suite in suites.into_iter().filter(|suite| suite.len() > 0) {
        bar.set_message(suite.title());
        suite.measure(&mut report, || bar.inc(1));
    }
    bar.finish_and_clear();
    Ok(report)
}
