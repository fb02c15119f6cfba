//! The generated code names everything by its path: no trait is in scope, and the prelude's names mean other things.
#![deny(warnings)]
#![allow(dead_code, reason = "the names are there to be taken")]

struct Vec;
struct Option;
struct Clone;
struct Result;

#[anygrad_macros::differentiable(crate = anygrad_core)]
fn sum<S: anygrad_core::Scalar<Real = f64>>(x: &[S], data: &[f64]) -> S {
    x[0] * data[0]
}

#[derive(anygrad_macros::Tree)]
#[tree(crate = anygrad_core)]
struct Point<S> {
    x: S,
    n: usize,
}

#[test]
fn what_is_generated_needs_no_imports() {
    let data = [2.0];
    let f =
        anygrad_macros::function!(crate = anygrad_core; |p: &Point<S>, data: &[f64] = &data| -> S { p.x * data[0] });
    assert_eq!(anygrad_core::Differentiable::call(&f, &Point { x: 3.0, n: 0 }), 6.0);
    assert_eq!(anygrad_core::Differentiable::call(&Sum { data: &data }, &std::vec![3.0]), 6.0);
}
