//! What the macros refuse, what the types refuse of what they make and of recordings, and the words with which they do.
//!
//! All in one place: a second one would build what they depend on once more.

#[test]
fn refusals() {
    // The expected words are those of one compiler; another one words its own part otherwise.
    if rustversion::cfg!(all(stable, since(1.95), before(1.96))) {
        let cases = trybuild::TestCases::new();
        cases.compile_fail("tests/ui/fail/*.rs");
        // What the types forbid: inner functions that hold variables of an outer level.
        cases.compile_fail("tests/ui/levels/*.rs");
        // What else they forbid: variables that escape, outlive or change their recording.
        cases.compile_fail("tests/ui/recordings/*.rs");
    } else {
        println!("skipped: the refusals are compared under Rust 1.95");
    }
}
