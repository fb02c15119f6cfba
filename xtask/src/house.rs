//! The workspace as cargo sees it, and commands run at its root.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

/// The workspace: where it stands, and what its manifests say.
pub(crate) struct House {
    root: PathBuf,
    packages: Vec<Package>,
}

/// What `cargo metadata` says of a member, as far as it is used here.
#[derive(Deserialize)]
struct Package {
    name: String,
    rust_version: Option<String>,
    features: BTreeMap<String, Vec<String>>,
}

/// An artifact line of `cargo build --message-format json`.
#[derive(Deserialize)]
struct Artifact {
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl House {
    /// Asks cargo for the workspace that this program belongs to.
    pub(crate) fn open() -> Result<Self> {
        #[derive(Deserialize)]
        struct Metadata {
            packages: Vec<Package>,
        }
        let root = root()?;
        let output = cargo(&root, &["metadata", "--no-deps", "--format-version", "1"]).output()?;
        ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
        let Metadata { packages } = serde_json::from_slice(&output.stdout).context("reading cargo metadata")?;
        Ok(Self { root, packages })
    }

    /// Where the workspace stands.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The features of a member, without `default`.
    pub(crate) fn features(&self, package: &str) -> Result<Vec<&str>> {
        let names = self.package(package)?.features.keys().map(String::as_str);
        Ok(names.filter(|&name| name != "default").collect())
    }

    /// The features that a member has by default.
    pub(crate) fn default_features(&self, package: &str) -> Result<Vec<&str>> {
        let names = self.package(package)?.features.get("default").into_iter().flatten();
        Ok(names.map(String::as_str).collect())
    }

    /// The oldest compiler that a member promises to build with.
    pub(crate) fn rust_version(&self, package: &str) -> Result<&str> {
        self.package(package)?.rust_version.as_deref().with_context(|| format!("{package} declares no rust-version"))
    }

    /// Runs cargo with its output shown, and fails if it fails.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Result<()> {
        succeed(&mut cargo(&self.root, arguments))
    }

    /// As [`cargo`](Self::cargo), with a variable set in its environment.
    pub(crate) fn cargo_with(&self, variable: &str, value: &str, arguments: &[&str]) -> Result<()> {
        succeed(cargo(&self.root, arguments).env(variable, value))
    }

    /// Builds every example; their names and paths.
    pub(crate) fn examples(&self) -> Result<Vec<(String, PathBuf)>> {
        self.built("example")
    }

    /// Runs the verifier.
    pub(crate) fn verify(&self, arguments: &[&str]) -> Result<()> {
        let built = self.built("bin")?;
        let (_, path) = built.first().context("no verifier was built")?;
        succeed(Command::new(path).args(arguments).current_dir(&self.root))
    }

    /// Builds the examples and the verifier as the tests were built; the names and paths of those of a kind.
    ///
    /// Both at once: that there are examples lets the dependencies of tests take part, with the features that they ask for. Without
    /// these the verifier and a good part of what it depends on would be built a second time.
    fn built(&self, kind: &str) -> Result<Vec<(String, PathBuf)>> {
        const BUILD: &str = "build --workspace --all-features --examples --bin verifier";
        let build: Vec<&str> = BUILD.split(' ').chain(["--message-format", "json-render-diagnostics"]).collect();
        let output = cargo(&self.root, &build).stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "`cargo {BUILD}` ended with {}", output.status);
        let mut built = Vec::new();
        for line in String::from_utf8(output.stdout)?.lines() {
            let artifact: Artifact = serde_json::from_str(line).context("reading cargo's messages")?;
            if let (Some(target), Some(executable)) = (artifact.target, artifact.executable)
                && target.kind.iter().any(|own| own == kind)
            {
                built.push((target.name, executable));
            }
        }
        built.sort();
        Ok(built)
    }

    fn package(&self, name: &str) -> Result<&Package> {
        self.packages.iter().find(|package| package.name == name).with_context(|| format!("no member named {name}"))
    }
}

/// The directory above this package.
pub(crate) fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(here.parent().context("xtask stands in no workspace")?.to_path_buf())
}

/// Builds the verifier and hands it the arguments; its output goes where this program's goes. It runs for a moment and
/// compiles for minutes, hence without optimisation.
pub(crate) fn verify(root: &Path, arguments: &[OsString]) -> Result<()> {
    let mut run = cargo(root, &["run", "--quiet", "--package", "verifier", "--"]);
    let status = run.args(arguments).status().context("starting the verifier")?;
    ensure!(status.success(), "verify: ended with {status}");
    Ok(())
}

/// Runs a command with its output shown, and fails if it fails.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let line = display(command);
    println!("$ {line}");
    let status = command.status().with_context(|| format!("starting `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// A cargo command at a root, to be run by the cargo that started this program.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root);
    command
}

/// The command as one would type it.
fn display(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(std::ffi::OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_fails_is_an_error_that_names_it() {
        let root = root().expect("this package stands in a workspace");
        assert!(succeed(cargo(&root, &["--version"]).stdout(Stdio::null())).is_ok());
        let error = succeed(cargo(&root, &["no-such-command"]).stderr(Stdio::null())).expect_err("there is none such");
        assert!(error.to_string().starts_with("`cargo no-such-command` ended with"), "{error}");
    }

    #[test]
    fn the_facade_has_its_features_and_promises() {
        let house = House::open().expect("this package stands in a workspace");
        let features = house.features("anygrad").expect("the facade is a member");
        assert!(["finite", "forward", "reverse"].iter().all(|backend| features.contains(backend)), "{features:?}");
        assert!(!features.contains(&"default"));
        assert!(house.rust_version("anygrad").is_ok());
        assert!(house.features("no-such-member").is_err());
    }
}
