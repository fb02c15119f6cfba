use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
