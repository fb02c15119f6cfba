//! The promise of `rust-version`: the oldest compiler that builds the workspace.

use std::fmt;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::ci::Outcome;
use crate::house::{House, succeed};

/// A compiler's version, without its patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    major: u32,
    minor: u32,
}

impl Version {
    /// From `1.95` or `1.95.0`, with anything behind.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('.');
        Some(Self { major: parts.next()?.parse().ok()?, minor: parts.next()?.parse().ok()? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Checks the workspace with the oldest promised compiler, if another is in use and that one is installed.
pub(crate) fn check(house: &House) -> Result<Outcome> {
    let text = house.rust_version("anygrad")?;
    let promised = Version::parse(text).with_context(|| format!("rust-version: expected a version, found {text}"))?;
    let in_use = version_in_use()?;
    if in_use < promised {
        bail!("expected rustc {promised} or newer, found {in_use}");
    }
    if in_use == promised {
        println!("rustc {in_use} is the oldest promised: every step before this one was its check");
        return Ok(Outcome::Passed);
    }
    let toolchain = format!("{promised}.0");
    let installed = Command::new("rustup").args(["run", &toolchain, "rustc", "--version"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        return Ok(Outcome::Skipped(format!("rustc {in_use} is in use and toolchain {toolchain} is not installed")));
    }
    let mut check = Command::new("rustup");
    check.args(["run", &toolchain, "cargo", "check", "--workspace"]).current_dir(house.root());
    succeed(check.env_remove("CARGO").env_remove("RUSTC"))?;
    Ok(Outcome::Passed)
}

fn version_in_use() -> Result<Version> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().context("starting rustc")?;
    ensure!(output.status.success(), "rustc --version ended with {}", output.status);
    let line = String::from_utf8(output.stdout)?;
    line.split_whitespace()
        .nth(1)
        .and_then(Version::parse)
        .with_context(|| format!("rustc --version: expected a version, found {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        let parse = |text| Version::parse(text).expect("a version");
        assert_eq!(parse("1.95"), parse("1.95.0"));
        assert_eq!(parse("1.95.0-nightly"), parse("1.95"));
        assert!(parse("1.100.0") > parse("1.95.0"));
        assert!(parse("1.9.3") < parse("1.95"));
        assert_eq!(Version::parse("stable"), None);
        assert_eq!(Version::parse("1"), None);
    }

    #[test]
    fn the_compiler_of_this_test_is_new_enough() {
        let house = House::open().expect("this package stands in a workspace");
        let promised = house.rust_version("anygrad").expect("the facade declares a rust-version");
        assert!(version_in_use().expect("there is a rustc") >= Version::parse(promised).expect("a version"));
    }
}
