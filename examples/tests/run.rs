//! Every example runs to its end: each checks itself and stops with an error on a wrong number.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The directory where `cargo test` puts the built examples, beside this test's own.
fn built_examples() -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    test.ancestors().nth(2).expect("a target directory").join("examples")
}

#[test]
fn every_example_passes_its_own_checks() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let names = std::fs::read_dir(sources).expect("the examples").map(|entry| entry.expect("an example").path());
    let names: Vec<String> = names.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    assert!(names.len() >= 8, "expected all examples, found {names:?}");
    for name in names {
        let program = built_examples().join(&name).with_extension(std::env::consts::EXE_EXTENSION);
        let output = Command::new(&program)
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}: build the examples first", program.display()));
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.len() > 100, "{name} printed too little");
    }
}
