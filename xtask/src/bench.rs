//! `cargo xtask bench`: what every backend and the Rust peers cost, relative to the derivative by hand.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::house::cargo;

/// Builds the program that measures, optimised and with the peers, and hands it the arguments; its output goes where
/// this program's goes.
pub(crate) fn run(root: &Path, arguments: &[OsString]) -> Result<()> {
    let package = ["--package", "anygrad-benches", "--features", "peers", "--bin", "measure", "--"];
    let mut run = cargo(root, &["run", "--quiet", "--release"]);
    let status = run.args(package).args(arguments).status().context("starting the measurement")?;
    ensure!(status.success(), "bench: ended with {status}");
    Ok(())
}
