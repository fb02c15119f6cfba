use anygrad_core::Scalar;
use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
fn scale<S, T>(x: S, y: T) -> S
where
    S: Scalar<Real = f64>,
    T: Scalar<Real = f64>,
{
    x * y.primal()
}

fn main() {}
