//! What the macros refuse, and what the types refuse of what they make, and the words with which they do.

#[test]
fn refusals() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    // The expected words are those of one compiler; another one words its own part otherwise.
    if rustversion::cfg!(all(stable, since(1.95), before(1.96))) {
        cases.compile_fail("tests/ui/fail/*.rs");
        // What the types forbid: inner functions that hold variables of an outer level.
        cases.compile_fail("tests/ui/levels/*.rs");
    } else {
        println!("skipped: the refusals are compared under Rust 1.95");
    }
}
