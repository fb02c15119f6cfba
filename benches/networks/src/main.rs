//! Times training steps of networks beside candle and burn, each on one thread, after all were found to agree.
//!
//! `cargo xtask bench networks` builds and starts it. One process measures everything, so that the ratios belong together.

mod burn;
mod candle;
mod lenet;
mod measure;
mod mlp;
mod own;
mod report;
mod start;
mod step;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

/// Times training steps of networks beside candle and burn
#[derive(Parser)]
#[command(name = "cargo xtask bench networks", bin_name = "cargo xtask bench networks")]
struct Options {
    /// What to print: a Markdown table, or one JSON object per line
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// The variables that keep the libraries to one thread, read by rayon (candle, burn) and by matrixmultiply (burn).
const ONE_THREAD: [&str; 2] = ["RAYON_NUM_THREADS", "MATMUL_NUM_THREADS"];

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
    if let Some(name) = ONE_THREAD.iter().find(|name| std::env::var(name).as_deref() != Ok("1")) {
        return Err(format!("expected the environment variable {name} to be 1, so that all run on one thread").into());
    }
    let workloads = step::workloads()?;
    let total: usize = workloads.iter().map(|workload| workload.libraries.len()).sum();
    let bar = ProgressBar::new(total as u64).with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}")?);
    let mut rows = Vec::new();
    for mut workload in workloads {
        bar.set_message(workload.name);
        measure::check(&mut workload)?;
        rows.extend(measure::measure(&mut workload));
        bar.inc(workload.libraries.len() as u64);
    }
    bar.finish_and_clear();
    let text = match options.format {
        Format::Json => report::json(&rows)?,
        Format::Table => report::table(&rows),
    };
    std::io::stdout().write_all(text.as_bytes())?;
    if options.format == Format::Table {
        let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("../results");
        std::fs::write(results.join("networks.md"), &text)?;
        eprintln!("bench: wrote networks.md to {}", results.display());
    }
    Ok(())
}
