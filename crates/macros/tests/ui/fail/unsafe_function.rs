use anygrad_core::Scalar;
use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
unsafe fn square<S: Scalar<Real = f64>>(x: S) -> S {
    x * x
}

fn main() {}
