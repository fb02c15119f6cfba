//! The backend: chunks, errors of bad input, the in-place forms, and panics.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use anygrad_core::{Backend, Dense, Differentiable, Error, Scalar};
use anygrad_forward::Forward;

/// `f(x) = x₀²·x₁³`, with `∇f = (2x₀x₁³, 3x₀²x₁²)`; at (2, 3): 108 and (108, 108).
struct Monomial;

impl Differentiable for Monomial {
    type Input = Vec<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        x[0].powi(2) * x[1].powi(3)
    }
}

/// The squares of all inputs, and their number as a last output.
struct Squares;

impl Differentiable for Squares {
    type Input = Vec<f64>;
    type Output = Vec<f64>;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> Vec<S> {
        x.iter().map(|&x| x * x).chain([S::lit(x.len() as f64)]).collect()
    }
}

/// 5, of any inputs or none.
struct Five;

impl Differentiable for Five {
    type Input = Vec<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, _: &Vec<S>) -> S {
        S::lit(5.0)
    }
}

/// `x⁵¹` by 50 products, with a panic before the product `panic_at`; calls are counted.
struct Panicking {
    panic_at: Cell<usize>,
    calls: Cell<usize>,
}

impl Differentiable for Panicking {
    type Input = [f64; 2];
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, &[x, y]: &[S; 2]) -> S {
        self.calls.set(self.calls.get() + 1);
        (0..50).fold(x, |product, step| {
            assert!(step != self.panic_at.get(), "stopped");
            product * x
        }) + y
    }
}

fn check_refused<const N: usize>() {
    let mut forward = Forward::with_chunk::<N>();
    let x = vec![2.0, 3.0];
    let refused = || Error::InvalidConfig { field: "chunk", expected: "1 to 64 tangents", found: N.to_string() };
    assert_eq!(forward.gradient(&Monomial, &x), Err(refused()));
    assert_eq!(forward.value_and_gradient_into(&Monomial, &x, &mut vec![0.0; 2]), Err(refused()));
    assert_eq!(forward.jacobian(&Squares, &x), Err(refused()));
    assert_eq!(forward.hessian(&Monomial, &x), Err(refused()));
    assert_eq!(forward.hvp(&Monomial, &x, &x), Err(refused()));
    assert_eq!(forward.gradient(&Five, &vec![]), Err(refused()));
}

#[test]
fn a_chunk_outside_1_to_64_is_refused() {
    check_refused::<0>();
    check_refused::<65>();
    check_refused::<1000>();
}

fn check_chunk<const N: usize>() {
    for n in [1, 2, 7, 8, 9, 63, 64, 65] {
        let x: Vec<f64> = (1..=n).map(f64::from).collect();
        let jacobian = Forward::with_chunk::<N>().jacobian(&Squares, &x).expect("a chunk in range");
        assert_eq!(jacobian.shape(), (x.len() + 1, x.len()));
        for i in 0..=x.len() {
            for j in 0..x.len() {
                let expected = if i == j { 2.0 * x[j] } else { 0.0 };
                assert_eq!(jacobian[(i, j)], expected, "chunk {N}, {n} inputs, entry ({i}, {j})");
            }
        }
    }
}

#[test]
fn every_chunk_in_range_fits_any_number_of_inputs() {
    check_chunk::<1>();
    check_chunk::<3>();
    check_chunk::<8>();
    check_chunk::<64>();
}

#[test]
fn a_gradient_calls_the_function_once_a_chunk() {
    let f = Panicking { panic_at: Cell::new(usize::MAX), calls: Cell::new(0) };
    assert_eq!(Forward::new().gradient(&f, &[1.0, 0.0]), Ok([51.0, 1.0]));
    assert_eq!(f.calls.replace(0), 1);
    assert_eq!(Forward::with_chunk::<1>().gradient(&f, &[1.0, 0.0]), Ok([51.0, 1.0]));
    assert_eq!(f.calls.get(), 2);
}

#[test]
fn without_inputs_the_result_is_empty() {
    let (mut forward, none) = (Forward::new(), vec![]);
    assert_eq!(forward.value_and_gradient(&Five, &none), Ok((5.0, vec![])));
    assert_eq!(forward.value_and_jacobian(&Squares, &none), Ok((vec![0.0], Dense::zeros(1, 0))));
    assert_eq!(forward.pushforward::<_, f64>(&Five, &none, &none), Ok((5.0, 0.0)));
    assert_eq!(forward.pullback::<_, f64>(&Five, &none, &1.0), Ok((5.0, vec![])));
    assert_eq!(forward.hessian(&Five, &none), Ok(Dense::zeros(0, 0)));
    assert_eq!(forward.hvp(&Five, &none, &none), Ok(vec![]));
}

#[test]
fn a_gradient_needs_one_output() {
    let (mut forward, x) = (Forward::new(), vec![2.0, 3.0]);
    let refused = Error::NotScalar { outputs: 3 };
    assert_eq!(forward.gradient(&Squares, &x), Err(refused.clone()));
    assert_eq!(forward.value_and_gradient_into(&Squares, &x, &mut vec![0.0; 2]), Err(refused.clone()));
    assert_eq!(forward.hessian(&Squares, &x), Err(refused.clone()));
    assert_eq!(forward.hvp(&Squares, &x, &x), Err(refused));
}

#[test]
fn a_wrong_shape_is_named() {
    let (mut forward, x) = (Forward::new(), vec![2.0, 3.0]);
    let mismatch = |what, found| Error::DimensionMismatch { what, expected: 2, found };
    assert_eq!(forward.pushforward::<_, f64>(&Monomial, &x, &vec![1.0]), Err(mismatch("tangent", 1)));
    assert_eq!(forward.directional(&Monomial, &x, &vec![1.0; 3]), Err(mismatch("tangent", 3)));
    assert_eq!(forward.hvp(&Monomial, &x, &vec![]), Err(mismatch("vector", 0)));
    let seed = Error::DimensionMismatch { what: "seed", expected: 3, found: 2 };
    assert_eq!(forward.pullback::<_, f64>(&Squares, &x, &vec![1.0; 2]), Err(seed));
    let mut short = vec![7.0];
    assert_eq!(forward.value_and_gradient_into(&Monomial, &x, &mut short), Err(mismatch("gradient buffer", 1)));
    assert_eq!(short, [7.0]);
}

#[test]
fn the_in_place_forms_write_what_the_others_return() {
    let (mut forward, x, mut gradient) = (Forward::new(), vec![2.0, 3.0], vec![0.0; 2]);
    assert_eq!(forward.value_and_gradient_into(&Monomial, &x, &mut gradient), Ok(108.0));
    assert_eq!(gradient, [108.0, 108.0]);
    let mut jacobian = Dense::zeros(7, 7);
    assert_eq!(forward.jacobian_into(&Squares, &x, &mut jacobian), Ok(vec![4.0, 9.0, 2.0]));
    assert_eq!((jacobian.shape(), jacobian.as_slice()), ((3, 2), [4.0, 0.0, 0.0, 6.0, 0.0, 0.0].as_slice()));
}

#[test]
fn after_a_panic_the_next_gradient_is_right() {
    let mut forward = Forward::new();
    for panic_at in 0..50 {
        let f = Panicking { panic_at: Cell::new(panic_at), calls: Cell::new(0) };
        let stopped = catch_unwind(AssertUnwindSafe(|| forward.gradient(&f, &[1.0, 2.0])));
        assert!(stopped.is_err());
        f.panic_at.set(usize::MAX);
        assert_eq!(forward.gradient(&f, &[1.0, 2.0]), Ok([51.0, 1.0]));
    }
}
