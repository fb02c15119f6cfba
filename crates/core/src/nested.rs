//! Derivatives that are functions themselves, so that they can be differentiated again.

use std::cell::RefCell;

use crate::{Backend, Differentiable, Error, In, Leaf, Real, Scalar, Tree};

/// The gradient of a function as a function: `x ↦ ∇f(x)`.
///
/// It runs over any scalar, so any backend can differentiate it again, the same one or another. A failure inside is the error of
/// [`try_call`](Differentiable::try_call). [`call`](Differentiable::call) cannot return one: its gradient is NaN then, and
/// [`into_result`](Self::into_result) says why.
#[derive(Debug)]
pub struct Gradient<F, B> {
    f: F,
    backend: B,
    failure: RefCell<Option<Error>>,
}

/// The derivative of a function of one number as a function: `x ↦ f′(x)`.
///
/// See [`Gradient`] for what happens after a failure inside.
#[derive(Debug)]
pub struct Derivative<F, B> {
    f: F,
    backend: B,
    failure: RefCell<Option<Error>>,
}

macro_rules! impl_nested {
    ($Nested:ident) => {
        impl<F, B> $Nested<F, B> {
            /// Wraps a function (or a reference to one) and the backend that differentiates it.
            pub fn new(f: F, backend: B) -> Self {
                Self { f, backend, failure: RefCell::new(None) }
            }

            /// The result of a computation on this function, unless a call inside it failed.
            ///
            /// # Errors
            /// The first failure inside, otherwise that of `outer`.
            pub fn into_result<T>(self, outer: Result<T, Error>) -> Result<T, Error> {
                self.failure.into_inner().map_or(outer, Err)
            }

            fn fail(&self, error: Error) {
                self.failure.borrow_mut().get_or_insert(error);
            }
        }
    };
}

impl_nested!(Gradient);
impl_nested!(Derivative);

impl<F: Differentiable, B: Backend> Differentiable for Gradient<F, B> {
    type Input = F::Input;
    type Output = F::Input;

    fn call<S: Scalar<Real = Leaf<F>>>(&self, x: &In<F, S>) -> In<F, S> {
        self.try_call::<S>(x).unwrap_or_else(|error| {
            self.fail(error);
            F::Input::map::<S, S>(x, &mut |_| S::nan())
        })
    }

    fn try_call<S: Scalar<Real = Leaf<F>>>(&self, x: &In<F, S>) -> Result<In<F, S>, Error> {
        Ok(self.backend.clone().gradient_over::<F, S>(&self.f, x)?.1)
    }
}

impl<R: Real, F: Differentiable<Input = R>, B: Backend> Differentiable for Derivative<F, B> {
    type Input = R;
    type Output = F::Output;

    fn call<S: Scalar<Real = R>>(&self, x: &S) -> <F::Output as Tree>::Of<S> {
        self.try_call::<S>(x).unwrap_or_else(|error| {
            self.fail(error);
            F::Output::map::<S, S>(&self.f.call::<S>(x), &mut |_| S::nan())
        })
    }

    fn try_call<S: Scalar<Real = R>>(&self, x: &S) -> Result<<F::Output as Tree>::Of<S>, Error> {
        Ok(self.backend.clone().pushforward::<F, S>(&self.f, x, &S::one())?.1)
    }
}
