//! Structures as vectors of their leaves; an array among them stays whole.

use anygrad_core::arrays::{Array, Buffer};
use anygrad_core::{Error, MapLeaves, Point, Real, Scalar, Tree, Visit};

use crate::Vector;

/// The values of a structure.
pub(super) fn primal<X: Point, S: Scalar<Real = X::Leaf>>(x: &X::Of<S>) -> X {
    struct Primal;
    impl<S: Scalar> MapLeaves<S, S::Real> for Primal {
        fn leaf(&mut self, leaf: S) -> S::Real {
            leaf.primal()
        }

        fn array(&mut self, array: &S::Array) -> Buffer<S::Real> {
            array.primal()
        }
    }
    X::map_with::<S, X::Leaf>(x, &mut Primal)
}

/// The same structure of numbers that depend on no input.
pub(super) fn constant<X: Point, S: Scalar<Real = X::Leaf>>(x: &X) -> X::Of<S> {
    struct Constant;
    impl<R: Real, S: Scalar<Real = R>> MapLeaves<R, S> for Constant {
        fn leaf(&mut self, leaf: R) -> S {
            S::constant(leaf)
        }

        fn array(&mut self, array: &Buffer<R>) -> S::Array {
            S::Array::constant(array.clone())
        }
    }
    X::map_with::<X::Leaf, S>(x, &mut Constant)
}

/// The structure again.
pub(super) fn copied<X: Tree, S: Scalar<Real = X::Leaf>>(x: &X::Of<S>) -> X::Of<S> {
    struct Copied;
    impl<S: Scalar> MapLeaves<S, S> for Copied {
        fn leaf(&mut self, leaf: S) -> S {
            leaf
        }

        fn array(&mut self, array: &S::Array) -> S::Array {
            array.clone()
        }
    }
    X::map_with::<S, S>(x, &mut Copied)
}

/// The leaves as a vector.
pub(super) fn packed<X: Tree, S: Scalar<Real = X::Leaf>>(x: &X::Of<S>) -> Vector<S> {
    let mut pack = Pack { done: None, single: Vec::new() };
    X::visit::<S>(x, &mut pack);
    pack.flush();
    pack.done.unwrap_or_else(|| Vector::zeros(0))
}

/// A structure of the shape of `like` with the elements of a vector for leaves.
pub(super) fn unpacked<X, U, S>(like: &X::Of<U>, leaves: &Vector<S>) -> Result<X::Of<S>, Error>
where
    X: Tree,
    U: Scalar<Real = X::Leaf>,
    S: Scalar<Real = X::Leaf>,
{
    let expected = X::count::<U>(like);
    if leaves.len() != expected {
        return Err(Error::DimensionMismatch { what: "unknowns", expected, found: leaves.len() });
    }
    let mut unpack = Unpack { from: leaves, at: 0 };
    Ok(X::map_with::<U, S>(like, &mut unpack))
}

/// The leaves seen so far: those of arrays, and behind them single ones.
struct Pack<S: Scalar> {
    done: Option<Vector<S>>,
    single: Vec<S>,
}

impl<S: Scalar> Pack<S> {
    fn add(&mut self, next: Vector<S>) {
        self.done = Some(self.done.take().map_or_else(|| next.clone(), |done| done.concat(&next)));
    }

    fn flush(&mut self) {
        if !self.single.is_empty() {
            let single = Vector::new(std::mem::take(&mut self.single));
            self.add(single);
        }
    }
}

impl<S: Scalar> Visit<S> for Pack<S> {
    fn leaf(&mut self, leaf: S) {
        self.single.push(leaf);
    }

    fn array(&mut self, array: &S::Array) {
        self.flush();
        self.add(Vector::from_array(array.clone()));
    }
}

/// A vector whose elements become leaves, one after the other; it has as many.
struct Unpack<'a, S: Scalar> {
    from: &'a Vector<S>,
    at: usize,
}

impl<U: Scalar, S: Scalar<Real = U::Real>> MapLeaves<U, S> for Unpack<'_, S> {
    fn leaf(&mut self, _: U) -> S {
        self.at += 1;
        self.from.as_array().get(self.at - 1)
    }

    fn array(&mut self, array: &U::Array) -> S::Array {
        let (start, len) = (self.at, array.len());
        self.at += len;
        if len == self.from.len() {
            return self.from.as_array().clone();
        }
        let block = crate::ops::Slice { outer: 1, axis: self.from.len(), inner: 1, start, len };
        crate::ops::apply::<S>(block, self.from.as_array())
    }
}
