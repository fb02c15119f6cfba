//! `cargo xtask bench`: what every backend and the Rust peers cost, relative to the derivative by hand; `cargo xtask bench
//! networks`: training steps beside candle and burn; `cargo xtask gradbench`: the evals of GradBench.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::house::cargo;

/// The first argument for the networks, which stand in a workspace of their own: their peers are heavy to compile.
const NETWORKS: &str = "networks";

/// What keeps the peers of the networks to one thread.
const ONE_THREAD: [(&str, &str); 2] = [("RAYON_NUM_THREADS", "1"), ("MATMUL_NUM_THREADS", "1")];

/// Builds the program that measures, optimised and with the peers, and hands it the arguments.
pub(crate) fn run(root: &Path, arguments: &[OsString]) -> Result<()> {
    let mut run = cargo(root, &["run", "--quiet", "--release"]);
    match arguments {
        [first, arguments @ ..] if first == NETWORKS => {
            run.args(["--manifest-path", "benches/networks/Cargo.toml", "--"]).args(arguments).envs(ONE_THREAD)
        }
        _ => {
            run.args(["--package", "anygrad-benches", "--features", "peers", "--bin", "measure", "--"]).args(arguments)
        }
    };
    finish(&mut run)
}

/// The option that the Rust crates take part by.
const PEERS: &str = "--peers";

/// What builds their program beside the one that measures.
const WITH_PEERS: [&str; 3] = ["--features", "peers", "--bins"];

/// Builds the program that times the evals of GradBench, optimised, and hands it the arguments.
pub(crate) fn gradbench(root: &Path, arguments: &[OsString]) -> Result<()> {
    let optimised = |command| cargo(root, &[command, "--quiet", "--release", "--package", "anygrad-gradbench"]);
    let mut run = optimised("run");
    if arguments.iter().any(|argument| argument == PEERS) {
        finish(optimised("build").args(WITH_PEERS))?;
        run.args(&WITH_PEERS[..2]);
    }
    finish(run.args(["--bin", "gradbench-measure", "--"]).args(arguments))
}

/// Runs a program whose output goes where this program's goes.
fn finish(run: &mut Command) -> Result<()> {
    let status = run.status().context("starting the measurement")?;
    ensure!(status.success(), "the measurement ended with {status}");
    Ok(())
}
