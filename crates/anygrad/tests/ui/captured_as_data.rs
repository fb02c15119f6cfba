use anygrad::prelude::*;

#[differentiable]
fn outer<S: Scalar<Real = f64>>(x: S) -> S {
    let inner = function!(|y: S, x: f64 = x| -> S { y + x });
    x * Forward::new().gradient_over::<_, S>(&inner, &S::one()).unwrap().1
}

fn main() {}
