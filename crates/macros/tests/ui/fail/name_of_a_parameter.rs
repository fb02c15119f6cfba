use anygrad_core::{Real, Scalar};
use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
fn r<R: Real, S: Scalar<Real = R>>(x: S) -> S {
    x
}

fn main() {}
