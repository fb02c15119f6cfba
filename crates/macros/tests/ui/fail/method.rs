use anygrad_core::Scalar;
use anygrad_macros::differentiable;

struct Model;

impl Model {
    #[differentiable(crate = anygrad_core)]
    fn square<S: Scalar<Real = f64>>(&self, x: S) -> S {
        x * x
    }
}

fn main() {}
