//! `cargo xtask verify`: every scenario, every operator, every backend against every other.

mod grid;
mod json;
mod neuron;

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
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The neuron by every backend, the grid, and a summary
    Text,
    /// One JSON object per line and check: scenario, operator, backend, against, error, bound, verdict, and reason if
    /// inconclusive; an error or bound that is not a finite number is null
    Json,
}

/// Runs the scenarios, and fails on a disagreement.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut count = Count { filter: &options.filter, scenarios: 0 };
    scenarios::each(&mut count);
    ensure!(count.scenarios > 0, "verify: expected a part of a scenario's name, found {:?}", options.filter);
    let mut out = io::stdout().lock();
    if options.format == Format::Text {
        neuron::print(&mut out)?;
    }
    let mut run = Run::new(options, count.scenarios, &mut out);
    scenarios::each(&mut run);
    let Run { grid, summary, bar, outcome, .. } = run;
    bar.finish_and_clear();
    outcome?;
    if options.format == Format::Text {
        grid.print(&mut out)?;
        writeln!(out, "{summary}")?;
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
