//! What the types forbid: variables that escape, outlive or change their recording.

#[test]
fn variables_stay_in_their_recording() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
