use anygrad_core::Scalar;
use anygrad_macros::differentiable;

#[allow(non_snake_case)]
#[differentiable(crate = anygrad_core)]
fn Square<S: Scalar<Real = f64>>(x: S) -> S {
    x * x
}

fn main() {}
