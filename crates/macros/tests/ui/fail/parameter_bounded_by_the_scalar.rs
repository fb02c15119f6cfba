use anygrad_core::Scalar;
use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
fn apply<S: Scalar<Real = f64>, F: Fn(S) -> S>(x: S, f: F) -> S {
    f(x)
}

fn main() {}
