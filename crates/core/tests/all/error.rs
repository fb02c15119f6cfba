//! What errors say: what was expected, and what was found.

use anygrad_core::Error;

fn assert_said(error: Error, expected: &str) {
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_foreign_variable() {
    let error = Error::ForeignVariable { what: "a number of another tape" };
    assert_said(error, "expected a number of this recording, found a number of another tape");
}

#[test]
fn a_branch_that_changed() {
    let changed =
        |place: Option<&str>| Error::BranchChanged { test: "x[0] < 0.5".to_owned(), place: place.map(str::to_owned) };
    assert_said(changed(None), "expected the branches of the recording, found `x[0] < 0.5` otherwise");
    let at_a_line = "expected the branches of the recording, found `x[0] < 0.5` otherwise in src/model.rs:12";
    assert_said(changed(Some("src/model.rs:12")), at_a_line);
}

#[test]
fn an_invalid_program() {
    let error = Error::InvalidProgram { at: 3, reason: "operand 7 of 5".to_owned() };
    assert_said(error, "expected a well-formed program, found operand 7 of 5 at instruction 3");
}

#[test]
fn no_native_code() {
    let error = Error::JitUnavailable { reason: "a 32-bit machine".to_owned() };
    assert_said(error, "expected a target that code can be made for, found a 32-bit machine");
}

#[test]
fn an_error_crosses_threads() {
    fn is_free<E: std::error::Error + Clone + PartialEq + Send + Sync + 'static>(error: E) -> bool {
        error == error.clone()
    }
    assert!(is_free(Error::InvalidProgram { at: 0, reason: String::new() }));
}
