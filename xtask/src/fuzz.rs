//! `cargo xtask fuzz`: every backend by programs that a fuzzer spells, and the loader by files that it changes.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::house::succeed;

/// The targets. Each starts from its folder of `fuzz/seeds`, and keeps what it finds in that of `fuzz/corpus`.
const TARGETS: [&str; 3] = ["programs", "saved", "optimiser"];

/// Longer inputs spell no longer programs.
const MOST_BYTES: &str = "-max_len=4096";

/// Fuzzes each target for some seconds; fails if one finds what it looks for.
pub(crate) fn run(root: &Path, seconds: u64) -> Result<()> {
    require(&["+nightly", "--version"], "a nightly compiler", "rustup toolchain install nightly --profile minimal")?;
    require(&["fuzz", "--version"], "cargo-fuzz", "cargo install cargo-fuzz")?;
    TARGETS.iter().try_for_each(|target| run_target(root, target, seconds))
}

fn run_target(root: &Path, target: &str, seconds: u64) -> Result<()> {
    let (corpus, seeds) = (format!("fuzz/corpus/{target}"), format!("fuzz/seeds/{target}"));
    fs::create_dir_all(root.join(&corpus)).with_context(|| format!("making {corpus}"))?;
    let time = format!("-max_total_time={seconds}");
    let mut run = cargo();
    // What is looked for is disagreement and panics; without the address sanitizer more inputs run in the same time.
    run.args(["+nightly", "fuzz", "run", "--sanitizer", "none", target, &corpus, &seeds, "--", &time, MOST_BYTES]);
    run.current_dir(root);
    succeed(&mut run).with_context(|| format!("fuzz: what {target} found is printed above, if it found something"))
}

/// Checks that cargo has a part, or says how to get it.
fn require(arguments: &[&str], part: &str, install: &str) -> Result<()> {
    let status = cargo().args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = status.is_ok_and(|status| status.success());
    ensure!(found, "fuzz: expected {part}, found none; install it with `{install}`");
    Ok(())
}

/// The cargo of rustup, which takes a toolchain as its first argument; the one that started this program does not.
fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command.env_remove("CARGO").env_remove("RUSTC").env_remove("RUSTUP_TOOLCHAIN");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said() {
        assert!(require(&["--version"], "cargo", "rustup").is_ok());
        let error = require(&["no-such-part"], "a part", "cargo install part").expect_err("there is none such");
        assert_eq!(error.to_string(), "fuzz: expected a part, found none; install it with `cargo install part`");
    }

    #[test]
    fn the_targets_and_their_seeds_are_there() {
        let root = crate::house::root().expect("this package stands in a workspace");
        for target in TARGETS {
            assert!(root.join(format!("fuzz/fuzz_targets/{target}.rs")).is_file());
            assert!(root.join(format!("fuzz/seeds/{target}")).is_dir());
        }
    }
}
