use anygrad_core::Scalar;
use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
fn print<S: Scalar<Real = f64>>(x: S) {
    println!("{x}");
}

fn main() {}
