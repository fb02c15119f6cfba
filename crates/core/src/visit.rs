//! Who walks a tree: closures see leaf after leaf, and what implements these traits sees arrays as a whole.

use std::fmt;

use crate::Scalar;
use crate::arrays::Array;

/// Makes a leaf of another scalar out of each leaf. Every closure `FnMut(S) -> U` does, element by element.
pub trait MapLeaves<S: Scalar, U: Scalar<Real = S::Real>> {
    /// What becomes of a leaf.
    fn leaf(&mut self, leaf: S) -> U;

    /// What becomes of an array.
    fn array(&mut self, array: &S::Array) -> U::Array {
        U::Array::collect(array.len(), |index| self.leaf(array.get(index)))
    }
}

/// Sees each leaf. Every closure `FnMut(S)` does, element by element.
pub trait Visit<S: Scalar> {
    /// A leaf.
    fn leaf(&mut self, leaf: S);

    /// An array.
    fn array(&mut self, array: &S::Array) {
        (0..array.len()).for_each(|index| self.leaf(array.get(index)));
    }

    /// An array whose elements stand along several axes of these lengths, row by row.
    #[inline]
    fn shaped(&mut self, _axes: &[usize], array: &S::Array) {
        self.array(array);
    }

    /// A part of a structure, which `visit` shows: what asks for names knows it here.
    #[inline]
    fn part(&mut self, _part: Part, visit: impl FnOnce(&mut Self)) {
        visit(self);
    }
}

/// Which part of a structure it is. Prints as the bare name or number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// A field by its name.
    Field(&'static str),
    /// An element or a field by its number.
    Index(usize),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => f.write_str(name),
            Self::Index(index) => index.fmt(f),
        }
    }
}

/// Sees each leaf and may write it. Every closure `FnMut(&mut S)` does, element by element.
pub trait VisitMut<S: Scalar> {
    /// A leaf.
    fn leaf(&mut self, leaf: &mut S);

    /// An array, which keeps its length.
    fn array(&mut self, array: &mut S::Array) {
        for index in 0..array.len() {
            let mut element = array.get(index);
            self.leaf(&mut element);
            array.set(index, element);
        }
    }
}

/// Sees the leaves of two structures of one shape in pairs. Every closure `FnMut(S, U)` does, element by element.
pub trait VisitPairs<S: Scalar, U: Scalar<Real = S::Real>> {
    /// Two leaves in the same place.
    fn leaves(&mut self, a: S, b: U);

    /// Two arrays in the same place, of one length.
    fn arrays(&mut self, a: &S::Array, b: &U::Array) {
        (0..a.len()).for_each(|index| self.leaves(a.get(index), b.get(index)));
    }
}

impl<S: Scalar, U: Scalar<Real = S::Real>, F: FnMut(S) -> U> MapLeaves<S, U> for F {
    #[inline]
    fn leaf(&mut self, leaf: S) -> U {
        self(leaf)
    }
}

impl<S: Scalar, F: FnMut(S)> Visit<S> for F {
    #[inline]
    fn leaf(&mut self, leaf: S) {
        self(leaf);
    }
}

impl<S: Scalar, F: FnMut(&mut S)> VisitMut<S> for F {
    #[inline]
    fn leaf(&mut self, leaf: &mut S) {
        self(leaf);
    }
}

impl<S: Scalar, U: Scalar<Real = S::Real>, F: FnMut(S, U)> VisitPairs<S, U> for F {
    #[inline]
    fn leaves(&mut self, a: S, b: U) {
        self(a, b);
    }
}

/// Counts the leaves.
pub(crate) struct Count(pub(crate) usize);

impl<S: Scalar> Visit<S> for Count {
    #[inline]
    fn leaf(&mut self, _: S) {
        self.0 += 1;
    }

    #[inline]
    fn array(&mut self, array: &S::Array) {
        self.0 += array.len();
    }
}

/// Looks at nothing: the shapes alone are compared.
pub(crate) struct NoLook;

impl<S: Scalar, U: Scalar<Real = S::Real>> VisitPairs<S, U> for NoLook {
    #[inline]
    fn leaves(&mut self, _: S, _: U) {}

    #[inline]
    fn arrays(&mut self, _: &S::Array, _: &U::Array) {}
}
