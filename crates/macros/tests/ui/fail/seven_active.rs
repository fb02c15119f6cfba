use anygrad_core::Scalar;
use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
fn sum<S: Scalar<Real = f64>>(a: S, b: S, c: S, d: S, e: S, f: S, g: S) -> S {
    a + b + c + d + e + f + g
}

fn main() {}
