//! The suites of matrices: each workload by the kernels of a library alone, and by the backends.

use std::hint::black_box;

use anygrad::linalg::Matrix;
use anygrad::{Backend, Differentiable, Reverse, Tree};
use anygrad_benches::matrices::{
    ByHand, CholeskyByHand, CholeskyFactor, Layers, LayersByHand, LogDeterminant, LogDeterminantByHand, Primal,
    Product, ProductByHand, Solution, SolutionByHand,
};

use crate::method::Method;
use crate::own::plain;
use crate::suite::{HAND, LIBRARY, Suite};

/// Every suite, in the order of the table.
pub(crate) fn suites() -> Vec<Suite> {
    vec![product(256), layers(64), solution(200), log_determinant(100), cholesky(100)]
}

/// The product of two matrices and its adjoints.
fn product(n: usize) -> Suite {
    let (x, mut by_hand) = (Product::point(n), ProductByHand::new(n));
    by_hand.run();
    let mut suite = Suite::new("matmul", n, by_hand.value(), by_hand.derivative());
    suite.add(plain(Product, x.clone(), Matrix::to_vec));
    suite.add(hand(by_hand));
    let (seed, mut backend) = (Product::seed(n), Reverse::new());
    let compute = move |adjoints: &mut Option<_>| {
        *adjoints = backend.pullback::<_, f64>(&Product, black_box(&x), &seed).ok();
    };
    let flatten = |adjoints: &Option<(Matrix<f64>, (Matrix<f64>, Matrix<f64>))>| {
        adjoints.as_ref().map(|(_, (by_a, by_b))| [by_a.to_vec(), by_b.to_vec()].concat()).unwrap_or_default()
    };
    suite.add(Method::new("reverse", None, compute, flatten));
    suite
}

/// Ten operations in a row.
fn layers(n: usize) -> Suite {
    let mut by_hand = LayersByHand::new(n);
    by_hand.run();
    let mut suite = Suite::new("layers", n, vec![by_hand.value()], by_hand.derivative());
    suite.add(plain(Layers, Layers::point(n), |&value| vec![value]));
    suite.add(hand(by_hand));
    suite.add(reverse(Layers, Layers::point(n)));
    suite
}

/// A loss of the solution of a linear system.
fn solution(n: usize) -> Suite {
    against_primal("solve", n, Solution, Solution::point(n), SolutionByHand::new(n))
}

/// The logarithm of a determinant.
fn log_determinant(n: usize) -> Suite {
    against_primal("log-determinant", n, LogDeterminant, LogDeterminant::point(n), LogDeterminantByHand::new(n))
}

/// A loss of the Cholesky factor.
fn cholesky(n: usize) -> Suite {
    against_primal("cholesky", n, CholeskyFactor::of_size(n), CholeskyFactor::point(n), CholeskyByHand::new(n))
}

/// A suite with ratios to the primal of a library.
fn against_primal<F, H>(name: &'static str, n: usize, f: F, x: F::Input, mut by_hand: H) -> Suite
where
    F: Differentiable<Input: Clone + Tree<Leaf = f64>, Output = f64> + Clone + 'static,
    H: ByHand + Primal + Clone + 'static,
{
    by_hand.run();
    let mut suite = Suite::new(name, n, vec![by_hand.primal()], by_hand.derivative()).against(LIBRARY);
    let mut primal = by_hand.clone();
    let library = move |value: &mut f64| *value = primal.primal();
    suite.add(plain(f.clone(), x.clone(), |&value| vec![value]));
    suite.add(hand(by_hand));
    suite.add(Method::new(LIBRARY, 0.0, library, |&value| vec![value]));
    suite.add(reverse(f, x));
    suite
}

fn hand(by_hand: impl ByHand + 'static) -> Method {
    Method::new(HAND, by_hand, ByHand::run, ByHand::derivative)
}

fn reverse<F>(f: F, x: F::Input) -> Method
where
    F: Differentiable<Input: Clone + Tree<Leaf = f64>, Output = f64> + 'static,
{
    let (mut backend, buffer) = (Reverse::new(), x.clone());
    let compute = move |gradient: &mut F::Input| {
        black_box(backend.value_and_gradient_into(&f, black_box(&x), gradient).is_ok());
    };
    Method::new("reverse", buffer, compute, F::Input::flatten::<f64>)
}
