//! `cargo xtask oracle`: the numbers that the tests of the gates expect, computed again with many more digits.
//!
//! Python and mpmath know nothing of the gate table: the scripts beside the data state each gate as its mathematical
//! definition. The data are committed, so that the tests need neither.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// The scripts and their data, from the root.
const DATA: &str = "crates/core/tests/data";

/// Each writes the file of its name.
const TABLES: &[&str] = &["ordinary", "extreme"];

/// Rechecks the numbers of the page of hard points, whose rules no definition gives.
const PAGE: &str = "hard_points";

/// So many lines of a file that differ are shown.
const MOST_SHOWN: usize = 10;

/// Runs every script, compares with what is committed or writes it anew; fails on a difference.
pub(crate) fn run(root: &Path, write: bool) -> Result<()> {
    let oracle = Oracle::open(root, "python3")?;
    let mut differing = Vec::new();
    for name in TABLES {
        if !oracle.table(name, write)? {
            differing.push(format!("{name}.csv"));
        }
    }
    if !oracle.page()? {
        differing.push(format!("{PAGE}.md"));
    }
    if differing.is_empty() {
        println!("oracle: nothing differs");
        return Ok(());
    }
    let advice =
        if write { "the page is mended by hand" } else { "`cargo xtask oracle --write` writes the tables anew" };
    bail!("oracle: expected the committed numbers, found others in {}; {advice}", differing.join(", "));
}

struct Oracle {
    python: String,
    data: PathBuf,
}

impl Oracle {
    /// Looks for Python and for the mpmath that the scripts need.
    fn open(root: &Path, python: &str) -> Result<Self> {
        let data = root.join(DATA);
        let requirement = fs::read_to_string(data.join("requirements.txt")).context("reading requirements.txt")?;
        let requirement = requirement.trim();
        let version = Command::new(python).args(["-c", "import mpmath; print(mpmath.__version__)"]).output();
        let Ok(version) = version else {
            bail!("oracle: expected `{python}` on the path, found none; install Python 3 and then `{requirement}`");
        };
        ensure!(
            version.status.success(),
            "oracle: expected mpmath in {python}, found none; install it with `{python} -m pip install {requirement}`"
        );
        let found = String::from_utf8_lossy(&version.stdout).trim().to_owned();
        if !requirement.ends_with(&format!("=={found}")) {
            println!("note: mpmath {found} is in use, and the data were written by {requirement}");
        }
        Ok(Self { python: python.to_owned(), data })
    }

    /// Whether a table is as its script computes it, or is now.
    fn table(&self, name: &str, write: bool) -> Result<bool> {
        println!("$ {} {name}.py", self.python);
        let output = self.script(name).output().with_context(|| format!("starting {name}.py"))?;
        ensure!(output.status.success(), "{name}.py: {}", String::from_utf8_lossy(&output.stderr));
        let computed = String::from_utf8(output.stdout).with_context(|| format!("reading what {name}.py wrote"))?;
        let path = self.data.join(format!("{name}.csv"));
        let committed = fs::read_to_string(&path).unwrap_or_default();
        let differences = differences(&committed, &computed);
        let lines = computed.lines().count();
        println!("{name}.csv: {lines} lines computed, {} differ", differences.len());
        differences.iter().take(MOST_SHOWN).for_each(|line| println!("{name}.csv:{line}"));
        if write {
            fs::write(&path, computed).with_context(|| format!("writing {}", path.display()))?;
        }
        Ok(write || differences.is_empty())
    }

    /// Whether the page is right; its script prints what is not.
    fn page(&self) -> Result<bool> {
        println!("$ {} {PAGE}.py", self.python);
        let status = self.script(PAGE).status().with_context(|| format!("starting {PAGE}.py"))?;
        match status.code() {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => bail!("{PAGE}.py ended with {status}"),
        }
    }

    fn script(&self, name: &str) -> Command {
        let mut command = Command::new(&self.python);
        // Without a cache of compiled scripts beside the data.
        command.arg("-B").arg(format!("{name}.py")).current_dir(&self.data);
        command
    }
}

/// The lines that are not the same, counted from 1, with what stands in either text.
fn differences(committed: &str, computed: &str) -> Vec<String> {
    let (mut old, mut new) = (committed.lines(), computed.lines());
    let mut differences = Vec::new();
    for line in 1.. {
        match (old.next(), new.next()) {
            (None, None) => break,
            (old, new) if old == new => {}
            (old, new) => {
                let [old, new] = [old, new].map(|text| text.unwrap_or("nothing"));
                differences.push(format!("{line}: committed {old}, computed {new}"));
            }
        }
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_differ_are_named() {
        assert!(differences("a\nb\n", "a\nb\n").is_empty());
        assert_eq!(
            differences("a\nb\n", "a\nc\nd\n"),
            ["2: committed b, computed c", "3: committed nothing, computed d"]
        );
        assert_eq!(differences("a\n", ""), ["1: committed a, computed nothing"]);
    }

    #[test]
    fn what_is_missing_is_said() {
        let root = crate::house::root().expect("this package stands in a workspace");
        let error = Oracle::open(&root, "no-such-python").err().expect("there is none such").to_string();
        assert!(error.contains("expected `no-such-python`") && error.contains("mpmath=="), "{error}");
        // A program that runs and has no mpmath.
        let error = Oracle::open(&root, "false").err().expect("it fails").to_string();
        assert!(error.contains("false -m pip install mpmath=="), "{error}");
    }

    #[test]
    fn every_script_stands_beside_its_data() {
        let data = crate::house::root().expect("this package stands in a workspace").join(DATA);
        for name in TABLES {
            assert!(data.join(format!("{name}.py")).is_file() && data.join(format!("{name}.csv")).is_file(), "{name}");
        }
        assert!(data.join(format!("{PAGE}.py")).is_file());
    }
}
