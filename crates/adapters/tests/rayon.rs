//! The bits do not depend on the number of threads.
#![cfg(feature = "rayon")]

use anygrad_adapters::rayon::Parallel;
use anygrad_core::{Backend, Dense, Differentiable, Error, Scalar, loops};
use anygrad_forward::Forward;
use anygrad_reverse::Reverse;

/// Runs `body` on pools of so many threads.
fn on_pools<Y: Send>(body: impl Fn() -> Y + Sync) -> Vec<Y> {
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    [1, 2, 3, 8].into_iter().map(|threads| pool(threads).install(&body)).collect()
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

fn same_bits(found: &Dense<f64>, expected: &Dense<f64>) {
    assert_eq!(found.shape(), expected.shape());
    assert_eq!(bits(found.as_slice()), bits(expected.as_slice()));
}

/// Every output depends on every input, and meets hard points: `√0`, `0⁰`, a maximum at a tie.
struct Mixed {
    outputs: usize,
}

impl Differentiable for Mixed {
    type Input = Vec<f64>;
    type Output = Vec<f64>;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> Vec<S> {
        let sum: S = x.iter().map(|&x| x.sin() * x).sum();
        let output = |i: usize| {
            let (a, b) = (x[i % x.len()], x[(i + 7) % x.len()]);
            (a * b).exp() * sum + a.abs().sqrt() - a.max(b) + a.abs().powf(b)
        };
        (0..self.outputs).map(output).collect()
    }
}

fn point(n: usize) -> Vec<f64> {
    // Every tenth input is 0.
    (0..n).map(|i| if i % 10 == 3 { 0.0 } else { (i as f64).cos() }).collect()
}

fn jacobians_agree(backend: impl Backend + Send) {
    for (n, m) in [(1, 1), (7, 3), (8, 40), (50, 9), (83, 83)] {
        let (f, x) = (Mixed { outputs: m }, point(n));
        let (value, jacobian) = backend.clone().value_and_jacobian(&f, &x).unwrap();
        for block in [1, 5, 8, 100] {
            let parallel = Parallel::new(backend.clone()).with_block(block).unwrap();
            for (y, found) in on_pools(|| parallel.value_and_jacobian(&f, &x).unwrap()) {
                assert_eq!(bits(&y), bits(&value));
                same_bits(&found, &jacobian);
            }
        }
    }
}

#[test]
fn jacobians_are_those_of_the_backend() {
    jacobians_agree(Forward::new());
    jacobians_agree(Forward::with_chunk::<3>());
    jacobians_agree(Reverse::new());
}

/// `Σ exp(xᵢ·xᵢ₊₁)`.
struct Neighbours;

impl Differentiable for Neighbours {
    type Input = Vec<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        x.windows(2).map(|pair| (pair[0] * pair[1]).exp()).sum()
    }
}

fn gradients_agree(backend: impl Backend + Send) {
    let x = point(37);
    let (value, gradient) = backend.clone().value_and_gradient(&Neighbours, &x).unwrap();
    let parallel = Parallel::new(backend);
    for (y, found) in on_pools(|| parallel.value_and_gradient(&Neighbours, &x).unwrap()) {
        assert_eq!((y.to_bits(), bits(&found)), (value.to_bits(), bits(&gradient)));
    }
}

#[test]
fn gradients_are_those_of_the_backend() {
    gradients_agree(Forward::new());
    gradients_agree(Reverse::new());
}

#[test]
fn without_inputs_or_outputs() {
    let parallel = Parallel::new(Forward::new());
    assert_eq!(parallel.jacobian(&Mixed { outputs: 0 }, &point(20)).unwrap().shape(), (0, 20));
    assert_eq!(Parallel::new(Reverse::new()).jacobian(&Mixed { outputs: 0 }, &point(20)).unwrap().shape(), (0, 20));
    assert_eq!(
        parallel.value_and_gradient(&Neighbours, &vec![]),
        Forward::new().value_and_gradient(&Neighbours, &vec![])
    );
}

#[test]
fn errors_are_those_of_the_backend() {
    let full = Parallel::new(Reverse::with_limit(5)).jacobian(&Mixed { outputs: 30 }, &point(20));
    assert_eq!(full, Err(Error::TapeFull { limit: 5 }));
    let several = Parallel::new(Forward::new()).value_and_gradient(&Mixed { outputs: 3 }, &point(20));
    assert_eq!(several, Err(Error::NotScalar { outputs: 3 }));
    let none = Parallel::new(Forward::new()).with_block(0).map(|_| ());
    assert!(matches!(none, Err(Error::InvalidConfig { field: "block", .. })));
}

/// `x`, where nothing in it is negative.
struct Partial;

impl Differentiable for Partial {
    type Input = Vec<f64>;
    type Output = Vec<f64>;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> Vec<S> {
        self.try_call(x).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> Result<Vec<S>, Error> {
        if x.iter().all(|&x| x >= S::zero()) { Ok(x.clone()) } else { Err(Error::function(std::fmt::Error)) }
    }
}

#[test]
fn the_error_of_a_function_comes_back() {
    let expected = Err(Error::function(std::fmt::Error));
    assert_eq!(Parallel::new(Forward::new()).jacobian(&Partial, &point(20)), expected);
    assert_eq!(Parallel::new(Reverse::new()).jacobian(&Partial, &point(20)), expected);
    assert!(Parallel::new(Reverse::new()).jacobian(&Partial, &vec![1.0; 20]).is_ok());
}

/// `Σ ln(1 + exp(a·tᵢ + b))`.
struct Loss<'a>(&'a [f64]);

impl Differentiable for Loss<'_> {
    type Input = [f64; 2];
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, &[a, b]: &[S; 2]) -> S {
        loops::sum(loops::data(self.0), |t: S| (a * t + b).softplus())
    }
}

#[test]
fn sums_are_those_of_all_rows_at_once() {
    let x = [0.75, -0.5];
    for rows in [0, 1, 1023, 1024, 1025, 5000, 40_000] {
        let t: Vec<f64> = (0..rows).map(|i| f64::from(i).sin()).collect();
        let (value, gradient) = Forward::new().value_and_gradient(&Loss(&t), &x).unwrap();
        let sum = Parallel::new(Forward::new()).sum(t.len(), |rows| Loss(&t[rows]));
        for (y, found) in on_pools(|| sum.value_and_gradient(&x).unwrap()) {
            assert_eq!((y.to_bits(), bits(&found)), (value.to_bits(), bits(&gradient)), "{rows} rows");
        }
        for y in on_pools(|| sum.value(&x).unwrap()) {
            assert_eq!(y.to_bits(), value.to_bits());
        }
    }
}

/// Reverse mode adds the rows of a block from the last to the first: the sum of the blocks is what is kept on any number of
/// threads.
#[test]
fn sums_in_reverse_mode_do_not_depend_on_threads() {
    let (x, t): (_, Vec<f64>) = ([0.75, -0.5], (0..10_000).map(|i| f64::from(i).sin()).collect());
    let (mut value, mut gradient) = (0.0, [0.0; 2]);
    for block in t.chunks(loops::SUM_BLOCK) {
        let (term, slope) = Reverse::new().value_and_gradient(&Loss(block), &x).unwrap();
        value += term;
        gradient.iter_mut().zip(slope).for_each(|(sum, term)| *sum += term);
    }
    let sum = Parallel::new(Reverse::new()).sum(t.len(), |rows| Loss(&t[rows]));
    for (y, found) in on_pools(|| sum.value_and_gradient(&x).unwrap()) {
        assert_eq!((y.to_bits(), bits(&found)), (value.to_bits(), bits(&gradient)));
    }
}

#[test]
fn a_sum_fails_as_its_first_block_does() {
    let t = vec![1.0; 10_000];
    let sum = Parallel::new(Reverse::with_limit(100)).sum(t.len(), |rows| Loss(&t[rows]));
    assert_eq!(sum.value_and_gradient(&[0.0, 0.0]), Err(Error::TapeFull { limit: 100 }));
}
