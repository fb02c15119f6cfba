//! `GradientAscent` and `GradientDescent`: a fixed multiple of the gradient, step after step.

use std::cell::Cell;

use anygrad_core::{Backend, Differentiable, Error, In, Leaf, Mode, Out, Scalar, Tree};

use super::Step;
use super::step::{copy, positive, value_at};

/// Uphill: `x ← x + step·∇f(x)`. See [`GradientWalk`].
pub type GradientAscent<F, B> = GradientWalk<F, B, true>;

/// Downhill: `x ← x − step·∇f(x)`. See [`GradientWalk`].
pub type GradientDescent<F, B> = GradientWalk<F, B, false>;

/// A walk along the gradient with a fixed step, `x ← x ± step·∇f(x)`; it yields each new point and the value there.
///
/// Any structure of inputs; exactly one output. A NaN in the gradient is a value and stays in the walk. Source: Cauchy
/// 1847; the fixed step is that of Karpathy 2014, "Hacker's guide to Neural Networks", strategy 3.
///
/// # Cost
/// A step is a gradient and one evaluation. The gradient counts as the larger of
/// - the bound on its operations: 4 evaluations in reverse mode, however many inputs, and `1 + 1.5·n` in forward mode
///   (Griewank & Walther 2008, chapter 4);
/// - the calls of the function that the backend made, which is what finite differences spend.
///
/// # Errors
/// A step is the backend's error, or [`Error::NotScalar`] for other than one output; the walk ends with it.
///
/// ```
/// use anygrad::prelude::*;
/// use anygrad::search::GradientAscent;
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
/// let mut ascent = GradientAscent::new(Multiply, (-2.0, 3.0), 0.01, Forward::new())?;
/// let step = ascent.next().expect("the walk has no end")?;
/// assert_eq!((step.point, step.evaluations), ((-1.97, 2.98), 5));
/// assert_eq!(step.value, -1.97 * 2.98); // −5.8706
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct GradientWalk<F: Differentiable, B, const UPHILL: bool> {
    f: F,
    step: Leaf<F>,
    backend: B,
    point: F::Input,
    evaluations: usize,
    failed: bool,
}

impl<F: Differentiable, B: Backend, const UPHILL: bool> GradientWalk<F, B, UPHILL> {
    /// A walk on a function, or on a reference to one.
    ///
    /// # Errors
    /// [`Error::InvalidConfig`] unless `step` is positive and finite.
    pub fn new(f: F, start: F::Input, step: Leaf<F>, backend: B) -> Result<Self, Error> {
        Ok(Self { f, step: positive("step", step)?, backend, point: start, evaluations: 0, failed: false })
    }

    fn advance(&mut self) -> Result<Step<F::Input>, Error> {
        let counted = Counted { f: &self.f, calls: Cell::new(0) };
        let gradient = self.backend.gradient(&counted, &self.point)?;
        let step = if UPHILL { self.step } else { -self.step };
        let mut moved = Vec::new();
        F::Input::zip::<Leaf<F>, Leaf<F>>(&self.point, &gradient, &mut |x, slope| moved.push(x + step * slope))
            .map_err(|mismatch| mismatch.of("gradient"))?;
        self.evaluations += counted.calls.get().max(operations::<B>(moved.len())) + 1;
        self.point = F::Input::refill::<Leaf<F>, Leaf<F>>(&self.point, &mut moved.into_iter())?;
        let value = value_at(&self.f, &self.point)?;
        Ok(Step { point: copy(&self.point), value, evaluations: self.evaluations })
    }
}

impl<F: Differentiable, B: Backend, const UPHILL: bool> Iterator for GradientWalk<F, B, UPHILL> {
    type Item = Result<Step<F::Input>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let step = self.advance();
        self.failed = step.is_err();
        Some(step)
    }
}

/// The bound on a gradient's operations, in evaluations of a function of `n` inputs.
fn operations<B: Backend>(n: usize) -> usize {
    match B::MODE {
        Mode::Pullback => 4,
        Mode::Pushforward => 1 + (3 * n).div_ceil(2),
    }
}

/// A function that counts its calls.
struct Counted<'f, F> {
    f: &'f F,
    calls: Cell<usize>,
}

impl<F: Differentiable> Differentiable for Counted<'_, F> {
    type Input = F::Input;
    type Output = F::Output;

    fn call<S: Scalar<Real = Leaf<F>>>(&self, x: &In<F, S>) -> Out<F, S> {
        self.calls.set(self.calls.get() + 1);
        self.f.call::<S>(x)
    }

    fn try_call<S: Scalar<Real = Leaf<F>>>(&self, x: &In<F, S>) -> Result<Out<F, S>, Error> {
        self.calls.set(self.calls.get() + 1);
        self.f.try_call::<S>(x)
    }
}
