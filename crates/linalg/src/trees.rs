//! Vectors, matrices and images as trees: each is one array.

use anygrad_core::{MapLeaves, Real, Scalar, ShapeMismatch, Tree, Visit, VisitMut, VisitPairs};

use crate::{Images, Matrix, Vector};

impl<R: Real> Tree for Vector<R> {
    type Leaf = R;
    type Of<S: Scalar<Real = R>> = Vector<S>;

    fn map_with<S, U>(of: &Vector<S>, mapping: &mut impl MapLeaves<S, U>) -> Vector<U>
    where
        S: Scalar<Real = R>,
        U: Scalar<Real = R>,
    {
        Vector::from_array(mapping.array(&of.data))
    }

    fn visit<S: Scalar<Real = R>>(of: &Vector<S>, visitor: &mut impl Visit<S>) {
        visitor.array(&of.data);
    }

    fn visit_mut<S: Scalar<Real = R>>(of: &mut Vector<S>, visitor: &mut impl VisitMut<S>) {
        visitor.array(&mut of.data);
    }

    fn visit_pairs<S, U>(a: &Vector<S>, b: &Vector<U>, visitor: &mut impl VisitPairs<S, U>) -> Result<(), ShapeMismatch>
    where
        S: Scalar<Real = R>,
        U: Scalar<Real = R>,
    {
        ShapeMismatch::check(a.len(), b.len())?;
        visitor.arrays(&a.data, &b.data);
        Ok(())
    }

    fn shape<S: Scalar<Real = R>>(of: &Vector<S>, length: &mut impl FnMut(usize)) -> bool {
        length(of.len());
        true
    }
}

impl<R: Real> Tree for Matrix<R> {
    type Leaf = R;
    type Of<S: Scalar<Real = R>> = Matrix<S>;

    fn map_with<S, U>(of: &Matrix<S>, mapping: &mut impl MapLeaves<S, U>) -> Matrix<U>
    where
        S: Scalar<Real = R>,
        U: Scalar<Real = R>,
    {
        Matrix::of(of.rows(), of.columns(), mapping.array(&of.data))
    }

    fn visit<S: Scalar<Real = R>>(of: &Matrix<S>, visitor: &mut impl Visit<S>) {
        visitor.shaped(&[of.rows(), of.columns()], &of.data);
    }

    fn visit_mut<S: Scalar<Real = R>>(of: &mut Matrix<S>, visitor: &mut impl VisitMut<S>) {
        visitor.array(&mut of.data);
    }

    fn visit_pairs<S, U>(a: &Matrix<S>, b: &Matrix<U>, visitor: &mut impl VisitPairs<S, U>) -> Result<(), ShapeMismatch>
    where
        S: Scalar<Real = R>,
        U: Scalar<Real = R>,
    {
        ShapeMismatch::check(a.rows(), b.rows())?;
        ShapeMismatch::check(a.columns(), b.columns())?;
        visitor.arrays(&a.data, &b.data);
        Ok(())
    }

    fn shape<S: Scalar<Real = R>>(of: &Matrix<S>, length: &mut impl FnMut(usize)) -> bool {
        length(of.rows());
        length(of.columns());
        true
    }
}

impl<R: Real> Tree for Images<R> {
    type Leaf = R;
    type Of<S: Scalar<Real = R>> = Images<S>;

    fn map_with<S, U>(of: &Images<S>, mapping: &mut impl MapLeaves<S, U>) -> Images<U>
    where
        S: Scalar<Real = R>,
        U: Scalar<Real = R>,
    {
        Images { channels: of.channels, count: of.count, size: of.size, data: mapping.array(&of.data) }
    }

    fn visit<S: Scalar<Real = R>>(of: &Images<S>, visitor: &mut impl Visit<S>) {
        visitor.shaped(&[of.channels, of.size[0], of.size[1], of.count], &of.data);
    }

    fn visit_mut<S: Scalar<Real = R>>(of: &mut Images<S>, visitor: &mut impl VisitMut<S>) {
        visitor.array(&mut of.data);
    }

    fn visit_pairs<S, U>(a: &Images<S>, b: &Images<U>, visitor: &mut impl VisitPairs<S, U>) -> Result<(), ShapeMismatch>
    where
        S: Scalar<Real = R>,
        U: Scalar<Real = R>,
    {
        a.shape().into_iter().zip(b.shape()).try_for_each(|(a, b)| ShapeMismatch::check(a, b))?;
        visitor.arrays(&a.data, &b.data);
        Ok(())
    }

    fn shape<S: Scalar<Real = R>>(of: &Images<S>, length: &mut impl FnMut(usize)) -> bool {
        of.shape().into_iter().for_each(length);
        true
    }
}
