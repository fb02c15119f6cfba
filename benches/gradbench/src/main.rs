//! A tool for GradBench: it is run as `gradbench run --tool gradbench-tool --eval …`.

use std::io;

use anygrad_gradbench::evals::Options;
use anygrad_gradbench::{Method, serve};
use clap::Parser;

/// Answers the messages of GradBench on standard input, one JSON object a line.
#[derive(Parser)]
#[command(name = "gradbench-tool", version)]
struct Arguments {
    /// How derivatives are computed
    #[arg(long, value_enum, default_value_t)]
    backend: Method,
    /// Computes rows that do not depend on each other on all threads: the observations of ba, by every backend, and the errors of
    /// llsq, as native code. The other evals are not changed: what is long in them is matrix operations, sequences or recursions. Each
    /// number is that of one thread
    #[arg(long)]
    multithreaded: bool,
}

fn main() -> io::Result<()> {
    let Arguments { backend: method, multithreaded } = Arguments::parse();
    serve(io::stdin().lock(), io::stdout().lock(), Options { method, multithreaded })
}
