//! Vectors, matrices and images as trees: each is one array.

use anygrad_core::{MapLeaves, Real, Scalar, ShapeMismatch, Tree, Visit, VisitMut, VisitPairs};

use crate::{Images, Matrix, Vector};

/// The walks of what is one array, given as what it is with another array, and the lengths of its axes.
macro_rules! impl_one_array {
    ($Type:ident, |$of:ident, $data:ident| $with:expr, axes $axes:expr, lengths $lengths:expr) => {
        impl<R: Real> Tree for $Type<R> {
            type Leaf = R;
            type Of<S: Scalar<Real = R>> = $Type<S>;

            fn map_with<S, U>($of: &$Type<S>, mapping: &mut impl MapLeaves<S, U>) -> $Type<U>
            where
                S: Scalar<Real = R>,
                U: Scalar<Real = R>,
            {
                let $data = mapping.array(&$of.data);
                $with
            }

            fn visit<S: Scalar<Real = R>>($of: &$Type<S>, visitor: &mut impl Visit<S>) {
                visitor.shaped(&$axes, &$of.data);
            }

            fn visit_mut<S: Scalar<Real = R>>(of: &mut $Type<S>, visitor: &mut impl VisitMut<S>) {
                visitor.array(&mut of.data);
            }

            fn visit_pairs<S, U>(
                a: &$Type<S>,
                b: &$Type<U>,
                visitor: &mut impl VisitPairs<S, U>,
            ) -> Result<(), ShapeMismatch>
            where
                S: Scalar<Real = R>,
                U: Scalar<Real = R>,
            {
                let of_a = {
                    let $of = a;
                    $lengths
                };
                let of_b = {
                    let $of = b;
                    $lengths
                };
                of_a.into_iter().zip(of_b).try_for_each(|(a, b)| ShapeMismatch::check(a, b))?;
                visitor.arrays(&a.data, &b.data);
                Ok(())
            }

            fn shape<S: Scalar<Real = R>>($of: &$Type<S>, length: &mut impl FnMut(usize)) -> bool {
                $lengths.into_iter().for_each(length);
                true
            }
        }
    };
}

impl_one_array!(Vector, |of, data| Vector::from_array(data), axes[of.len()], lengths[of.len()]);
impl_one_array!(
    Matrix, |of, data| Matrix::of(of.rows(), of.columns(), data),
    axes [of.rows(), of.columns()], lengths [of.rows(), of.columns()]
);
impl_one_array!(
    Images, |of, data| Images { channels: of.channels, count: of.count, size: of.size, data },
    axes [of.channels, of.size[0], of.size[1], of.count], lengths of.shape()
);
