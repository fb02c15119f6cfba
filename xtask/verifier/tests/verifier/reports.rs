//! What a run prints, in every format.

use std::fs;

use clap::Parser;
use verifier::{Options, run, run_to};

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    options: Options,
}

fn options(format: &str, more: &[&str]) -> Options {
    let fixed = ["verify", "--filter", "structure/unused", "--programs", "2", "--format", format];
    Command::parse_from(fixed.iter().chain(more)).options
}

fn printed(format: &str) -> String {
    let mut out = Vec::new();
    run_to(&options(format, &[]), &mut out).expect("agreement");
    String::from_utf8(out).expect("text")
}

/// The checks of a run by the lines of its JSON.
fn checks() -> Vec<serde_json::Value> {
    printed("json").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn inconclusive(checks: &[serde_json::Value]) -> usize {
    checks.iter().filter(|check| check["verdict"] == "inconclusive").count()
}

#[test]
fn every_inconclusive_line_has_a_reason() {
    let checks = checks();
    assert!(inconclusive(&checks) > 0, "nothing to see");
    for check in checks {
        let reason = check["reason"].as_str().unwrap_or_default();
        assert_eq!(check["verdict"] == "inconclusive", !reason.is_empty(), "{check}");
    }
}

#[test]
fn junit_has_a_case_for_each_check() {
    let (checks, xml) = (checks(), printed("junit"));
    let document = roxmltree::Document::parse(&xml).expect("XML");
    let count = |tag: &str| document.descendants().filter(|node| node.has_tag_name(tag)).count();
    assert_eq!(count("testcase"), checks.len());
    assert_eq!((count("skipped"), count("failure")), (inconclusive(&checks), 0));
}

#[test]
fn markdown_and_text_count_the_same_and_give_the_reasons() {
    let checks = checks();
    for text in [printed("markdown"), printed("text")] {
        let open = inconclusive(&checks);
        let summary =
            format!("{} checks: {} agree, 0 disagree, {open} inconclusive", checks.len(), checks.len() - open);
        assert!(text.lines().any(|line| line == summary), "{text}");
        for check in checks.iter().filter_map(|check| check["reason"].as_str()) {
            assert!(text.contains(check), "{check}: {text}");
        }
    }
}

#[test]
fn a_report_goes_to_a_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("report.md");
    run(&options("markdown", &["--output", path.to_str().expect("text")])).expect("agreement");
    assert_eq!(fs::read_to_string(path).expect("the report"), printed("markdown"));
    let nowhere = directory.path().join("no/such/directory");
    let error = run(&options("markdown", &["--output", nowhere.to_str().expect("text")])).expect_err("no file");
    assert!(error.to_string().starts_with("creating "), "{error}");
}
