//! `cargo xtask fuzz`: every backend by programs that a fuzzer spells.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::house::succeed;

/// The target, and from the root what it starts from and what it has found so far.
const TARGET: &str = "programs";
const SEEDS: &str = "fuzz/seeds/programs";
const CORPUS: &str = "fuzz/corpus/programs";

/// Longer inputs spell no longer programs.
const MOST_BYTES: &str = "-max_len=4096";

/// Fuzzes for some seconds; fails if a program is found on which backends disagree.
pub(crate) fn run(root: &Path, seconds: u64) -> Result<()> {
    require(&["+nightly", "--version"], "a nightly compiler", "rustup toolchain install nightly --profile minimal")?;
    require(&["fuzz", "--version"], "cargo-fuzz", "cargo install cargo-fuzz")?;
    fs::create_dir_all(root.join(CORPUS)).with_context(|| format!("making {CORPUS}"))?;
    let time = format!("-max_total_time={seconds}");
    let mut run = cargo();
    // What is looked for is disagreement; without the address sanitizer more programs run in the same time.
    run.args(["+nightly", "fuzz", "run", "--sanitizer", "none", TARGET, CORPUS, SEEDS, "--", &time, MOST_BYTES]);
    run.current_dir(root);
    succeed(&mut run).context("fuzz: a program on which backends disagree is printed above, if one was found")
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
    fn the_target_and_its_seeds_are_there() {
        let root = crate::house::root().expect("this package stands in a workspace");
        assert!(root.join(format!("fuzz/fuzz_targets/{TARGET}.rs")).is_file());
        assert!(root.join(SEEDS).is_dir());
    }
}
