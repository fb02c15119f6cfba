//! `Arguments`: the input of a function that takes several.

use crate::{Point, Scalar, Tree};

/// A tuple of structures, the arguments of a function: it can be differentiated by the first of them alone
/// ([`Backend::gradient_by_first`](crate::Backend::gradient_by_first)). All tuples that are trees are.
pub trait Arguments: Point {
    /// The first argument.
    type First: Point + Tree<Leaf = Self::Leaf>;

    /// The first argument, over any scalar.
    fn first<S: Scalar<Real = Self::Leaf>>(of: &Self::Of<S>) -> &<Self::First as Tree>::Of<S>;
}

/// The first argument of a function, over the scalar `S`.
pub type First<F, S> = <<<F as crate::Differentiable>::Input as Arguments>::First as Tree>::Of<S>;

macro_rules! impl_arguments {
    ($($Rest:ident)*) => {
        impl<A: Point $(, $Rest: Point + Tree<Leaf = A::Leaf>)*> Arguments for (A, $($Rest,)*) {
            type First = A;

            #[inline]
            fn first<S: Scalar<Real = A::Leaf>>(of: &Self::Of<S>) -> &A::Of<S> {
                &of.0
            }
        }
    };
}

impl_arguments!();
impl_arguments!(B);
impl_arguments!(B C);
impl_arguments!(B C D);
impl_arguments!(B C D E);
impl_arguments!(B C D E F);
