use anygrad_core::{Differentiable, Scalar};

/// `x + y` with an outer variable `x` in a field.
struct Inner<S> {
    x: S,
}

impl<S: Scalar<Real = f64>> Differentiable for Inner<S> {
    type Input = f64;
    type Output = f64;
    fn call<T: Scalar<Real = f64>>(&self, y: &T) -> T {
        self.x + *y
    }
}

fn main() {}
