//! The chores of the house, as `cargo xtask <command>`.

mod bench;
mod ci;
mod fuzz;
mod house;
mod msrv;
mod oracle;
mod tidy;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The chores of the house.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Chores {
    #[command(subcommand)]
    command: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// What every backend and the Rust peers cost, relative to the derivative by hand; `bench networks`: training steps
    /// beside candle and burn
    #[command(disable_help_flag = true)]
    Bench {
        /// What the measurement takes: see `cargo xtask bench --help`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Every check, cheapest first, up to the first that fails
    Ci {
        /// Only these steps
        steps: Vec<String>,
    },
    /// Every backend by programs that a fuzzer spells; needs nightly and cargo-fuzz
    Fuzz {
        /// For how long
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// The evals of GradBench on random inputs, by every method; beside them by the Rust peers, and by other tools of the benchmark
    #[command(disable_help_flag = true)]
    Gradbench {
        /// What the measurement takes: see `cargo xtask gradbench --help`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// The numbers that the tests of the gates expect, again with many more digits; needs python3 and mpmath
    Oracle {
        /// Write the data anew
        #[arg(long)]
        write: bool,
    },
    /// What the house promises of its text: one gate table, strangers as siblings, short files
    Tidy,
    /// Every scenario, every operator, every backend against every other
    #[command(disable_help_flag = true)]
    Verify {
        /// What the verifier takes: see `cargo xtask verify --help`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let result = match Chores::parse().command {
        Chore::Bench { arguments } => house::root().and_then(|root| bench::run(&root, &arguments)),
        Chore::Ci { steps } => ci::run(&steps),
        Chore::Fuzz { seconds } => house::root().and_then(|root| fuzz::run(&root, seconds)),
        Chore::Gradbench { arguments } => house::root().and_then(|root| bench::gradbench(&root, &arguments)),
        Chore::Oracle { write } => house::root().and_then(|root| oracle::run(&root, write)),
        Chore::Tidy => house::root().and_then(|root| tidy::run(&root)),
        Chore::Verify { arguments } => house::root().and_then(|root| house::verify(&root, &arguments)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
