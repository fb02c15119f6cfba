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
}

fn main() -> io::Result<()> {
    let Arguments { backend } = Arguments::parse();
    serve(io::stdin().lock(), io::stdout().lock(), Options { method: backend })
}
