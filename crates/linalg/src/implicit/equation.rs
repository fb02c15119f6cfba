//! An equation with its parameters held fixed, and the step of an iteration as an equation.

use anygrad_core::{Differentiable, Error, Point, Scalar, Tree};

use super::leaves::{constant, copied, packed, unpacked};

/// `x ↦ f(x, p)`.
pub(super) struct AtParameters<'a, F, P> {
    pub(super) f: &'a F,
    pub(super) p: P,
}

impl<F, X, P> Differentiable for AtParameters<'_, F, P>
where
    X: Point,
    P: Point + Tree<Leaf = X::Leaf>,
    F: Differentiable<Input = (X, P), Output = X>,
{
    type Input = X;
    type Output = X;

    fn call<S: Scalar<Real = X::Leaf>>(&self, x: &X::Of<S>) -> X::Of<S> {
        self.try_call::<S>(x).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_call<S: Scalar<Real = X::Leaf>>(&self, x: &X::Of<S>) -> Result<X::Of<S>, Error> {
        self.f.try_call::<S>(&(copied::<X, S>(x), constant::<P, S>(&self.p)))
    }
}

/// `g(x, p) − x`.
pub(super) struct Step<'a, G>(pub(super) &'a G);

impl<G, X, P> Differentiable for Step<'_, G>
where
    X: Point,
    P: Point + Tree<Leaf = X::Leaf>,
    G: Differentiable<Input = (X, P), Output = X>,
{
    type Input = (X, P);
    type Output = X;

    fn call<S: Scalar<Real = X::Leaf>>(&self, x: &(X::Of<S>, P::Of<S>)) -> X::Of<S> {
        self.try_call::<S>(x).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_call<S: Scalar<Real = X::Leaf>>(&self, x: &(X::Of<S>, P::Of<S>)) -> Result<X::Of<S>, Error> {
        let next = self.0.try_call::<S>(x)?;
        let (next, here) = (packed::<X, S>(&next), packed::<X, S>(&x.0));
        unpacked::<X, S, S>(&x.0, &next.sub(&here)?)
    }
}
