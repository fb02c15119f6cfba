use anygrad_core::Scalar;
use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
fn both<S: Scalar<Real = f64>>(x: S) -> impl Iterator<Item = S> {
    [x, x].into_iter()
}

fn main() {}
