//! `cargo xtask bench`: what every backend and the Rust peers cost, relative to the derivative by hand; `cargo xtask bench
//! networks`: training steps beside candle and burn.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::house::cargo;

/// The first argument for the networks, which stand in a workspace of their own: their peers are heavy to compile.
const NETWORKS: &str = "networks";

/// What keeps the peers of the networks to one thread.
const ONE_THREAD: [(&str, &str); 2] = [("RAYON_NUM_THREADS", "1"), ("MATMUL_NUM_THREADS", "1")];

/// Builds the program that measures, optimised and with the peers, and hands it the arguments; its output goes where
/// this program's goes.
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
    let status = run.status().context("starting the measurement")?;
    ensure!(status.success(), "bench: ended with {status}");
    Ok(())
}
