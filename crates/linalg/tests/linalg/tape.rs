//! What operations on whole arrays leave on a tape, and what flows back.

use anygrad_core::arrays::Array;
use anygrad_core::{Backend, Differentiable, Error, Scalar};
use anygrad_linalg::{Matrix, Vector};
use anygrad_reverse::{Reverse, Tape, Var};

/// `½·‖A·x‖²`.
struct Energy;

impl Differentiable for Energy {
    type Input = (Matrix<f64>, Vector<f64>);
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &(Matrix<S>, Vector<S>)) -> S {
        self.try_call::<S>(x).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_call<S: Scalar<Real = f64>>(&self, (a, x): &(Matrix<S>, Vector<S>)) -> Result<S, Error> {
        let y = a.matvec(x)?;
        Ok(y.dot(&y)? * 0.5)
    }
}

/// `∂/∂A = (A·x)·xᵀ` and `∂/∂x = Aᵀ·(A·x)`.
#[test]
fn gradients_have_the_shapes_of_the_point() -> Result<(), Error> {
    let a = Matrix::from_rows([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]]);
    let x = Vector::new([1.0, 1.0, 2.0]);
    let (by_a, by_x) = Reverse::new().gradient(&Energy, &(a.clone(), x.clone()))?;
    let y = a.matvec(&x)?;
    assert_eq!(y.to_vec(), [3.0, 5.0]);
    assert_eq!(by_a, y.outer(&x));
    assert_eq!(by_x.to_vec(), [3.0, 1.0, 15.0]);
    Ok(())
}

#[test]
fn the_gradient_of_a_bad_shape_is_an_error() {
    let point = (Matrix::zeros(2, 3), Vector::zeros(2));
    let error = Reverse::new().gradient(&Energy, &point).unwrap_err();
    let expected = "matvec: expected a vector as long as the matrix has columns, found 2×3 and 2×1";
    assert_eq!(error.to_string(), expected);
}

/// An operation is one entry, whatever its size; an element taken out is one more.
#[test]
fn a_product_is_one_entry() -> Result<(), Error> {
    let mut tape = Tape::<f64>::new();
    tape.record(|recording| {
        let array = |n: usize| Array::collect(n, |i| i as f64);
        let a = Vector::<Var<'_, f64>>::from_array(recording.variables(array(64 * 64))).reshape(64, 64)?;
        a.matmul(&a)?.tanh().sum_along(anygrad_linalg::Axis::Rows);
        Ok::<_, Error>(())
    })?;
    assert_eq!(tape.len(), 3);
    Ok(())
}

/// Elements that were taken out, computed with and put back: `d/dx Σ (x₀², x₁, x₀·x₁) = (2x₀ + x₁, 1 + x₀)`.
#[test]
fn elements_come_and_go() -> Result<(), Error> {
    let found = Tape::<f64>::new().record(|recording| {
        let x = recording.variables(Array::collect(2, |i| [3.0, 5.0][i]));
        let (x0, x1) = (x.get(0), x.get(1));
        let mut y = Vector::new([x0, x1, x0 * x1]);
        y.set(0, x0 * x0)?;
        let adjoints = recording.adjoints(y.sum())?;
        Ok::<_, Error>(adjoints.of_array(&x).map(|adjoint| adjoint.to_vec()))
    })?;
    assert_eq!(found, Some(vec![11.0, 4.0]));
    Ok(())
}

/// What nothing depends on has no adjoint, and a constant matrix gets none.
#[test]
fn unused_arrays_have_zero_adjoints() -> Result<(), Error> {
    struct First;
    impl Differentiable for First {
        type Input = [Vector<f64>; 2];
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, [x, _]: &[Vector<S>; 2]) -> S {
            x.sum()
        }
    }
    let point = [Vector::new([1.0, 2.0]), Vector::new([f64::INFINITY])];
    let [used, unused] = Reverse::new().gradient(&First, &point)?;
    assert_eq!((used.to_vec(), unused.to_vec()), (vec![1.0, 1.0], vec![0.0]));
    Ok(())
}

/// An adjoint that is 0 at the point still has a derivative: `(p − 3)²·p` has the second derivative `6p − 12`, and 6 at 3.
#[test]
fn adjoints_of_zero_flow_on() -> Result<(), Error> {
    struct Elements;
    impl Differentiable for Elements {
        type Input = f64;
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, p: &S) -> S {
            let v = Vector::new([*p - 3.0, *p]);
            let (x, y) = (v.as_array().get(0), v.as_array().get(1));
            x * x * y
        }
    }
    struct Whole;
    impl Differentiable for Whole {
        type Input = f64;
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, p: &S) -> S {
            Vector::new([*p - 3.0]).square().scale(*p).sum()
        }
    }
    assert_eq!(Reverse::new().second_derivative(&Elements, 3.0)?, 6.0);
    assert_eq!(Reverse::new().second_derivative(&Whole, 3.0)?, 6.0);
    Ok(())
}
