//! `cargo xtask tidy`: what the house promises of its text.
//!
//! A violation is printed as `path:line: rule: text` and fails the run; a note is printed and does not.

mod manifest;
mod rust;
mod source;

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use ignore::WalkBuilder;

use self::manifest::Manifest;
use self::source::Source;

/// Programs that compile-fail tests hand to the compiler.
const WRONG_ON_PURPOSE: &str = "/tests/ui/";

/// A place where a rule does not hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    /// From the root, with `/` between its parts.
    path: String,
    line: usize,
    rule: &'static str,
    text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.text)
    }
}

/// What a run found.
#[derive(Debug, Default)]
struct Report {
    files: usize,
    violations: Vec<Finding>,
    notes: Vec<Finding>,
}

/// Checks every file below the root that git would not ignore; fails on a violation.
pub(crate) fn run(root: &Path) -> Result<()> {
    let report = inspect(root)?;
    for note in &report.notes {
        println!("note: {note}");
    }
    for violation in &report.violations {
        println!("{violation}");
    }
    let count = report.violations.len();
    if count > 0 {
        bail!("tidy: expected no violations in {} files, found {count}", report.files);
    }
    println!("tidy: {} files, no violations, {} notes", report.files, report.notes.len());
    Ok(())
}

fn inspect(root: &Path) -> Result<Report> {
    let mut report = Report::default();
    for entry in WalkBuilder::new(root).require_git(false).sort_by_file_path(Ord::cmp).build() {
        let entry = entry?;
        let relative = entry.path().strip_prefix(root)?;
        let path = relative.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
        let is_rust = path.ends_with(".rs") && !path.contains(WRONG_ON_PURPOSE);
        let is_manifest = path.ends_with("Cargo.toml");
        if entry.file_type().is_some_and(|kind| kind.is_file()) && (is_rust || is_manifest) {
            let text = fs::read_to_string(entry.path()).with_context(|| format!("reading {path}"))?;
            report.files += 1;
            if is_rust {
                inspect_source(&path, &text, &mut report);
            } else {
                inspect_manifest(&path, &text, &mut report);
            }
        }
    }
    report.violations.sort();
    report.notes.sort();
    Ok(report)
}

fn inspect_source(path: &str, text: &str, report: &mut Report) {
    let add = |rule, line, text| Finding { path: path.to_owned(), line, rule, text };
    match Source::parse(path, text) {
        Ok(source) => {
            for &(rule, check) in rust::RULES {
                report.violations.extend(check(&source).into_iter().map(|(line, text)| add(rule, line, text)));
            }
            report.notes.extend(rust::long_file(&source).map(|(line, text)| add("length", line, text)));
        }
        Err(error) => report.violations.push(add("syntax", 1, format!("expected Rust tokens: {error}"))),
    }
}

fn inspect_manifest(path: &str, text: &str, report: &mut Report) {
    let add = |rule, line, text| Finding { path: path.to_owned(), line, rule, text };
    match Manifest::parse(text) {
        Ok(manifest) => {
            for &(rule, check) in manifest::RULES {
                report.violations.extend(check(&manifest).into_iter().map(|(line, text)| add(rule, line, text)));
            }
        }
        Err(error) => report.violations.push(add("syntax", 1, format!("expected TOML: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plant(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a file has a directory")).expect("a new directory");
        fs::write(path, text).expect("a new file");
    }

    #[test]
    fn the_whole_tree_is_read_and_each_violation_has_its_place() {
        let house = tempfile::tempdir().expect("a temporary directory");
        plant(house.path(), ".gitignore", "/target\n");
        plant(house.path(), "target/debug/generated.rs", "fn f() { todo!() }");
        plant(house.path(), "crates/forward/src/lib.rs", "fn f() {}\nfn g() { todo!() }\n");
        plant(house.path(), "crates/forward/Cargo.toml", "[package]\nname = \"x\"\n[dependencies]\nrand = \"0.1\"\n");
        plant(house.path(), "crates/forward/src/long.rs", &"// line\n".repeat(301));
        plant(house.path(), "crates/forward/src/broken.rs", "fn f( {\n");
        plant(house.path(), "crates/forward/tests/ui/open.rs", "fn f() { todo!() }");

        let report = inspect(house.path()).expect("the tree can be read");
        assert_eq!(report.files, 4);
        let places: Vec<_> = report.violations.iter().map(|v| (v.path.as_str(), v.line, v.rule)).collect();
        let expected = [
            ("crates/forward/Cargo.toml", 4, "workspace-dependency"),
            ("crates/forward/src/broken.rs", 1, "syntax"),
            ("crates/forward/src/lib.rs", 2, "unfinished"),
        ];
        assert_eq!(places, expected);
        assert_eq!(report.notes.len(), 1);
        assert_eq!(report.notes[0].path, "crates/forward/src/long.rs");
        assert!(run(house.path()).is_err());
    }

    #[test]
    fn a_clean_tree_passes() {
        let house = tempfile::tempdir().expect("a temporary directory");
        plant(house.path(), "src/lib.rs", "//! Nothing.\n");
        assert!(run(house.path()).is_ok());
    }

    #[test]
    fn a_finding_prints_as_path_line_rule_text() {
        let finding = Finding { path: "a/b.rs".to_owned(), line: 7, rule: "length", text: "too long".to_owned() };
        assert_eq!(finding.to_string(), "a/b.rs:7: length: too long");
    }
}
