//! `#[differentiable]` on functions that fail.
#![deny(warnings)]

use anygrad_core::{Backend, Differentiable, Error, Scalar};
use anygrad_forward::Forward;
use anygrad_macros::differentiable;
use anygrad_reverse::Reverse;

/// An error of the user's, which converts.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("expected a number from 0 on, found {0}")]
struct Negative(f64);

impl From<Negative> for Error {
    fn from(error: Negative) -> Self {
        Self::function(error)
    }
}

#[differentiable(crate = anygrad_core)]
fn root<S: Scalar<Real = f64>>(x: S) -> Result<S, Negative> {
    if x < S::zero() { Err(Negative(x.primal())) } else { Ok(x.sqrt()) }
}

#[test]
fn the_value_is_what_is_in_ok() {
    assert_eq!(Root.call(&9.0), 3.0);
    assert_eq!(Reverse::new().gradient(&Root, &0.25), Ok(1.0));
}

#[test]
fn the_error_is_that_of_the_function() {
    assert_eq!(Root.try_call(&-2.0), Err(Negative(-2.0).into()));
    for error in [Forward::new().gradient(&Root, &-2.0), Reverse::new().gradient(&Root, &-2.0)] {
        let Err(Error::Function(error)) = error else { panic!("{error:?}") };
        assert_eq!(error.downcast_ref(), Some(&Negative(-2.0)));
    }
}

#[test]
#[should_panic(expected = "expected a number from 0 on, found -2")]
fn a_call_that_has_no_room_for_it_panics() {
    Root.call(&-2.0);
}
