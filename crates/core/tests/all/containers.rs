//! Vectors and matrices of other crates as points.

use anygrad_core::{Backend, Differentiable, Error, Real, Scalar, Tree};
use anygrad_forward::Forward;

/// Leaves are walked in the order of the container, the gradient has its type, and another shape is an error.
fn assert_walks<T>(point: &T, other: &T, flat: &[f64])
where
    T: Tree<Leaf = f64, Of<f64> = T> + PartialEq + std::fmt::Debug,
{
    assert_eq!(T::flatten::<f64>(point), flat);
    let mut halves = T::map(point, &mut |x: f64| x * 0.5);
    T::each_mut(&mut halves, &mut |x: &mut f64| *x *= 2.0);
    assert_eq!(&halves, point);
    assert_eq!(T::refill::<f64, f64>(point, &mut flat.iter().copied()).as_ref(), Ok(point));
    let mut products = Vec::new();
    assert_eq!(T::zip(point, &halves, &mut |a: f64, b: f64| products.push(a * b)), Ok(()));
    assert_eq!(products, flat.iter().map(|x| x * x).collect::<Vec<_>>());
    assert!(T::zip(point, other, &mut |_: f64, _: f64| {}).is_err());
}

/// `Σ xᵢ²/2` of any container: its gradient is the point.
struct Energy<T>(std::marker::PhantomData<T>);

impl<R: Real, T: Tree<Leaf = R, Of<R> = T>> Differentiable for Energy<T> {
    type Input = T;
    type Output = R;

    fn call<S: Scalar<Real = R>>(&self, x: &T::Of<S>) -> S {
        let mut sum = S::zero();
        T::each(x, &mut |x: S| sum += x * x * S::lit(0.5));
        sum
    }
}

fn assert_gradient<T>(point: &T) -> Result<(), Error>
where
    T: Tree<Leaf = f64, Of<f64> = T> + PartialEq + std::fmt::Debug,
{
    assert_eq!(&Forward::new().gradient(&Energy(std::marker::PhantomData), point)?, point);
    Ok(())
}

#[cfg(feature = "nalgebra")]
#[test]
fn nalgebra() -> Result<(), Error> {
    use nalgebra::{DMatrix, DVector, Matrix2x3};
    let vector = DVector::from_vec(vec![1.0, 2.0, 3.0]);
    assert_walks(&vector, &DVector::zeros(2), &[1.0, 2.0, 3.0]);
    assert_gradient(&vector)?;
    let matrix = DMatrix::from_row_slice(2, 3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_walks(&matrix, &DMatrix::zeros(3, 2), &[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    assert_gradient(&matrix)?;
    let fixed = Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    assert_eq!(<Matrix2x3<f64>>::flatten::<f64>(&fixed), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    assert_gradient(&fixed)
}

#[cfg(feature = "ndarray")]
#[test]
fn ndarray() -> Result<(), Error> {
    use ndarray::{Array, Array1, Array2, array};
    let vector = array![1.0, 2.0, 3.0];
    assert_walks(&vector, &Array1::zeros(2), &[1.0, 2.0, 3.0]);
    assert_gradient(&vector)?;
    let matrix = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    assert_walks(&matrix, &Array2::zeros((3, 2)), &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_walks(&matrix.t().to_owned(), &matrix, &[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    assert_gradient(&matrix)?;
    assert_gradient(&Array::from_shape_fn((2, 1, 3), |(i, _, k)| (i + k) as f64))
}

#[cfg(feature = "faer")]
#[test]
fn faer() -> Result<(), Error> {
    use faer::{Col, Mat, Row};
    let column = Col::from_fn(3, |i| i as f64 + 1.0);
    assert_walks(&column, &Col::zeros(2), &[1.0, 2.0, 3.0]);
    assert_gradient(&column)?;
    let row = Row::from_fn(3, |i| i as f64 + 1.0);
    assert_walks(&row, &Row::zeros(2), &[1.0, 2.0, 3.0]);
    assert_gradient(&row)?;
    let matrix = Mat::from_fn(2, 3, |i, j| (3 * i + j) as f64 + 1.0);
    assert_walks(&matrix, &Mat::zeros(3, 2), &[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    assert_gradient(&matrix)
}
