//! `Differentiable`: a function that any scalar can run through.

use crate::{Point, Scalar, Tree};

/// A function of a structure of scalars, written once for every scalar.
///
/// Closures cannot be generic in Rust, so this trait with its generic method is what a backend takes. The attribute
/// `#[differentiable]` writes the implementation for an ordinary generic function; by hand it is:
///
/// ```
/// use anygrad_core::{Differentiable, Scalar};
///
/// /// `f(x, y) = scale·x·y`.
/// struct Multiply {
///     scale: f64,
/// }
///
/// impl Differentiable for Multiply {
///     type Input = [f64; 2];
///     type Output = f64;
///
///     fn call<S: Scalar<Real = f64>>(&self, [x, y]: &[S; 2]) -> S {
///         *x * *y * self.scale
///     }
/// }
///
/// assert_eq!(Multiply { scale: 2.0 }.call(&[-2.0, 3.0]), -12.0);
/// ```
pub trait Differentiable {
    /// The structure of the inputs, over plain floats.
    type Input: Point;

    /// The structure of the outputs, over plain floats of the same leaf.
    type Output: Point + Tree<Leaf = <Self::Input as Tree>::Leaf>;

    /// The function's value at `x`, over any scalar.
    fn call<S: Scalar<Real = Leaf<Self>>>(&self, x: &In<Self, S>) -> Out<Self, S>;
}

/// The float at the leaves of a function's inputs and outputs.
pub type Leaf<F> = <<F as Differentiable>::Input as Tree>::Leaf;

/// A function's input over the scalar `S`.
pub type In<F, S> = <<F as Differentiable>::Input as Tree>::Of<S>;

/// A function's output over the scalar `S`.
pub type Out<F, S> = <<F as Differentiable>::Output as Tree>::Of<S>;

impl<F: Differentiable> Differentiable for &F {
    type Input = F::Input;
    type Output = F::Output;

    #[inline]
    fn call<S: Scalar<Real = Leaf<F>>>(&self, x: &In<F, S>) -> Out<F, S> {
        F::call::<S>(self, x)
    }
}
