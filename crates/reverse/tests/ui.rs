//! What the types forbid: variables that escape, outlive or change their recording.

#[test]
fn variables_stay_in_their_recording() {
    // The expected words are those of one compiler; another one words its own part otherwise.
    if rustversion::cfg!(all(stable, since(1.95), before(1.96))) {
        trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
    } else {
        println!("skipped: the refusals are compared under Rust 1.95");
    }
}
