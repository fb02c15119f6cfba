//! What the macros refuse, and the words with which they do.

#[test]
fn refusals() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    // The expected words are those of one compiler; another one words its own part otherwise.
    if rustversion::cfg!(all(stable, since(1.95), before(1.96))) {
        cases.compile_fail("tests/ui/fail/*.rs");
    } else {
        println!("skipped: the refusals are compared under Rust 1.95");
    }
}
