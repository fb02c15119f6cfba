//! What the macros refuse, and the words with which they do.

#[test]
fn refusals() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}
