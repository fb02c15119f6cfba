use anygrad_core::Scalar;
use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
fn constant<S: Scalar<Real = f64>>(c: f64, d: &[S::Real]) -> S {
    S::lit(c + d[0])
}

fn main() {}
