use anygrad_core::Scalar;
use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
fn primal<S: Scalar<Real = f64>>(x: S) -> S::Real {
    x.primal()
}

fn main() {}
