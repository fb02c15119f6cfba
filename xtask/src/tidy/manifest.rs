//! The rules for `Cargo.toml` files.

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::rust::Hit;

type Rule = (&'static str, fn(&Manifest<'_>) -> Vec<Hit>);

/// Every rule under the name that it reports.
pub(super) const RULES: &[Rule] =
    &[("workspace-dependency", declared_once), ("sibling-backends", siblings_are_strangers)];

/// The backends, by the name behind `anygrad-`.
pub(super) const BACKENDS: &[&str] = &["finite", "forward", "reverse", "graph", "jit", "linalg"];

/// The one arrow between backends: native code is made of recorded programs.
const ALLOWED: &[(&str, &str)] = &[("jit", "graph")];

/// A manifest and what it depends on.
pub(super) struct Manifest<'a> {
    name: String,
    dependencies: Vec<Dependency<'a>>,
}

struct Dependency<'a> {
    name: String,
    line: usize,
    /// The table it stands in ends with this: `dependencies`, `dev-dependencies` or `build-dependencies`.
    kind: &'static str,
    value: Spanned<DeValue<'a>>,
}

const KINDS: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

impl<'a> Manifest<'a> {
    /// Reads the package's name and its dependencies, those of its targets among them.
    ///
    /// # Errors
    /// If the text is not TOML.
    pub(super) fn parse(text: &'a str) -> Result<Self, Error> {
        let document = DeTable::parse(text)?;
        let top = document.get_ref();
        let package = table(top, "package").and_then(|package| package.get("name")?.get_ref().as_str());
        let mut dependencies = dependencies_in(text, top);
        for target in table(top, "target").into_iter().flat_map(|targets| targets.values()) {
            dependencies
                .extend(target.get_ref().as_table().map_or_else(Vec::new, |table| dependencies_in(text, table)));
        }
        Ok(Self { name: package.unwrap_or_default().to_owned(), dependencies })
    }
}

fn table<'t, 'a>(parent: &'t DeTable<'a>, key: &str) -> Option<&'t DeTable<'a>> {
    parent.get(key)?.get_ref().as_table()
}

/// What the dependency tables directly inside a table list.
fn dependencies_in<'a>(text: &str, parent: &DeTable<'a>) -> Vec<Dependency<'a>> {
    let mut found = Vec::new();
    for &kind in KINDS {
        for (key, value) in table(parent, kind).into_iter().flatten() {
            let line = 1 + text[..key.span().start].matches('\n').count();
            found.push(Dependency { name: key.get_ref().to_string(), line, kind, value: value.clone() });
        }
    }
    found
}

/// A version is declared once, in the workspace; members refer to it.
fn declared_once(manifest: &Manifest<'_>) -> Vec<Hit> {
    let refers = |dependency: &&Dependency<'_>| {
        let workspace =
            dependency.value.get_ref().as_table().and_then(|entry| entry.get("workspace")?.get_ref().as_bool());
        workspace == Some(true)
    };
    let bad = manifest.dependencies.iter().filter(|dependency| !refers(dependency));
    bad.map(|Dependency { name, line, .. }| (*line, format!("expected `{name}.workspace = true`"))).collect()
}

/// Backends never see each other, and core sees none of the house. Tests may bring them together.
fn siblings_are_strangers(manifest: &Manifest<'_>) -> Vec<Hit> {
    let Some(own) = manifest.name.strip_prefix("anygrad-") else { return Vec::new() };
    let may_not_see = |other: &str| match own {
        "core" => true,
        _ => BACKENDS.contains(&own) && BACKENDS.contains(&other) && !ALLOWED.contains(&(own, other)),
    };
    let mut hits = Vec::new();
    for Dependency { name, line, kind, .. } in &manifest.dependencies {
        let other = if name == "anygrad" { Some("anygrad") } else { name.strip_prefix("anygrad-") };
        if *kind != "dev-dependencies" && other.is_some_and(may_not_see) {
            hits.push((*line, format!("{own} must not depend on {name}")));
        }
    }
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that break a rule.
    fn lines(rule: &str, text: &str) -> Vec<usize> {
        let manifest = Manifest::parse(text).expect("this is TOML");
        let (_, check) = RULES.iter().find(|(name, _)| *name == rule).expect("a rule of this name");
        check(&manifest).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn versions_are_declared_in_the_workspace() {
        let rule = "workspace-dependency";
        assert_eq!(lines(rule, "[dependencies]\nrand = \"0.1\"\n"), [2]);
        assert_eq!(lines(rule, "[dev-dependencies]\n\nrand = { path = \"../rand\" }\n"), [3]);
        assert_eq!(lines(rule, "[build-dependencies.rand]\nversion = \"1\"\n"), [1]);
        assert_eq!(lines(rule, "[target.'cfg(unix)'.dependencies]\nlibc = \"0.2\"\n"), [2]);
        assert_eq!(lines(rule, "[dependencies]\nrand.workspace = false\n"), [2]);
        let good = "[dependencies]\nrand.workspace = true\nserde = { workspace = true, optional = true }\n";
        assert!(lines(rule, good).is_empty());
        assert!(lines(rule, "[workspace.dependencies]\nrand = \"0.1\"\n").is_empty());
    }

    #[test]
    fn backends_are_strangers() {
        let rule = "sibling-backends";
        let depends = |own: &str, kind: &str, other: &str| {
            lines(rule, &format!("[package]\nname = \"anygrad-{own}\"\n[{kind}]\n{other}.workspace = true\n"))
        };
        assert_eq!(depends("forward", "dependencies", "anygrad-reverse"), [4]);
        assert_eq!(depends("finite", "build-dependencies", "anygrad-forward"), [4]);
        assert_eq!(depends("reverse", "target.x.dependencies", "anygrad-finite"), [4]);
        assert_eq!(depends("graph", "dependencies", "anygrad-jit"), [4]);
        assert_eq!(depends("core", "dependencies", "anygrad-verify"), [4]);
        assert_eq!(depends("core", "dependencies", "anygrad"), [4]);
        assert!(depends("jit", "dependencies", "anygrad-graph").is_empty());
        assert!(depends("forward", "dependencies", "anygrad-core").is_empty());
        assert!(depends("forward", "dev-dependencies", "anygrad-finite").is_empty());
        assert!(depends("verify", "dependencies", "anygrad-finite").is_empty());
        assert!(depends("core", "dependencies", "num-traits").is_empty());
    }
}
