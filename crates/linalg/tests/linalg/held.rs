//! Vectors and matrices that an inner derivative holds: constants of its level, inputs of the one outside.

use anygrad_core::{Backend, Differentiable, Error, Scalar};
use anygrad_finite::Finite;
use anygrad_forward::Forward;
use anygrad_linalg::{Matrix, Vector};
use anygrad_reverse::Reverse;

/// `f(x, A, s) = s·½·xᵀA·x`; `∂f/∂x = s·½·(A + Aᵀ)x`.
struct Form;

impl Differentiable for Form {
    type Input = (Vector<f64>, Matrix<f64>, f64);
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, at: &(Vector<S>, Matrix<S>, S)) -> S {
        self.try_call::<S>(at).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_call<S: Scalar<Real = f64>>(&self, (x, a, s): &(Vector<S>, Matrix<S>, S)) -> Result<S, Error> {
        Ok(x.dot(&a.matvec(x)?)? * *s * 0.5)
    }
}

/// `A ↦ bᵀ·∂f/∂x` at `x`, with `s = 1`: `½·bᵀ(A + Aᵀ)x`, whose derivative by `Aᵢⱼ` is `½(bᵢ·xⱼ + xᵢ·bⱼ)`.
struct Along<B>(B);

const X: [f64; 2] = [3.0, -1.0];
const B: [f64; 2] = [2.0, 5.0];

impl<I: Backend> Differentiable for Along<I> {
    type Input = Matrix<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, a: &Matrix<S>) -> S {
        self.try_call::<S>(a).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_call<S: Scalar<Real = f64>>(&self, a: &Matrix<S>) -> Result<S, Error> {
        let at = (Vector::new(X.map(S::lit)), a.clone(), S::one());
        let (_, slope) = self.0.clone().gradient_by_first::<Form, S>(&Form, &at)?;
        slope.dot(&Vector::new(B.map(S::lit)))
    }
}

#[test]
fn the_gradient_by_a_vector_holds_the_matrix() {
    let a = Matrix::from_rows([[1.0, 2.0], [4.0, -3.0]]);
    let at = (Vector::new(X), a, 2.0);
    // A·x = (1, 15) and Aᵀ·x = (−1, 9), so xᵀA·x = −12.
    let expected = Ok((-12.0, Vector::new([0.0, 24.0])));
    assert_eq!(Forward::new().gradient_by_first::<Form, f64>(&Form, &at), expected);
    assert_eq!(Forward::with_chunk::<1>().gradient_by_first::<Form, f64>(&Form, &at), expected);
    assert_eq!(Reverse::new().gradient_by_first::<Form, f64>(&Form, &at), expected);
}

#[test]
fn a_held_matrix_carries_the_derivatives_of_the_level_outside() {
    let a = Matrix::from_rows([[1.0, 2.0], [4.0, -3.0]]);
    // ½(b·xᵀ + x·bᵀ), with b·xᵀ = (6, −2; 15, −5).
    let expected = Ok(Matrix::from_rows([[6.0, 6.5], [6.5, -5.0]]));
    assert_eq!(Forward::new().gradient(&Along(Forward::new()), &a), expected);
    assert_eq!(Forward::new().gradient(&Along(Reverse::new()), &a), expected);
    assert_eq!(Reverse::new().gradient(&Along(Forward::new()), &a), expected);
    assert_eq!(Reverse::new().gradient(&Along(Reverse::new()), &a), expected);
    let differences = Finite::default().gradient(&Along(Reverse::new()), &a).expect("one output");
    for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let expected = (B[i] * X[j] + X[i] * B[j]) / 2.0;
        assert!((differences.get(i, j).expect("inside") - expected).abs() < 1e-8);
    }
}
