use anygrad_core::Scalar;
use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
fn first<S: Scalar<Real = f64>>(x: &[&S]) -> S {
    *x[0]
}

fn main() {}
