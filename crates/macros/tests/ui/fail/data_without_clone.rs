use anygrad_core::Scalar;
use anygrad_macros::differentiable;

struct Data(f64);

#[differentiable(crate = anygrad_core)]
fn scale<S: Scalar<Real = f64>>(x: S, data: Data) -> S {
    x * data.0
}

fn main() {}
