//! `cargo xtask verify` as a program of its own, so that the other chores need not wait until its scenarios are compiled
//! for every backend.

use std::process::ExitCode;

use clap::Parser;
use verifier::Options;

/// Every scenario, every operator, every backend against every other.
#[derive(Parser)]
#[command(name = "cargo xtask verify", bin_name = "cargo xtask verify")]
struct Verifier {
    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    match verifier::run(&Verifier::parse().options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
