//! The rules for Rust files. A rule gives the lines that break it, each with what it found there.

use super::source::Source;

/// A line, counted from 1, and what is wrong with it.
pub(super) type Hit = (usize, String);

type Rule = (&'static str, fn(&Source<'_>) -> Vec<Hit>);

/// Every rule under the name that it reports.
pub(super) const RULES: &[Rule] = &[
    ("one-gate-table", one_gate_table),
    ("rules-of-arrays", rules_of_arrays),
    ("independent-witness", independent_witness),
    ("core-names-no-backend", core_names_no_backend),
    ("unsafe", confined_unsafe),
    ("length", |source| too_long(source).into_iter().collect()),
    ("unfinished", unfinished),
    ("reason", lints_with_reason),
];

/// Files with more lines than this fail.
const MOST_LINES: usize = 400;

/// Files with more lines than this are noted.
const MANY_LINES: usize = 300;

const PARTIALS: &[&str] = &["partial", "partials", "partial_lhs", "partial_rhs"];

/// Gates that pass on what the table says: in recorded programs a derivative of a gate, and a number or nothing; an output of a
/// block, whose rule is that of the block.
const PASSED_ON: &[&str] =
    &["crates/core/src/arrays/output.rs", "crates/graph/src/opaque.rs", "crates/graph/src/structural.rs"];

/// A derivative is a row of core's gate table. Gates elsewhere are for tests and examples.
fn one_gate_table(source: &Source<'_>) -> Vec<Hit> {
    let allowed = ["crates/core/src/gates/", "crates/verify/src/scenarios", "examples/", "/tests/"];
    if allowed.iter().chain(PASSED_ON).any(|place| source.path.contains(place)) {
        return Vec::new();
    }
    let code = 0..source.first_test_token();
    let is_partial =
        |&at: &usize| source.word(at) == "fn" && PARTIALS.contains(&source.word(at + 1)) && has_body(source, at);
    code.filter(is_partial)
        .map(|at| hit(source, at, format!("`fn {}` outside the gate table", source.word(at + 1))))
        .collect()
}

/// The rule of an operation on arrays stands in linalg's list of them, but for the sum, which core needs itself, and for what a program
/// keeps, which passes on the rule that it kept.
fn rules_of_arrays(source: &Source<'_>) -> Vec<Hit> {
    let allowed =
        ["crates/linalg/src/ops/", "crates/core/src/arrays/", "crates/graph/src/own_block.rs", "examples/", "/tests/"];
    if allowed.iter().any(|place| source.path.contains(place)) {
        return Vec::new();
    }
    let found = (0..source.first_test_token()).filter(|&at| source.word(at) == "Block" && is_implemented(source, at));
    found.map(|at| hit(source, at, "`Block` implemented outside of linalg's operations".to_owned())).collect()
}

/// Whether the trait named at `at`, with its parameters in angle brackets, is followed by `for`.
fn is_implemented(source: &Source<'_>, at: usize) -> bool {
    let mut depth = 0_usize;
    for next in at + 1..source.tokens.len() {
        match source.word(next) {
            "<" => depth += 1,
            ">" if depth == 1 => return source.word(next + 1) == "for",
            ">" if depth > 1 => depth -= 1,
            _ if depth == 0 => return false,
            _ => {}
        }
    }
    false
}

/// Whether the function declared at `at` is written out, not only required by a trait.
fn has_body(source: &Source<'_>, mut at: usize) -> bool {
    while at < source.tokens.len() {
        match source.word(at) {
            "{" => return true,
            ";" => return false,
            "(" | "[" => at = source.closing(at) + 1,
            _ => at += 1,
        }
    }
    false
}

/// Finite differences are the independent witness: they never read a partial.
fn independent_witness(source: &Source<'_>) -> Vec<Hit> {
    if !source.path.starts_with("crates/finite/src/") {
        return Vec::new();
    }
    let reads_rule = |&at: &usize| match source.word(at) {
        "linearize" | "partial_lhs" | "partial_rhs" => true,
        "partial" | "partials" => is_called(source, at),
        _ => false,
    };
    let found = (0..source.tokens.len()).filter(reads_rule);
    found.map(|at| hit(source, at, format!("finite differences must not read `{}`", source.word(at)))).collect()
}

/// Whether the name at `at` is called, or named by a path.
fn is_called(source: &Source<'_>, at: usize) -> bool {
    let before = at.checked_sub(1).map_or("", |before| source.word(before));
    matches!(before, "." | ":") || source.word(at + 1) == "(" || source.reads(at + 1, &[":", ":", "<"])
}

/// Core stands below the backends.
fn core_names_no_backend(source: &Source<'_>) -> Vec<Hit> {
    if !source.path.starts_with("crates/core/src/") {
        return Vec::new();
    }
    let names_one = |&at: &usize| {
        let backend = source.word(at).strip_prefix("anygrad_");
        backend.is_some_and(|name| super::manifest::BACKENDS.contains(&name))
    };
    let found = (0..source.tokens.len()).filter(names_one);
    found.map(|at| hit(source, at, format!("core must not name `{}`", source.word(at)))).collect()
}

/// `unsafe` stands in two crates, and where a trait of another declares a method so, and there under a comment that says why it is sound.
fn confined_unsafe(source: &Source<'_>) -> Vec<Hit> {
    let may = ["crates/jit/src/", "crates/reverse/src/", "crates/forward/src/nalgebra/field.rs"]
        .iter()
        .any(|place| source.path.starts_with(place));
    let uses = (0..source.tokens.len()).filter(|&at| source.word(at) == "unsafe" && !is_pointer_type(source, at));
    let bad = uses.filter(|&at| !may || !is_justified(source, source.tokens[at].line));
    let text = if may { "`unsafe` without a SAFETY comment above it" } else { "`unsafe` outside jit and reverse" };
    bad.map(|at| hit(source, at, text.to_owned())).collect()
}

/// Whether the `unsafe` at `at` is part of the type of a function, which does nothing by itself.
fn is_pointer_type(source: &Source<'_>, at: usize) -> bool {
    (at + 1..at + 4).any(|next| source.word(next) == "fn" && source.word(next + 1) == "(")
}

/// Whether the comments on the statement's lines, or directly above it, say why it is safe.
fn is_justified(source: &Source<'_>, mut line: usize) -> bool {
    loop {
        let comment = source.comment(line);
        if comment.contains("SAFETY:") || comment.contains("# Safety") {
            return true;
        }
        if line == 1 {
            return false;
        }
        line -= 1;
        let (code, comment) = (source.code(line), source.comment(line));
        let is_blank = code.is_empty() && comment.is_empty();
        if is_blank || code.ends_with([';', '{', '}', ',']) {
            return false;
        }
    }
}

fn too_long(source: &Source<'_>) -> Option<Hit> {
    let lines = source.lines();
    (lines > MOST_LINES).then(|| (lines, format!("expected at most {MOST_LINES} lines, found {lines}")))
}

/// A file that grows towards the limit; a note, no violation.
pub(super) fn long_file(source: &Source<'_>) -> Option<Hit> {
    let lines = source.lines();
    let long = lines > MANY_LINES && lines <= MOST_LINES;
    long.then(|| (lines, format!("better split beyond {MANY_LINES} lines, found {lines}")))
}

/// Nothing is left open: no placeholders, no tests that do not run, no marks for later.
fn unfinished(source: &Source<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for at in 0..source.tokens.len() {
        let word = source.word(at);
        if matches!(word, "todo" | "unimplemented" | "dbg") && source.word(at + 1) == "!" {
            hits.push(hit(source, at, format!("`{word}!`")));
        }
        if source.reads(at, &["#", "[", "ignore"]) {
            hits.push(hit(source, at, "a test that does not run".to_owned()));
        }
    }
    for line in 1..=source.lines() {
        let comment = source.comment(line);
        let mut words = comment.split(|c: char| !c.is_alphanumeric());
        if let Some(mark) = words.find(|word| matches!(*word, "FIXME" | "XXX")) {
            hits.push((line, format!("`{mark}`")));
        }
        if comment.contains("```ignore") {
            hits.push((line, "a doctest that does not run".to_owned()));
        }
    }
    hits
}

/// A lint is switched off with a reason or not at all.
fn lints_with_reason(source: &Source<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for start in 0..source.tokens.len() {
        let open = match (source.word(start), source.word(start + 1)) {
            ("#", "[") => start + 1,
            ("#", "!") if source.word(start + 2) == "[" => start + 2,
            _ => continue,
        };
        for at in open..source.closing(open) {
            if matches!(source.word(at), "allow" | "expect") && source.word(at + 1) == "(" {
                let mut inside = at + 1..source.closing(at + 1);
                if !inside.any(|within| source.reads(within, &["reason", "="])) {
                    hits.push(hit(source, at, format!("`{}` without a reason", source.word(at))));
                }
            }
        }
    }
    hits
}

fn hit(source: &Source<'_>, at: usize, text: String) -> Hit {
    (source.tokens[at].line, text)
}

#[cfg(test)]
mod tests;
