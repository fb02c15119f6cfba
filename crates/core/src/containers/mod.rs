//! Vectors and matrices of other crates as trees: a point, a gradient, a tangent may be any of them.
//!
//! Over the scalar of a backend they are containers: elements are read and written. The operations on matrices of their own
//! crates ask for more than a scalar that belongs to a tape can promise.

#[cfg(feature = "faer")]
mod faer;
#[cfg(feature = "nalgebra")]
mod nalgebra;
#[cfg(feature = "ndarray")]
mod ndarray;

/// The walks of a container of numbers, given as how it maps, is iterated, and which lengths it has.
macro_rules! impl_container {
    (
        [$($gen:tt)*] $Type:ty, $Of:ty,
        |$of:ident, $f:ident| $map:expr, $each:expr, mut $each_mut:expr, lengths $lengths:expr
    ) => {
        impl<$($gen)*> $crate::Tree for $Type {
            type Leaf = R;
            type Of<S: $crate::Scalar<Real = R>> = $Of;

            fn map_with<S, U>($of: &Self::Of<S>, mapping: &mut impl $crate::MapLeaves<S, U>) -> Self::Of<U>
            where
                S: $crate::Scalar<Real = R>,
                U: $crate::Scalar<Real = R>,
            {
                let mut $f = |leaf: S| mapping.leaf(leaf);
                $map
            }

            fn visit<S: $crate::Scalar<Real = R>>($of: &Self::Of<S>, visitor: &mut impl $crate::Visit<S>) {
                $each.for_each(|&leaf| visitor.leaf(leaf));
            }

            fn visit_mut<S: $crate::Scalar<Real = R>>($of: &mut Self::Of<S>, visitor: &mut impl $crate::VisitMut<S>) {
                $each_mut.for_each(|leaf| visitor.leaf(leaf));
            }

            fn visit_pairs<S, U>(
                a: &Self::Of<S>,
                b: &Self::Of<U>,
                visitor: &mut impl $crate::VisitPairs<S, U>,
            ) -> Result<(), $crate::ShapeMismatch>
            where
                S: $crate::Scalar<Real = R>,
                U: $crate::Scalar<Real = R>,
            {
                let of_a = { let $of = a; $lengths };
                let of_b = { let $of = b; $lengths };
                of_a.into_iter().zip(of_b).try_for_each(|(a, b)| $crate::ShapeMismatch::check(a, b))?;
                let a = { let $of = a; $each };
                let b = { let $of = b; $each };
                a.zip(b).for_each(|(&a, &b)| visitor.leaves(a, b));
                Ok(())
            }

            fn shape<S: $crate::Scalar<Real = R>>($of: &Self::Of<S>, length: &mut impl FnMut(usize)) -> bool {
                $lengths.into_iter().for_each(length);
                true
            }
        }
    };
}
use impl_container;
