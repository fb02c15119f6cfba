//! What the types forbid: inner functions that hold variables of an outer level.
#![cfg(all(feature = "forward", feature = "reverse"))]

#[test]
fn outer_variables_do_not_slip_into_an_inner_level() {
    // The expected words are those of one compiler; another one words its own part otherwise.
    if rustversion::cfg!(all(stable, since(1.95), before(1.96))) {
        trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
    } else {
        println!("skipped: the refusals are compared under Rust 1.95");
    }
}
