//! `gmm`: the logarithm of the posterior of a mixture of Gaussians, with a Wishart prior on the precisions.
//!
//! With `n` points `xᵢ` of `d` numbers, and for each of `k` components a weight `α`, a mean `μ` and a triangle `U: d×d` (`exp q` on
//! its diagonal, `l` above it, row by row) whose product `U·Uᵀ` is the precision:
//!
//! `−½·n·d·ln 2π + Σᵢ lseₖ(αₖ + Σqₖ − ½·‖Uₖᵀ·(xᵢ − μₖ)‖²) − n·lse(α) + prior`,
//! `prior = k·C − Σₖ [½γ²·(‖exp qₖ‖² + ‖lₖ‖²) − m·Σqₖ]`, `lse v = ln Σ exp v`.

use std::f64::consts::{LN_2, PI};

use anygrad::linalg::{Axis, Matrix, Vector};
use anygrad::{Scalar, Tree, differentiable};
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Eval, Options, Workload, check_count, matrix, parse};
use crate::job::{gradient, value};
use crate::{Error, Job};

/// The eval.
pub const EVAL: Eval = Eval {
    name: "gmm",
    functions: &[("objective", objective), ("jacobian", derivative)],
    // The benchmark's own inputs have no m either.
    workloads: &[
        Workload { name: "d=2 k=5 n=1000", input: |rng| json!(Input { m: 0, ..Input::random(2, 5, 1000, rng) }) },
        Workload { name: "d=10 k=25 n=1000", input: |rng| json!(Input { m: 0, ..Input::random(10, 25, 1000, rng) }) },
        Workload { name: "d=64 k=25 n=1000", input: |rng| json!(Input { m: 0, ..Input::random(64, 25, 1000, rng) }) },
    ],
};

/// What the eval takes.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    d: usize,
    k: usize,
    n: usize,
    x: Vec<Vec<f64>>,
    m: u32,
    gamma: f64,
    alpha: Vec<f64>,
    mu: Vec<Vec<f64>>,
    q: Vec<Vec<f64>>,
    l: Vec<Vec<f64>>,
}

impl Input {
    /// `n` points of `d` numbers, and `k` components.
    pub fn random(d: usize, k: usize, n: usize, rng: &mut impl Rng) -> Self {
        let mut numbers = |count: usize| (0..count).map(|_| rng.random_range(-1.0..1.0)).collect::<Vec<f64>>();
        let mut rows = |count: usize, width: usize| (0..count).map(|_| numbers(width)).collect::<Vec<_>>();
        let (x, mu, q, l) = (rows(n, d), rows(k, d), rows(k, d), rows(k, d * d.saturating_sub(1) / 2));
        Self { d, k, n, x, m: 1, gamma: 1.5, alpha: numbers(k), mu, q, l }
    }
}

/// One of the Gaussians.
#[derive(Clone, Debug, Tree)]
pub struct Component<S: Scalar> {
    alpha: S,
    mu: Vector<S>,
    q: Vector<S>,
    l: Vector<S>,
}

/// What is known of the precisions beforehand.
#[derive(Clone, Copy, Debug)]
pub struct Wishart {
    pub(crate) gamma: f64,
    pub(crate) m: u32,
}

impl Wishart {
    /// The logarithm of the prior's factor for one component of `d` dimensions.
    pub(crate) fn normalisation(self, d: usize) -> f64 {
        let freedom = f64::from(self.m) + 1.0 + d as f64;
        let d = d as f64;
        freedom * d * (self.gamma.ln() - 0.5 * LN_2) - ln_multivariate_gamma(0.5 * freedom, d)
    }
}

/// `ln Γ_p(a) = ¼·p·(p − 1)·ln π + Σⱼ ln Γ(a + ½·(1 − j))`, `j` from 1 to `p`.
fn ln_multivariate_gamma(a: f64, p: f64) -> f64 {
    let terms = (0..p as usize).map(|j| libm::lgamma(a - 0.5 * j as f64));
    0.25 * p * (p - 1.0) * PI.ln() + terms.sum::<f64>()
}

/// The logarithm of the posterior.
#[differentiable]
pub fn log_posterior<S: Scalar<Real = f64>>(
    components: &[Component<S>],
    points: Matrix<f64>,
    prior: Wishart,
) -> Result<S, anygrad::Error> {
    let (n, d) = points.shape();
    let points = Matrix::constant(&points);
    let (mut densities, mut prior_terms) = (Vec::new(), S::zero());
    for Component { alpha, mu, q, l } in components {
        let (scales, log_determinant) = (q.exp(), q.sum());
        let triangle = l.strict_upper_triangle(d)?.add(&scales.diagonal_matrix())?;
        // Uᵀ·(x − μ) for all points, a row each.
        let whitened = points.matmul(&triangle)?.add_to_rows(&triangle.transposed_matvec(mu)?.negate())?;
        let squares = whitened.square().sum_along(Axis::Columns);
        densities.push(squares.scale(S::constant(-0.5)).shift(*alpha + log_determinant));
        let squares = scales.square().sum() + l.square().sum();
        prior_terms += log_determinant * f64::from(prior.m) - squares * (0.5 * prior.gamma * prior.gamma);
    }
    let likelihood = log_sum_exp(&Matrix::stack(&densities)?)?.sum();
    let alphas = Vector::new(components.iter().map(|component| component.alpha)).to_column();
    let weights = log_sum_exp(&alphas)?.sum() * n as f64;
    let constant = components.len() as f64 * prior.normalisation(d) - 0.5 * (n * d) as f64 * (2.0 * PI).ln();
    Ok(likelihood - weights + prior_terms + constant)
}

/// `ln Σ exp x` down each column. The maximum is taken out of the exponentials, so that none of them overflows.
fn log_sum_exp<S: Scalar>(x: &Matrix<S>) -> Result<Vector<S>, anygrad::Error> {
    let greatest = x.max_along(Axis::Rows);
    let sums = x.add_to_rows(&greatest.negate())?.exp().sum_along(Axis::Rows);
    sums.ln().add(&greatest)
}

/// The function for the points and the prior, and the components.
///
/// # Errors
/// What is wrong with the input.
pub fn read(input: Value) -> Result<(LogPosterior, Vec<Component<f64>>), Error> {
    let Input { d, k, n, x, m, gamma, alpha, mu, q, l } = parse(EVAL.name, input)?;
    check_count(EVAL.name, "points x", n, x.len())?;
    for (what, found) in
        [("weights alpha", alpha.len()), ("means mu", mu.len()), ("rows of q", q.len()), ("rows of l", l.len())]
    {
        check_count(EVAL.name, what, k, found)?;
    }
    let points = matrix(EVAL.name, "point x", x, d)?;
    let components = alpha.into_iter().zip(mu).zip(q.into_iter().zip(l)).map(|((alpha, mu), (q, l))| {
        check_count(EVAL.name, "numbers in each mean mu", d, mu.len())?;
        check_count(EVAL.name, "numbers in each row of q", d, q.len())?;
        check_count(EVAL.name, "numbers in each row of l", d * d.saturating_sub(1) / 2, l.len())?;
        Ok(Component { alpha, mu: Vector::new(mu), q: Vector::new(q), l: Vector::new(l) })
    });
    Ok((LogPosterior { points, prior: Wishart { gamma, m } }, components.collect::<Result<_, Error>>()?))
}

/// The numbers of some components, or the derivatives by them, as the eval asks for them.
pub fn written(components: &[Component<f64>]) -> Value {
    let rows = |field: fn(&Component<f64>) -> &Vector<f64>| {
        components.iter().map(|component| field(component).to_vec()).collect::<Vec<_>>()
    };
    let alpha: Vec<f64> = components.iter().map(|component| component.alpha).collect();
    json!({ "alpha": alpha, "mu": rows(|c| &c.mu), "q": rows(|c| &c.q), "l": rows(|c| &c.l) })
}

fn objective(input: Value, _: Options) -> Result<Box<dyn Job>, Error> {
    let (f, x) = read(input)?;
    Ok(value(f, x, |y| json!(y)))
}

fn derivative(input: Value, options: Options) -> Result<Box<dyn Job>, Error> {
    let (f, x) = read(input)?;
    gradient(options.method, f, x, |components| written(components))
}
