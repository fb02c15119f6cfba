//! `cargo xtask verify`: every scenario, every operator, every backend against every other; then random programs.
//!
//! A library, so that the scenarios are compiled for every backend once, and not for the tests again; nothing here is generic in
//! what is written to, for the same reason.

mod grid;
pub mod json;
mod neuron;
mod programs;
mod self_test;
mod workers;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::thread;

use anygrad::Differentiable;
use anygrad_verify::{Check, Report, Scenario, Summary, Visitor, scenarios};
use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use grid::Grid;
use programs::Tally;
use workers::{Answer, Item, Work};

/// What to verify, and how to say it.
#[derive(Args)]
pub struct Options {
    /// Only scenarios whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// How to print the checks
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Where to write the report instead of the terminal
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How many random programs to run; none by default if there is a filter
    #[arg(long, value_name = "N")]
    programs: Option<u64>,
    /// The seed of the random programs
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Instead, plant wrong rules in a backend, one at a time, and see that each is flagged by its gate
    #[arg(long)]
    self_test: bool,
}

impl Options {
    /// How many random programs to run.
    fn programs(&self) -> u64 {
        self.programs.unwrap_or(if self.filter.is_empty() { PROGRAMS } else { 0 })
    }
}

/// Random programs of a plain run: a few seconds, without optimisation.
const PROGRAMS: u64 = 1000;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The neuron by every backend, the grid, and a summary
    Text,
    /// One JSON object per line and check: scenario, operator, backend, against, error, bound, verdict, and reason if
    /// inconclusive, detail and parting (the gate where the sides part) if they disagree; an error or bound that is not a
    /// finite number is null
    Json,
    /// Tables: the disagreements with the gate where the sides part, the reasons of inconclusive checks, the operators
    Markdown,
    /// JUnit XML, a case for each check; without random programs (`--programs 0`) a file of a few megabytes
    Junit,
}

/// Runs the scenarios and the random programs. A reader that has had enough is no failure.
///
/// # Errors
/// A disagreement, a filter that lets nothing through, a report that cannot be written.
pub fn run(options: &Options) -> Result<()> {
    let result = match &options.output {
        None => run_to(options, &mut io::stdout().lock()),
        Some(path) => {
            let file = File::create(path).with_context(|| format!("creating {}", path.display()))?;
            let mut out = BufWriter::new(file);
            let result = run_to(options, &mut out);
            out.flush().with_context(|| format!("writing {}", path.display()))?;
            result
        }
    };
    match result {
        Err(error) if is_closed_pipe(&error) => Ok(()),
        result => result,
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// As [`run`], with what is printed going to `out`.
///
/// # Errors
/// As [`run`], and what `out` says.
pub fn run_to(options: &Options, out: &mut dyn Write) -> Result<()> {
    if options.self_test {
        return self_test::run(out);
    }
    let mut count = Count { filter: &options.filter, scenarios: 0 };
    scenarios::each(&mut count);
    ensure!(count.scenarios > 0, "verify: expected a part of a scenario's name, found {:?}", options.filter);
    if options.format == Format::Text {
        neuron::print(out)?;
    }
    let Options { filter, seed, .. } = options;
    let work = Work { filter, scenarios: count.scenarios, programs: options.programs(), seed: *seed };
    let mut run = Run::new(options, out);
    run.run(work)?;
    let Run { grid, report, summary, tally, .. } = run;
    match options.format {
        Format::Text => {
            grid.print(out)?;
            write!(out, "{tally}")?;
            writeln!(out, "{summary}")?;
        }
        Format::Json => {}
        Format::Markdown => out.write_all(report.to_markdown().as_bytes())?,
        Format::Junit => out.write_all(report.to_junit_xml().as_bytes())?,
    }
    if options.format != Format::Text {
        eprint!("{}", tally.failures());
    }
    if options.output.is_some() {
        println!("{summary}");
    }
    ensure!(summary.disagree == 0, "verify: expected agreement, found {} disagreements", summary.disagree);
    Ok(())
}

/// Counts the scenarios that the filter lets through.
struct Count<'a> {
    filter: &'a str,
    scenarios: u64,
}

impl Visitor for Count<'_> {
    fn visit<F: Differentiable>(&mut self, scenario: &Scenario<F>) {
        self.scenarios += u64::from(scenario.name.contains(self.filter));
    }
}

/// What the scenarios and programs have answered.
struct Run<'a> {
    options: &'a Options,
    out: &'a mut dyn Write,
    grid: Grid,
    /// All checks, for the formats that are written at the end.
    report: Report,
    summary: Summary,
    tally: Tally,
}

impl<'a> Run<'a> {
    fn new(options: &'a Options, out: &'a mut dyn Write) -> Self {
        let grid = Grid::new(!options.filter.is_empty());
        Self { options, out, grid, report: Report::default(), summary: Summary::default(), tally: Tally::default() }
    }

    /// Does the work; the first failure to write ends it.
    fn run(&mut self, work: Work<'_>) -> io::Result<()> {
        // Hidden where stderr is no terminal.
        let bar = ProgressBar::with_draw_target(Some(work.items()), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let next = AtomicU64::new(0);
        let outcome = thread::scope(|scope| {
            for Answer { item, checks } in work.start(scope, &next)? {
                let name = match item {
                    Item::Scenario(name) => name,
                    Item::Program(index) => {
                        self.tally.add(work.seed, index, &checks);
                        "random".to_owned()
                    }
                };
                self.record(&name, checks)?;
                bar.set_message(name);
                bar.inc(1);
            }
            Ok(())
        });
        bar.finish_and_clear();
        outcome
    }

    fn record(&mut self, scenario: &str, checks: Vec<Check>) -> io::Result<()> {
        for check in checks {
            self.summary.count(&check);
            match self.options.format {
                Format::Text => self.grid.add(scenario, check),
                Format::Json => json::print(self.out, &check)?,
                Format::Markdown | Format::Junit => self.report.checks.push(check),
            }
        }
        Ok(())
    }
}
