//! Every example runs to its end: each checks itself and stops with an error on a wrong number. Some write files, too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The directory where `cargo test` puts the built examples, beside this test's own.
fn built_examples() -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    test.ancestors().nth(2).expect("a target directory").join("examples")
}

/// What an example ended with.
fn run(name: &str, arguments: &[&Path]) -> Output {
    let program = built_examples().join(name).with_extension(std::env::consts::EXE_EXTENSION);
    Command::new(&program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}: build the examples first", program.display()))
}

/// A run that has to succeed.
fn passed(name: &str, arguments: &[&Path]) -> Output {
    let output = run(name, arguments);
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// A fresh directory for what an example writes.
fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&directory).expect("a directory for files of tests");
    directory
}

#[test]
fn every_example_passes_its_own_checks() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let names = fs::read_dir(sources).expect("the examples").map(|entry| entry.expect("an example").path());
    let names: Vec<String> = names.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    assert!(names.len() >= 18, "expected all examples, found {names:?}");
    for name in names {
        assert!(passed(&name, &[]).stdout.len() > 100, "{name} printed too little");
    }
}

#[test]
fn symbolic_neuron_writes_pictures() {
    let directory = directory("symbolic_neuron");
    passed("symbolic_neuron", &[&directory]);
    let read = |name: &str| fs::read_to_string(directory.join(name)).expect("a picture");
    assert!(read("neuron.dot").starts_with("digraph") && read("neuron.dot").contains("0.31498"));
    assert!(read("neuron.mmd").starts_with("flowchart") && read("neuron.mmd").contains("0.31498"));
}

/// A picture of the loss, and one of what the network says.
#[test]
fn iris_writes_pictures() {
    let directory = directory("iris");
    passed("iris", &[&directory]);
    let read = |name: &str| fs::read_to_string(directory.join(name)).expect("a picture");
    let (loss, predictions) = (read("iris_loss.svg"), read("iris_predictions.svg"));
    assert!(loss.starts_with("<svg") && loss.contains("epoch") && loss.contains("<polyline"));
    assert!(predictions.contains("virginica") && predictions.matches("<circle").count() >= 50);
}

#[test]
fn fit_a_million_rows_takes_other_numbers_of_rows() {
    let output = passed("fit_a_million_rows", &[Path::new("3000")]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("loop of 3000 rows"));
    assert!(!run("fit_a_million_rows", &[Path::new("many")]).status.success());
}

/// What the compiled source prints is the function and its partials, `−2(1 − x) − 400x(y − x²)` and `200(y − x²)`.
#[test]
fn codegen_writes_what_a_compiler_takes() {
    const MAIN: &str = "fn main() {
    let (mut value, mut gradient) = ([0.0], [0.0; 3]);
    written::rosenbrock(&[0.5, 2.0], &mut value);
    written::rosenbrock_gradient(&[0.5, 2.0], &mut gradient);
    println!(\"{value:?} {gradient:?}\");
}
";
    let directory = directory("codegen");
    passed("codegen", &[&directory.join("written.rs")]);
    let main = directory.join("main.rs");
    fs::write(&main, format!("mod written;\n{MAIN}")).expect("a source file");
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut compile = Command::new(compiler);
    let compiled =
        compile.args(["--edition", "2024", "-D", "warnings", "-o", "main"]).arg(&main).current_dir(&directory).output();
    let compiled = compiled.expect("a compiler");
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let printed = Command::new(directory.join("main")).output().expect("the compiled program").stdout;
    assert_eq!(String::from_utf8_lossy(&printed), "[306.5] [306.5, -351.0, 350.0]\n");
}
