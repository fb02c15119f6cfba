//! Every eval on inputs of its own, by every method: how long the function takes, and its derivative.

use std::io::{self, Write};
use std::time::Duration;

use anygrad_gradbench::evals::{EVALS, Eval, Options, Workload};
use anygrad_gradbench::{Error, Job, Method, Repeat, Trial};
use clap::{Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Serialize;

/// Times the evals on random inputs, by every method that serves them
#[derive(Parser)]
#[command(name = "gradbench")]
struct Arguments {
    /// Only evals whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// How to print the times
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// For how long each function is evaluated
    #[arg(long, value_name = "S", default_value_t = 0.5)]
    seconds: f64,
    /// The seed of the inputs
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table
    Text,
    /// One JSON object per line and measurement, times in seconds
    Json,
}

/// How long a function of an eval takes for an input.
#[derive(Serialize)]
struct Measured {
    eval: &'static str,
    workload: &'static str,
    function: &'static str,
    method: &'static str,
    /// Seconds of an evaluation, the least of all.
    seconds: Option<f64>,
    /// In units of the function that is differentiated, if it is one.
    ratio: Option<f64>,
    /// Why there is no time.
    reason: Option<String>,
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let chosen: Vec<&Eval> = EVALS.iter().filter(|eval| eval.name.contains(&arguments.filter)).collect();
    let count = chosen.iter().map(|eval| eval.workloads.len() as u64).sum();
    // Hidden where stderr is no terminal.
    let bar = ProgressBar::with_draw_target(Some(count), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let mut out = io::stdout().lock();
    if arguments.format == Format::Text {
        let titles = ["eval", "workload", "function", "method", "time", "ratio", "per second"];
        let [eval, workload, function, method, time, ratio, rate] = titles;
        writeln!(out, "{eval:<9} {workload:<18} {function:<10} {method:<8} {time:>10} {ratio:>8} {rate:>12}")?;
    }
    for eval in chosen {
        for workload in eval.workloads {
            bar.set_message(format!("{} {}", eval.name, workload.name));
            for measured in measure(eval, workload, &arguments) {
                bar.suspend(|| print(&mut out, &measured, arguments.format))?;
            }
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// The function by itself and its derivative by every method; or each function, if all are derivatives.
fn measure(eval: &Eval, workload: &Workload, arguments: &Arguments) -> Vec<Measured> {
    let input = (workload.input)(&mut StdRng::seed_from_u64(arguments.seed));
    let repeat = Repeat { min_runs: 1, min_seconds: arguments.seconds };
    let run = |function, method| times(eval.prepare(function, input.clone(), Options { method }), repeat);
    let row = |function, base: Option<Duration>| {
        move |(method, time): (&'static str, Result<Duration, String>)| {
            let seconds = time.as_ref().ok().map(Duration::as_secs_f64);
            let ratio = seconds.zip(base).map(|(seconds, base)| seconds / base.as_secs_f64());
            Measured { eval: eval.name, workload: workload.name, function, method, seconds, ratio, reason: time.err() }
        }
    };
    match *eval.functions {
        [(function, _), (derivative, _)] => {
            let plain = run(function, Method::Auto);
            let base = plain.iter().find_map(|(_, time)| time.clone().ok());
            let derivatives = run(derivative, Method::Auto).into_iter().map(row(derivative, base));
            plain.into_iter().map(row(function, None)).chain(derivatives).collect()
        }
        ref functions => {
            let each = functions.iter();
            each.flat_map(|&(function, _)| run(function, Method::Auto).into_iter().map(row(function, None))).collect()
        }
    }
}

/// The least time of an evaluation by each method of a trial, or by the only method that there is.
fn times(job: Result<Box<dyn Job>, Error>, repeat: Repeat) -> Vec<(&'static str, Result<Duration, String>)> {
    let mut job = match job {
        Ok(job) => job,
        Err(error) => return vec![("none", Err(error.to_string()))],
    };
    let least = repeat.time(&mut *job).map(|times| times.into_iter().min().unwrap_or_default());
    let tried = |trial: &Trial| match &trial.time {
        _ if trial.method.name() == job.method() => None,
        Ok(time) => Some((trial.method.name(), Ok(*time))),
        Err(error) => Some((trial.method.name(), Err(error.to_string()))),
    };
    let others = job.trials().iter().filter_map(tried);
    [(job.method(), least.map_err(|error| error.to_string()))].into_iter().chain(others).collect()
}

fn print(out: &mut impl Write, measured: &Measured, format: Format) -> io::Result<()> {
    if format == Format::Json {
        return writeln!(out, "{}", serde_json::to_string(measured)?);
    }
    let Measured { eval, workload, function, method, seconds, ratio, reason } = measured;
    write!(out, "{eval:<9} {workload:<18} {function:<10} {method:<8}")?;
    match (seconds, reason) {
        (Some(seconds), _) => {
            let time = format!("{:.1?}", Duration::from_secs_f64(*seconds));
            let ratio = ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
            writeln!(out, " {time:>10} {ratio:>8} {:>12.1}", 1.0 / seconds)
        }
        (None, reason) => writeln!(out, " {}", reason.as_deref().unwrap_or("no time")),
    }
}
