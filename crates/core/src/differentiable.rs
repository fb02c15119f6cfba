//! `Differentiable`: a function that any scalar can run through.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Error, Point, Scalar, Tree};

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

    /// The same for a function that can fail: what backends call. By default it never does.
    ///
    /// A function that can has its rules here, and a [`call`](Self::call) that panics with the error; `#[differentiable]` writes
    /// both for a function that returns a `Result`.
    ///
    /// # Errors
    /// Whatever the function says, usually as [`Error::Function`].
    #[inline]
    fn try_call<S: Scalar<Real = Leaf<Self>>>(&self, x: &In<Self, S>) -> Result<Out<Self, S>, Error> {
        Ok(self.call::<S>(x))
    }

    /// A number that stands for this very function among those of its type, if it never changes: what was recorded of it
    /// once then holds for good. By default that is known of a type without content alone; [`Fixed`] says it of any other.
    fn identity(&self) -> Option<u64> {
        (size_of_val(self) == 0).then_some(0)
    }
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

    #[inline]
    fn try_call<S: Scalar<Real = Leaf<F>>>(&self, x: &In<F, S>) -> Result<Out<F, S>, Error> {
        F::try_call::<S>(self, x)
    }

    fn identity(&self) -> Option<u64> {
        F::identity(self)
    }
}

/// A function with content that does not change any more, so that a recording of it can be kept from call to call.
///
/// The function is the same wherever the value goes; a clone is, too.
///
/// ```
/// use anygrad_core::{Differentiable, Fixed, Scalar};
///
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
/// let multiply = Fixed::new(Multiply { scale: 2.0 });
/// assert_eq!(multiply.call(&[-2.0, 3.0]), -12.0);
/// assert!(multiply.identity().is_some());
/// assert!(Multiply { scale: 2.0 }.identity().is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Fixed<F> {
    function: F,
    identity: u64,
}

impl<F> Fixed<F> {
    /// Takes a function that will not change: content behind a `Cell`, a lock or a static must stay as it is, too.
    pub fn new(function: F) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self { function, identity: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    /// The function.
    pub fn get(&self) -> &F {
        &self.function
    }

    /// The function, free to change again.
    pub fn into_inner(self) -> F {
        self.function
    }
}

impl<F: Differentiable> Differentiable for Fixed<F> {
    type Input = F::Input;
    type Output = F::Output;

    #[inline]
    fn call<S: Scalar<Real = Leaf<F>>>(&self, x: &In<F, S>) -> Out<F, S> {
        self.function.call::<S>(x)
    }

    #[inline]
    fn try_call<S: Scalar<Real = Leaf<F>>>(&self, x: &In<F, S>) -> Result<Out<F, S>, Error> {
        self.function.try_call::<S>(x)
    }

    fn identity(&self) -> Option<u64> {
        Some(self.identity)
    }
}
