use anygrad_core::Scalar;
use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
fn apply<S: Scalar<Real = f64>>(x: S, f: &dyn Fn(S) -> S) -> S {
    f(x)
}

fn main() {}
