use anygrad_core::Scalar;
use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
fn sum<S: Scalar<Real = f64>>(x: impl Iterator<Item = S>) -> S {
    x.sum()
}

fn main() {}
