//! `Tree`: structures of scalars. A gradient has the type of the point it is taken at.

use crate::visit::{Count, MapLeaves, NoLook, Part, Visit, VisitMut, VisitPairs};
use crate::{Error, Real, Scalar};

/// A structure whose leaves are floats, and the same structure over any other scalar.
///
/// Floats, arrays, `Vec`, tuples to six, `Option`, any nesting of them, and structs with `#[derive(Tree)]`. The functions
/// walk the leaves in one fixed order: fields and elements as written. With a feature of that name, vectors and matrices of
/// nalgebra and faer (column by column) and arrays of ndarray (the last axis first) are trees, too.
///
/// ```
/// use anygrad_core::Tree;
///
/// type Params = (Vec<f64>, f64);
/// let point: Params = (vec![1.0, 2.0], 3.0);
/// assert_eq!(Params::count(&point), 3);
/// assert_eq!(Params::map(&point, &mut |x: f64| 2.0 * x), (vec![2.0, 4.0], 6.0));
/// ```
pub trait Tree: Sized {
    /// The float at the leaves.
    type Leaf: Real;

    /// The same structure with scalars `S` at the leaves.
    type Of<S: Scalar<Real = Self::Leaf>>;

    /// Whether the structure is a single leaf.
    const IS_LEAF: bool = false;

    /// A structure of the same shape, made of what `mapping` makes of the leaves and arrays.
    fn map_with<S, U>(of: &Self::Of<S>, mapping: &mut impl MapLeaves<S, U>) -> Self::Of<U>
    where
        S: Scalar<Real = Self::Leaf>,
        U: Scalar<Real = Self::Leaf>;

    /// Shows every leaf and array to a visitor, each within the parts of the structure that it stands in.
    fn visit<S: Scalar<Real = Self::Leaf>>(of: &Self::Of<S>, visitor: &mut impl Visit<S>);

    /// Shows every leaf and array to a visitor, for writing.
    fn visit_mut<S: Scalar<Real = Self::Leaf>>(of: &mut Self::Of<S>, visitor: &mut impl VisitMut<S>);

    /// Shows the pairs of leaves and arrays of two structures of one shape to a visitor.
    ///
    /// # Errors
    /// [`ShapeMismatch`] at the first place where the shapes part.
    fn visit_pairs<S, U>(
        a: &Self::Of<S>,
        b: &Self::Of<U>,
        visitor: &mut impl VisitPairs<S, U>,
    ) -> Result<(), ShapeMismatch>
    where
        S: Scalar<Real = Self::Leaf>,
        U: Scalar<Real = Self::Leaf>;

    /// A structure of the same shape with `f` applied to every leaf.
    #[inline]
    fn map<S, U>(of: &Self::Of<S>, f: &mut impl FnMut(S) -> U) -> Self::Of<U>
    where
        S: Scalar<Real = Self::Leaf>,
        U: Scalar<Real = Self::Leaf>,
    {
        Self::map_with(of, f)
    }

    /// Calls `f` on every leaf.
    #[inline]
    fn each<S: Scalar<Real = Self::Leaf>>(of: &Self::Of<S>, f: &mut impl FnMut(S)) {
        Self::visit(of, f);
    }

    /// Calls `f` on every leaf, for writing.
    #[inline]
    fn each_mut<S: Scalar<Real = Self::Leaf>>(of: &mut Self::Of<S>, f: &mut impl FnMut(&mut S)) {
        Self::visit_mut(of, f);
    }

    /// Calls `f` on the pairs of leaves of two structures of one shape.
    ///
    /// # Errors
    /// [`ShapeMismatch`] at the first place where the shapes part.
    #[inline]
    fn zip<S, U>(a: &Self::Of<S>, b: &Self::Of<U>, f: &mut impl FnMut(S, U)) -> Result<(), ShapeMismatch>
    where
        S: Scalar<Real = Self::Leaf>,
        U: Scalar<Real = Self::Leaf>,
    {
        Self::visit_pairs(a, b, f)
    }

    /// Calls `length` with all lengths that the structure may have others of, in a fixed order. True if two structures that
    /// give the same lengths differ in nothing but their leaves; without an implementation of its own, nobody knows.
    fn shape<S: Scalar<Real = Self::Leaf>>(_of: &Self::Of<S>, _length: &mut impl FnMut(usize)) -> bool {
        false
    }

    /// The number of leaves.
    #[inline]
    fn count<S: Scalar<Real = Self::Leaf>>(of: &Self::Of<S>) -> usize {
        let mut count = Count(0);
        Self::visit(of, &mut count);
        count.0
    }

    /// The leaves in order.
    fn flatten<S: Scalar<Real = Self::Leaf>>(of: &Self::Of<S>) -> Vec<S> {
        let mut leaves = Vec::with_capacity(Self::count(of));
        Self::each(of, &mut |leaf| leaves.push(leaf));
        leaves
    }

    /// A structure of the same shape with the leaves taken from an iterator.
    ///
    /// # Errors
    /// [`Error::DimensionMismatch`] if the iterator gives fewer leaves; what it has more is left in it.
    fn refill<S, U>(of: &Self::Of<S>, leaves: &mut impl Iterator<Item = U>) -> Result<Self::Of<U>, Error>
    where
        S: Scalar<Real = Self::Leaf>,
        U: Scalar<Real = Self::Leaf>,
    {
        let (mut expected, mut found) = (0, 0);
        let filled = Self::map(of, &mut |_| {
            expected += 1;
            leaves.next().map_or_else(U::zero, |leaf| {
                found += 1;
                leaf
            })
        });
        if found < expected { Err(Error::DimensionMismatch { what: "leaves", expected, found }) } else { Ok(filled) }
    }

    /// Whether two structures have one shape.
    ///
    /// # Errors
    /// [`Error::DimensionMismatch`] that names `what`.
    fn check_shape<S, U>(what: &'static str, expected: &Self::Of<S>, found: &Self::Of<U>) -> Result<(), Error>
    where
        S: Scalar<Real = Self::Leaf>,
        U: Scalar<Real = Self::Leaf>,
    {
        Self::visit_pairs(expected, found, &mut NoLook).map_err(|mismatch| mismatch.of(what))
    }
}

/// A tree of plain floats: the kind of value that a function is taken at. Every [`Tree`] that is its own structure
/// over its leaf is one, so there is nothing to implement.
pub trait Point: Tree<Of<<Self as Tree>::Leaf> = Self> {}

impl<T: Tree<Of<<T as Tree>::Leaf> = T>> Point for T {}

/// Where two structures differ: one has `expected` elements, the other `found`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapeMismatch {
    /// The length in the first structure.
    pub expected: usize,
    /// The length in the second.
    pub found: usize,
}

impl ShapeMismatch {
    /// The error that names what has the wrong shape.
    pub fn of(self, what: &'static str) -> Error {
        Error::DimensionMismatch { what, expected: self.expected, found: self.found }
    }

    /// Whether two lengths are one.
    ///
    /// # Errors
    /// If not.
    pub fn check(expected: usize, found: usize) -> Result<(), Self> {
        if expected == found { Ok(()) } else { Err(Self { expected, found }) }
    }
}

impl<R: Real> Tree for R {
    type Leaf = R;
    type Of<S: Scalar<Real = R>> = S;

    const IS_LEAF: bool = true;

    #[inline]
    fn map_with<S: Scalar<Real = R>, U: Scalar<Real = R>>(of: &S, mapping: &mut impl MapLeaves<S, U>) -> U {
        mapping.leaf(*of)
    }

    #[inline]
    fn visit<S: Scalar<Real = R>>(of: &S, visitor: &mut impl Visit<S>) {
        visitor.leaf(*of);
    }

    #[inline]
    fn visit_mut<S: Scalar<Real = R>>(of: &mut S, visitor: &mut impl VisitMut<S>) {
        visitor.leaf(of);
    }

    #[inline]
    fn visit_pairs<S: Scalar<Real = R>, U: Scalar<Real = R>>(
        a: &S,
        b: &U,
        visitor: &mut impl VisitPairs<S, U>,
    ) -> Result<(), ShapeMismatch> {
        visitor.leaves(*a, *b);
        Ok(())
    }

    #[inline]
    fn shape<S: Scalar<Real = R>>(_: &S, _: &mut impl FnMut(usize)) -> bool {
        true
    }
}

/// The walks of a container, given as how it maps and how it is iterated.
macro_rules! impl_sequence {
    ([$($gen:tt)*] $Type:ty, $Of:ty, |$map_of:ident, $map_f:ident| $map:expr) => {
        impl<$($gen)*> Tree for $Type {
            type Leaf = T::Leaf;
            type Of<S: Scalar<Real = T::Leaf>> = $Of;

            #[inline]
            fn map_with<S, U>($map_of: &Self::Of<S>, $map_f: &mut impl MapLeaves<S, U>) -> Self::Of<U>
            where
                S: Scalar<Real = T::Leaf>,
                U: Scalar<Real = T::Leaf>,
            {
                $map
            }

            #[inline]
            fn visit<S: Scalar<Real = T::Leaf>>(of: &Self::Of<S>, visitor: &mut impl Visit<S>) {
                for (index, element) in of.iter().enumerate() {
                    visitor.part(Part::Index(index), |visitor| T::visit(element, visitor));
                }
            }

            #[inline]
            fn visit_mut<S: Scalar<Real = T::Leaf>>(of: &mut Self::Of<S>, visitor: &mut impl VisitMut<S>) {
                of.iter_mut().for_each(|element| T::visit_mut(element, visitor));
            }

            #[inline]
            fn visit_pairs<S, U>(
                a: &Self::Of<S>,
                b: &Self::Of<U>,
                visitor: &mut impl VisitPairs<S, U>,
            ) -> Result<(), ShapeMismatch>
            where
                S: Scalar<Real = T::Leaf>,
                U: Scalar<Real = T::Leaf>,
            {
                ShapeMismatch::check(a.iter().count(), b.iter().count())?;
                a.iter().zip(b.iter()).try_for_each(|(a, b)| T::visit_pairs(a, b, visitor))
            }

            #[inline]
            fn shape<S: Scalar<Real = T::Leaf>>(of: &Self::Of<S>, length: &mut impl FnMut(usize)) -> bool {
                length(of.iter().count());
                // Of numbers there is nothing else to tell.
                of.iter().take(if T::IS_LEAF { 1 } else { usize::MAX }).all(|element| T::shape(element, length))
            }
        }
    };
}

impl_sequence!([T: Tree, const N: usize] [T; N], [T::Of<S>; N], |of, f| std::array::from_fn(|i| T::map_with(&of[i], f)));
impl_sequence!([T: Tree] Vec<T>, Vec<T::Of<S>>, |of, f| of.iter().map(|element| T::map_with(element, f)).collect());
impl_sequence!([T: Tree] Option<T>, Option<T::Of<S>>, |of, f| of.as_ref().map(|element| T::map_with(element, f)));

macro_rules! impl_tuple {
    ($First:ident $first:tt $(, $Rest:ident $rest:tt)*) => {
        impl<$First: Tree $(, $Rest: Tree<Leaf = $First::Leaf>)*> Tree for ($First, $($Rest,)*) {
            type Leaf = $First::Leaf;
            type Of<S: Scalar<Real = $First::Leaf>> = ($First::Of<S>, $($Rest::Of<S>,)*);

            #[inline]
            fn map_with<S, U>(of: &Self::Of<S>, mapping: &mut impl MapLeaves<S, U>) -> Self::Of<U>
            where
                S: Scalar<Real = Self::Leaf>,
                U: Scalar<Real = Self::Leaf>,
            {
                ($First::map_with(&of.$first, mapping), $($Rest::map_with(&of.$rest, mapping),)*)
            }

            #[inline]
            fn visit<S: Scalar<Real = Self::Leaf>>(of: &Self::Of<S>, visitor: &mut impl Visit<S>) {
                visitor.part(Part::Index($first), |visitor| $First::visit(&of.$first, visitor));
                $(visitor.part(Part::Index($rest), |visitor| $Rest::visit(&of.$rest, visitor));)*
            }

            #[inline]
            fn visit_mut<S: Scalar<Real = Self::Leaf>>(of: &mut Self::Of<S>, visitor: &mut impl VisitMut<S>) {
                $First::visit_mut(&mut of.$first, visitor);
                $($Rest::visit_mut(&mut of.$rest, visitor);)*
            }

            #[inline]
            fn visit_pairs<S, U>(
                a: &Self::Of<S>,
                b: &Self::Of<U>,
                visitor: &mut impl VisitPairs<S, U>,
            ) -> Result<(), ShapeMismatch>
            where
                S: Scalar<Real = Self::Leaf>,
                U: Scalar<Real = Self::Leaf>,
            {
                $First::visit_pairs(&a.$first, &b.$first, visitor)?;
                $($Rest::visit_pairs(&a.$rest, &b.$rest, visitor)?;)*
                Ok(())
            }

            #[inline]
            fn shape<S: Scalar<Real = Self::Leaf>>(of: &Self::Of<S>, length: &mut impl FnMut(usize)) -> bool {
                $First::shape(&of.$first, length) $(&& $Rest::shape(&of.$rest, length))*
            }
        }
    };
}

impl_tuple!(A 0);
impl_tuple!(A 0, B 1);
impl_tuple!(A 0, B 1, C 2);
impl_tuple!(A 0, B 1, C 2, D 3);
impl_tuple!(A 0, B 1, C 2, D 3, E 4);
impl_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
