//! `cargo xtask verify`: every scenario, every operator, every backend against every other; then random programs.

mod grid;
mod json;
mod neuron;
mod programs;
mod self_test;

use std::io::{self, Write};

use anygrad::{Differentiable, everyone};
use anygrad_verify::{Check, Scenario, Summary, Visitor, scenarios};
use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use grid::Grid;

/// What to verify, and how to say it.
#[derive(Args)]
pub(crate) struct Options {
    /// Only scenarios whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// How to print the checks
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
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
    /// inconclusive; an error or bound that is not a finite number is null
    Json,
}

/// Runs the scenarios and the random programs, and fails on a disagreement. A reader that has had enough is no failure.
pub(crate) fn run(options: &Options) -> Result<()> {
    match run_to(options, &mut io::stdout().lock()) {
        Err(error) if is_closed_pipe(&error) => Ok(()),
        result => result,
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn run_to(options: &Options, out: &mut impl Write) -> Result<()> {
    if options.self_test {
        return self_test::run(out);
    }
    let mut count = Count { filter: &options.filter, scenarios: 0 };
    scenarios::each(&mut count);
    ensure!(count.scenarios > 0, "verify: expected a part of a scenario's name, found {:?}", options.filter);
    if options.format == Format::Text {
        neuron::print(out)?;
    }
    let mut run = Run::new(options, count.scenarios + options.programs(), out);
    scenarios::each(&mut run);
    let tally = run.programs();
    let Run { grid, summary, bar, outcome, .. } = run;
    bar.finish_and_clear();
    outcome?;
    if options.format == Format::Text {
        grid.print(out)?;
        write!(out, "{tally}")?;
        writeln!(out, "{summary}")?;
    } else {
        eprint!("{}", tally.failures());
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

/// Runs the scenarios that the filter lets through.
struct Run<'a, W> {
    options: &'a Options,
    out: &'a mut W,
    bar: ProgressBar,
    grid: Grid,
    summary: Summary,
    /// The first failure to write.
    outcome: io::Result<()>,
}

impl<'a, W: Write> Run<'a, W> {
    fn new(options: &'a Options, scenarios: u64, out: &'a mut W) -> Self {
        // Hidden where stderr is no terminal.
        let bar = ProgressBar::with_draw_target(Some(scenarios), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let grid = Grid::new(!options.filter.is_empty());
        Self { options, out, bar, grid, summary: Summary::default(), outcome: Ok(()) }
    }

    fn record(&mut self, scenario: &str, checks: &[Check]) -> io::Result<()> {
        for check in checks {
            self.summary.count(check);
            match self.options.format {
                Format::Text => self.grid.add(scenario, check),
                Format::Json => json::print(self.out, check)?,
            }
        }
        Ok(())
    }

    /// The random programs.
    fn programs(&mut self) -> programs::Tally {
        let Options { seed, .. } = *self.options;
        let mut tally = programs::Tally::default();
        for index in 0..self.options.programs() {
            if self.outcome.is_ok() {
                self.bar.set_message("random programs");
                let checks = tally.run(seed, index);
                self.outcome = self.record("random", &checks);
                self.bar.inc(1);
            }
        }
        tally
    }
}

impl<W: Write> Visitor for Run<'_, W> {
    fn visit<F: Differentiable>(&mut self, scenario: &Scenario<F>) {
        if !scenario.name.contains(&self.options.filter) || self.outcome.is_err() {
            return;
        }
        self.bar.set_message(scenario.name.clone());
        let checks = scenario.run(&mut everyone());
        self.outcome = self.record(&scenario.name, &checks);
        self.bar.inc(1);
    }
}
