//! A Rust crate as a tool for GradBench: it is run as `gradbench run --tool 'gradbench-peer CRATE' --eval …`.

use std::io;

use anygrad_gradbench::peers::Crate;
use anygrad_gradbench::serve;
use clap::Parser;

/// Answers the messages of GradBench on standard input by a crate, one JSON object a line.
#[derive(Parser)]
#[command(name = "gradbench-peer", version)]
struct Arguments {
    /// What differentiates
    #[arg(value_enum, value_name = "CRATE")]
    library: Crate,
}

fn main() -> io::Result<()> {
    let Arguments { library } = Arguments::parse();
    serve(io::stdin().lock(), io::stdout().lock(), library)
}
