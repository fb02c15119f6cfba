//! `gmm`.

use std::f64::consts::PI;

use anygrad::Tree;
use serde_json::{Value, json};

use super::super::library::{Function, Library};
use super::super::number::Number;
use super::short::{log_sum_exp, total};
use super::{Order, differentiated};
use crate::evals::gmm::{Component, Wishart, read};
use crate::{Error, Job};

/// The logarithm of the posterior, of components one after the other: each its weight, its mean, and the diagonal and the rest of its
/// triangle.
struct LogPosterior {
    points: Vec<Vec<f64>>,
    d: usize,
    prior: Wishart,
}

/// The numbers of a component, with the exponentials of its diagonal and the sum of that.
struct Parts<'a, N> {
    alpha: N,
    mu: &'a [N],
    l: &'a [N],
    scales: Vec<N>,
    log_determinant: N,
}

impl<'a, N: Number> Parts<'a, N> {
    fn new(numbers: &'a [N], d: usize) -> Self {
        let (alpha, (mu, rest)) = (numbers[0], numbers[1..].split_at(d));
        let (q, l) = rest.split_at(d);
        let log_determinant = total(q.iter().copied(), || alpha.constant(0.0));
        Self { alpha, mu, l, scales: q.iter().map(|q| q.exp()).collect(), log_determinant }
    }

    /// `α + Σq − ½·‖Uᵀ·(x − μ)‖²`, with room for `x − μ` and its image.
    fn density(&self, x: &[f64], centred: &mut Vec<N>, whitened: &mut Vec<N>) -> N {
        centred.clear();
        centred.extend(x.iter().zip(self.mu).map(|(&x, &mu)| (-mu).shift(x)));
        whitened.clear();
        whitened.extend(centred.iter().zip(&self.scales).map(|(&centred, &scale)| centred * scale));
        let mut elements = self.l.iter();
        for (a, &centred) in centred.iter().enumerate() {
            for (sum, &element) in whitened[a + 1..].iter_mut().zip(&mut elements) {
                *sum = *sum + element * centred;
            }
        }
        self.alpha + self.log_determinant - squares(whitened, self.alpha).scale(0.5)
    }

    /// `½γ²·(‖exp q‖² + ‖l‖²) − m·Σq`.
    fn penalty(&self, prior: Wishart) -> N {
        let squares = squares(&self.scales, self.alpha) + squares(self.l, self.alpha);
        squares.scale(0.5 * prior.gamma * prior.gamma) - self.log_determinant.scale(f64::from(prior.m))
    }
}

fn squares<N: Number>(numbers: &[N], one: N) -> N {
    total(numbers.iter().map(|&number| number * number), || one.constant(0.0))
}

impl Function for LogPosterior {
    fn call<N: Number>(&self, x: &[N]) -> N {
        let (n, d) = (self.points.len() as f64, self.d);
        let components: Vec<_> = x.chunks_exact(width(d)).map(|numbers| Parts::new(numbers, d)).collect();
        let (mut densities, mut centred, mut whitened) = (Vec::new(), Vec::new(), Vec::new());
        let mut likelihood = x[0].constant(0.0);
        for point in &self.points {
            densities.clear();
            densities.extend(components.iter().map(|parts| parts.density(point, &mut centred, &mut whitened)));
            likelihood = likelihood + log_sum_exp(&densities);
        }
        let alphas: Vec<N> = components.iter().map(|parts| parts.alpha).collect();
        let penalties = total(components.iter().map(|parts| parts.penalty(self.prior)), || x[0].constant(0.0));
        let constant = components.len() as f64 * self.prior.normalisation(d) - 0.5 * n * d as f64 * (2.0 * PI).ln();
        (likelihood - log_sum_exp(&alphas).scale(n) - penalties).shift(constant)
    }
}

/// So many numbers has a component of `d` dimensions.
fn width(d: usize) -> usize {
    1 + 2 * d + d * d.saturating_sub(1) / 2
}

pub(super) fn prepare<L: Library>(order: Order, input: Value) -> Result<Box<dyn Job>, Error> {
    let (f, components) = read(input)?;
    let d = f.points.shape().1;
    let x = <Vec<Component<f64>>>::flatten::<f64>(&components);
    let f = LogPosterior { points: f.points.to_rows(), d, prior: f.prior };
    differentiated::<L>(order, f, x, move |gradient| written(gradient, d))
}

/// The derivatives as the eval asks for them.
fn written(gradient: &[f64], d: usize) -> Value {
    let rows = |first: usize, end: usize| {
        gradient.chunks_exact(width(d)).map(|numbers| numbers[first..end].to_vec()).collect::<Vec<_>>()
    };
    let (q, l) = (1 + d, 1 + 2 * d);
    json!({ "alpha": rows(0, 1).concat(), "mu": rows(1, q), "q": rows(q, l), "l": rows(l, width(d)) })
}
