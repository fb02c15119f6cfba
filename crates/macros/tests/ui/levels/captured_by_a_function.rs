use anygrad_core::{Backend, Scalar};
use anygrad_forward::Forward;
use anygrad_macros::{differentiable, function};

#[differentiable(crate = anygrad_core)]
fn outer<S: Scalar<Real = f64>>(x: S) -> S {
    let inner = function!(crate = anygrad_core; |y: S| -> S { x + y });
    x * Forward::new().gradient_over::<_, S>(&inner, &S::one()).unwrap().1
}

fn main() {}
