//! `cargo xtask ci`: every check of the house, cheapest first.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::house::House;
use crate::{msrv, tidy};

/// How a step ended, if it did not fail.
pub(crate) enum Outcome {
    Passed,
    /// Not run, and why.
    Skipped(String),
}

type Step = (&'static str, fn(&House) -> Result<Outcome>);

/// The checks. `fmt`, `clippy` and `tidy` look at the text; the others run it.
const STEPS: &[Step] = &[
    ("fmt", |house| passed(house.cargo(&["fmt", "--all", "--check"]))),
    ("clippy", clippy),
    ("tidy", |house| passed(tidy::run(house.root()))),
    ("tests", |house| passed(house.cargo(&["test", "--workspace", "--all-features"]))),
    ("docs", docs),
    ("examples", examples),
    ("verify", |house| passed(house.verify(&[]))),
    ("self-test", |house| passed(house.verify(&["--self-test"]))),
    ("features", features),
    ("msrv", msrv::check),
];

/// Runs the named steps, or every step if none is named, and stops at the first that fails.
pub(crate) fn run(only: &[String]) -> Result<()> {
    let house = House::open()?;
    let steps = chosen(only)?;
    let mut finished: Vec<(&str, Outcome, Duration)> = Vec::new();
    for &(name, step) in &steps {
        println!("\n== {name}");
        let start = Instant::now();
        let result = step(&house);
        let time = start.elapsed();
        match result {
            Ok(outcome) => {
                println!("== {}", closing_line(name, &outcome, time));
                finished.push((name, outcome, time));
            }
            Err(error) => {
                summarise(&finished, steps.len());
                bail!("ci: {name} FAILED after {:.1} s: {error:#}", time.as_secs_f64());
            }
        }
    }
    summarise(&finished, steps.len());
    println!("ci: all {} passed", if only.is_empty() { "checks" } else { "chosen checks" });
    Ok(())
}

/// The named steps, in the order of the list.
fn chosen(only: &[String]) -> Result<Vec<Step>> {
    if let Some(unknown) = only.iter().find(|name| !STEPS.iter().any(|(step, _)| step == name)) {
        let names: Vec<&str> = STEPS.iter().map(|&(name, _)| name).collect();
        bail!("ci: expected steps among {}, found {unknown}", names.join(", "));
    }
    let is_chosen = |(name, _): &&Step| only.is_empty() || only.iter().any(|chosen| chosen == name);
    Ok(STEPS.iter().filter(is_chosen).copied().collect())
}

fn passed(result: Result<()>) -> Result<Outcome> {
    result.map(|()| Outcome::Passed)
}

fn clippy(house: &House) -> Result<Outcome> {
    passed(house.cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]))
}

fn docs(house: &House) -> Result<Outcome> {
    let arguments = ["doc", "--workspace", "--no-deps", "--all-features"];
    passed(house.cargo_with("RUSTDOCFLAGS", "-D warnings", &arguments))
}

/// Runs every example, each of which checks itself; its output is shown if it fails.
fn examples(house: &House) -> Result<Outcome> {
    for (name, path) in house.examples()? {
        let start = Instant::now();
        let output = Command::new(&path)
            .current_dir(house.root())
            .output()
            .with_context(|| format!("starting example {name}"))?;
        if !output.status.success() {
            print!("{}", String::from_utf8_lossy(&output.stdout));
            eprint!("{}", String::from_utf8_lossy(&output.stderr));
            bail!("example {name} ended with {}", output.status);
        }
        println!("example {name}: passed in {:.1} s", start.elapsed().as_secs_f64());
    }
    Ok(Outcome::Passed)
}

/// The facade under every set of features that is likely to be asked for, with clippy, whose artifacts of the
/// dependencies are there already.
fn features(house: &House) -> Result<Outcome> {
    for set in feature_sets(&house.features("anygrad")?, &house.default_features("anygrad")?) {
        let set = set.join(",");
        let mut arguments = vec!["clippy", "--quiet", "--package", "anygrad", "--no-default-features"];
        if !set.is_empty() {
            arguments.extend(["--features", &set]);
        }
        arguments.extend(["--", "-D", "warnings"]);
        house.cargo(&arguments)?;
    }
    Ok(Outcome::Passed)
}

/// None, each alone, and all but one of those that users have unless they say otherwise; all together is what the other steps
/// build.
fn feature_sets<'a>(features: &[&'a str], default: &[&str]) -> Vec<Vec<&'a str>> {
    let all_but = |left_out: &str| features.iter().copied().filter(|&feature| feature != left_out).collect();
    let mut sets = vec![Vec::new()];
    sets.extend(features.iter().map(|&feature| vec![feature]));
    sets.extend(default.iter().map(|feature| all_but(feature)));
    sets
}

fn closing_line(name: &str, outcome: &Outcome, time: Duration) -> String {
    let verdict = match outcome {
        Outcome::Passed => "passed".to_owned(),
        Outcome::Skipped(reason) => format!("skipped: {reason}"),
    };
    format!("{name:<9} {:>7.1} s  {verdict}", time.as_secs_f64())
}

fn summarise(finished: &[(&str, Outcome, Duration)], of: usize) {
    println!("\nci: {} of {of} steps", finished.len());
    for (name, outcome, time) in finished {
        println!("  {}", closing_line(name, outcome, *time));
    }
    let total: Duration = finished.iter().map(|(_, _, time)| time).sum();
    println!("  {:<9} {:>7.1} s", "total", total.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feature_sets_are_none_each_and_all_but_a_default_one() {
        let sets = feature_sets(&["a", "b", "c"], &["a", "c"]);
        let joined: Vec<String> = sets.iter().map(|set| set.join("+")).collect();
        assert_eq!(joined, ["", "a", "b", "c", "b+c", "a+b"]);
    }

    #[test]
    fn a_skipped_step_says_why() {
        let line = closing_line("msrv", &Outcome::Skipped("no toolchain".to_owned()), Duration::from_millis(1500));
        assert_eq!(line, "msrv          1.5 s  skipped: no toolchain");
    }

    #[test]
    fn steps_are_chosen_by_name_in_the_order_of_the_list() {
        let names = |only: &[&str]| {
            let only: Vec<String> = only.iter().map(|&name| name.to_owned()).collect();
            chosen(&only).map(|steps| steps.iter().map(|&(name, _)| name).collect::<Vec<_>>())
        };
        assert_eq!(names(&["tidy", "fmt"]).expect("both exist"), ["fmt", "tidy"]);
        assert_eq!(names(&[]).expect("all exist").len(), STEPS.len());
        let error = names(&["fmt", "lint"]).expect_err("there is no such step").to_string();
        assert!(error.ends_with("msrv, found lint"), "{error}");
    }
}
