use anygrad_core::Scalar;
use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
fn double<S: Scalar<Real = f64>>(x: &mut [S]) -> S {
    x[0] += x[0];
    x[0]
}

fn main() {}
