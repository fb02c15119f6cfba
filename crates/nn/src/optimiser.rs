//! `Optimiser`: steps from parameters and their gradient to better parameters.

use anygrad_core::num_traits::Float;
use anygrad_core::{Error, Point, Real};

use crate::Schedule;
use crate::together::{together, zeros};

/// Steps that lower a loss, by its gradient.
pub trait Optimiser<P: Point> {
    /// Changes the parameters.
    ///
    /// # Errors
    /// [`Error::DimensionMismatch`] if the gradient has not the shape of the parameters, or these not that of the state that is kept
    /// from step to step; the parameters are as before then.
    fn step(&mut self, parameters: &mut P, gradient: &P) -> Result<(), Error>;
}

/// `p ← p − η·g`.
///
/// ```
/// use anygrad_nn::{GradientDescent, Optimiser};
///
/// let mut p = [1.0, 2.0];
/// GradientDescent::new(0.5).step(&mut p, &[1.0, -1.0])?;
/// assert_eq!(p, [0.5, 2.5]);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GradientDescent {
    /// The learning rate `η` at the first step.
    pub rate: f64,
    /// How it changes.
    pub schedule: Schedule,
    /// The steps that were taken.
    pub steps: usize,
}

/// `v ← μ·v + g`, then `p ← p − η·v` (Polyak 1964), with `v = 0` at first.
///
/// ```
/// use anygrad_nn::{Momentum, Optimiser};
///
/// let (mut p, mut optimiser) = (1.0, Momentum::new(0.25, 0.5));
/// optimiser.step(&mut p, &1.0)?;
/// optimiser.step(&mut p, &1.0)?;
/// assert_eq!(p, 1.0 - 0.25 * (1.0 + 1.5));
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Momentum<P> {
    /// The learning rate `η` at the first step.
    pub rate: f64,
    /// How it changes.
    pub schedule: Schedule,
    /// What is kept of the velocity from step to step, `μ`.
    pub momentum: f64,
    /// The velocity `v`, a tree as the parameters are; none before the first step.
    pub velocity: Option<P>,
    /// The steps that were taken.
    pub steps: usize,
}

/// Adam (Kingma & Ba 2015, algorithm 1): `m ← β₁·m + (1 − β₁)·g`, `v ← β₂·v + (1 − β₂)·g²`, then `p ← p − η·m̂/(√v̂ + ε)` with
/// `m̂ = m/(1 − β₁ᵗ)` and `v̂ = v/(1 − β₂ᵗ)` at step `t`; `m = v = 0` at first.
///
/// ```
/// use anygrad_nn::{Adam, Optimiser};
///
/// // The first step is η in the direction of the sign, however long the gradient is.
/// let mut p = [1.0, 1.0];
/// Adam::new(0.1).step(&mut p, &[1e3, -1e-3])?;
/// assert!((p[0] - 0.9_f64).abs() < 1e-6 && (p[1] - 1.1_f64).abs() < 1e-6);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Adam<P> {
    /// The learning rate `η` at the first step.
    pub rate: f64,
    /// How it changes.
    pub schedule: Schedule,
    /// What is kept of the mean gradient and of the mean square, `(β₁, β₂)`.
    pub decay: (f64, f64),
    /// `ε`.
    pub epsilon: f64,
    /// The mean gradient `m` and the mean square `v`, trees as the parameters are; none before the first step.
    pub moments: Option<(P, P)>,
    /// The steps that were taken.
    pub steps: usize,
}

impl GradientDescent {
    /// With a learning rate that stays.
    pub const fn new(rate: f64) -> Self {
        Self { rate, schedule: Schedule::Constant, steps: 0 }
    }

    /// With another schedule.
    #[must_use]
    pub const fn with_schedule(self, schedule: Schedule) -> Self {
        Self { schedule, ..self }
    }
}

impl<P> Momentum<P> {
    /// With a learning rate that stays.
    pub const fn new(rate: f64, momentum: f64) -> Self {
        Self { rate, schedule: Schedule::Constant, momentum, velocity: None, steps: 0 }
    }

    /// With another schedule.
    #[must_use]
    pub fn with_schedule(self, schedule: Schedule) -> Self {
        Self { schedule, ..self }
    }
}

impl<P> Adam<P> {
    /// With a learning rate that stays, `β = (0.9, 0.999)` and `ε = 10⁻⁸`.
    pub const fn new(rate: f64) -> Self {
        Self { rate, schedule: Schedule::Constant, decay: (0.9, 0.999), epsilon: 1e-8, moments: None, steps: 0 }
    }

    /// With another schedule.
    #[must_use]
    pub fn with_schedule(self, schedule: Schedule) -> Self {
        Self { schedule, ..self }
    }
}

/// A float of the leaf type.
fn float<P: Point>(x: f64) -> P::Leaf {
    P::Leaf::narrow(x)
}

impl<P: Point> Optimiser<P> for GradientDescent {
    fn step(&mut self, parameters: &mut P, gradient: &P) -> Result<(), Error> {
        let rate = float::<P>(self.rate * self.schedule.factor(self.steps));
        together(parameters, gradient, [], |p, g, []| p.iter_mut().zip(g).for_each(|(p, &g)| *p -= rate * g))?;
        self.steps += 1;
        Ok(())
    }
}

impl<P: Point> Optimiser<P> for Momentum<P> {
    fn step(&mut self, parameters: &mut P, gradient: &P) -> Result<(), Error> {
        let (rate, kept) = (float::<P>(self.rate * self.schedule.factor(self.steps)), float::<P>(self.momentum));
        let velocity = self.velocity.get_or_insert_with(|| zeros(parameters));
        together(parameters, gradient, [velocity], |p, g, [v]| {
            p.iter_mut().zip(g).zip(v).for_each(|((p, &g), v)| {
                *v = kept * *v + g;
                *p -= rate * *v;
            });
        })?;
        self.steps += 1;
        Ok(())
    }
}

impl<P: Point> Optimiser<P> for Adam<P> {
    fn step(&mut self, parameters: &mut P, gradient: &P) -> Result<(), Error> {
        let steps = i32::try_from(self.steps + 1).unwrap_or(i32::MAX);
        let unbiased = |decay: f64| 1.0 / (1.0 - decay.powi(steps));
        let rate = float::<P>(self.rate * self.schedule.factor(self.steps) * unbiased(self.decay.0));
        let (scale, epsilon) = (float::<P>(unbiased(self.decay.1)), float::<P>(self.epsilon));
        let kept = (float::<P>(self.decay.0), float::<P>(self.decay.1));
        let new = (float::<P>(1.0 - self.decay.0), float::<P>(1.0 - self.decay.1));
        let (first, second) = self.moments.get_or_insert_with(|| (zeros(parameters), zeros(parameters)));
        together(parameters, gradient, [first, second], |p, g, [m, v]| {
            p.iter_mut().zip(g).zip(m).zip(v).for_each(|(((p, &g), m), v)| {
                *m = kept.0 * *m + new.0 * g;
                *v = kept.1 * *v + new.1 * (g * g);
                *p -= rate * *m / ((*v * scale).sqrt() + epsilon);
            });
        })?;
        self.steps += 1;
        Ok(())
    }
}
