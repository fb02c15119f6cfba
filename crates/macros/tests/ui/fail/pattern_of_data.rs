use anygrad_core::Scalar;
use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
fn line<S: Scalar<Real = f64>>(x: S, (a, b): (f64, f64)) -> S {
    x * a + b
}

fn main() {}
