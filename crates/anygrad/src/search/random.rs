//! `RandomSearch`: try a random point nearby, keep it if it is better.

use anygrad_core::num_traits::Float;
use anygrad_core::{Differentiable, Error, Leaf, Real, Tree};
use rand::{Rng, RngExt};

use super::Step;
use super::step::{copy, positive, value_at};

/// Random local search for a maximum: `x′ = x + tweak·u` with every `uᵢ` uniform on `[−1, 1)`, kept if `f(x′)` exceeds
/// the best value so far, which begins at `−∞`.
///
/// The search is chained: each step tries around the best point so far, so the start itself is never evaluated and the
/// first step is kept whatever it is worth (unless it is NaN, which exceeds nothing). With
/// [`from_start`](Self::from_start) every step tries around the start. The noise is drawn in `f64`, one number a leaf
/// in the tree's order, and rounded to the leaf; a seeded generator makes the walk repeatable.
///
/// Any number of inputs; exactly one output. Cost: 1 evaluation a step. As a way to a maximum it is poor: a random
/// direction among `n` has a component of about `1/√n` along the gradient, and half of them lead downhill.
///
/// Source: Karpathy 2014, "Hacker's guide to Neural Networks", strategy 1, which searches around the start.
///
/// # Errors
/// A step is [`Error::NotScalar`] if the function has not exactly one output; the walk ends with it.
///
/// ```
/// use anygrad::prelude::*;
/// use anygrad::search::RandomSearch;
/// use rand::{SeedableRng, rngs::StdRng};
///
/// struct Multiply;
/// impl Differentiable for Multiply {
///     type Input = (f64, f64);
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, &(x, y): &(S, S)) -> S {
///         x * y
///     }
/// }
///
/// let mut search = RandomSearch::new(Multiply, (-2.0, 3.0), 0.01, StdRng::seed_from_u64(7))?;
/// let step = search.nth(99).expect("the walk has no end")?;
/// assert!(step.value > -5.65 && step.value < -4.6);
/// assert_eq!((step.value, step.evaluations), (step.point.0 * step.point.1, 100));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RandomSearch<F: Differentiable, R> {
    f: F,
    tweak: f64,
    rng: R,
    start: Option<F::Input>,
    best: Step<F::Input>,
    failed: bool,
}

impl<F: Differentiable, R: Rng> RandomSearch<F, R> {
    /// A chained search of a function, or of a reference to one.
    ///
    /// # Errors
    /// [`Error::InvalidConfig`] unless `tweak` is positive and finite.
    pub fn new(f: F, start: F::Input, tweak: Leaf<F>, rng: R) -> Result<Self, Error> {
        let tweak = positive("tweak", tweak)?.widen();
        let best = Step { point: start, value: Leaf::<F>::neg_infinity(), evaluations: 0 };
        Ok(Self { f, tweak, rng, start: None, best, failed: false })
    }

    /// The same search, but with every try around the present point instead of the best one.
    pub fn from_start(mut self) -> Self {
        self.start = Some(copy(&self.best.point));
        self
    }

    fn advance(&mut self) -> Result<(), Error> {
        let (centre, rng, tweak) = (self.start.as_ref().unwrap_or(&self.best.point), &mut self.rng, self.tweak);
        let candidate = F::Input::map::<Leaf<F>, Leaf<F>>(centre, &mut |leaf| {
            let noise = 2.0 * rng.random::<f64>() - 1.0;
            leaf + Leaf::<F>::narrow(tweak * noise)
        });
        let value = value_at(&self.f, &candidate)?;
        self.best.evaluations += 1;
        if value > self.best.value {
            (self.best.point, self.best.value) = (candidate, value);
        }
        Ok(())
    }
}

impl<F: Differentiable, R: Rng> Iterator for RandomSearch<F, R> {
    type Item = Result<Step<F::Input>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let advanced = self.advance();
        self.failed = advanced.is_err();
        let Step { point, value, evaluations } = &self.best;
        Some(advanced.map(|()| Step { point: copy(point), value: *value, evaluations: *evaluations }))
    }
}
