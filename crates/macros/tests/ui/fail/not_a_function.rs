use anygrad_macros::differentiable;

#[differentiable(crate = anygrad_core)]
struct Square;

fn main() {}
