//! `Probe`: the function seen along directions through one point.

use anygrad_core::num_traits::{Float, One, Zero};
use anygrad_core::{Error, Real, Scalar, is_inactive};

use crate::estimate::magnitude;

/// Where a probe goes from the point.
#[derive(Clone, Copy)]
pub(crate) enum Direction<'a, T> {
    /// Along one input.
    Axis(usize),
    /// Along a combination of the inputs, of largest component 1; an exact zero takes no part.
    Along(&'a [T]),
}

/// A function of flat inputs and outputs.
pub(crate) type Evaluate<'a, T> = &'a dyn Fn(&[T]) -> Result<Vec<T>, Error>;

/// A function, a point, and how noisy the function's values are there.
pub(crate) struct Probe<'a, T: Scalar> {
    evaluate: Evaluate<'a, T>,
    x: &'a [T],
    /// The function's value at the point.
    pub(crate) base: &'a [T],
    /// Noise relative to the value.
    relative: T::Real,
    /// Noise of each output that was measured besides.
    pub(crate) measured: Vec<T::Real>,
}

impl<'a, T: Scalar> Probe<'a, T> {
    pub(crate) fn new(evaluate: Evaluate<'a, T>, x: &'a [T], base: &'a [T], relative: T::Real) -> Self {
        Self { evaluate, x, base, relative, measured: vec![T::Real::zero(); base.len()] }
    }

    /// The outputs at the point plus displacements; `None` if one is not finite that is finite at the point, or if the function
    /// fails there, as one does outside of its domain.
    pub(crate) fn at(&self, displacements: &[(Direction<'_, T>, T::Real)]) -> Result<Option<Vec<T>>, Error> {
        let mut point = self.x.to_vec();
        for &(direction, t) in displacements {
            match direction {
                Direction::Axis(j) => point[j] += t,
                Direction::Along(d) => {
                    for (x, &d) in point.iter_mut().zip(d).filter(|(_, d)| !is_inactive(**d)) {
                        *x += d * t;
                    }
                }
            }
        }
        let Ok(y) = (self.evaluate)(&point) else {
            return Ok(None);
        };
        if y.len() != self.base.len() {
            return Err(Error::DimensionMismatch { what: "output", expected: self.base.len(), found: y.len() });
        }
        let survives = self.base.iter().zip(&y).all(|(base, y)| !base.is_finite() || y.is_finite());
        Ok(survives.then_some(y))
    }

    /// How far the value `y` of output `i` may be from the exact one.
    pub(crate) fn noise(&self, i: usize, y: T) -> T::Real {
        self.relative * magnitude(y) + self.measured[i]
    }

    /// The parts of a direction that take part: `(index, |x|, |d|)`.
    fn parts(&self, direction: Direction<'_, T>) -> Vec<(usize, T::Real, T::Real)> {
        let size = |j: usize| self.x[j].primal().abs();
        match direction {
            Direction::Axis(j) => vec![(j, size(j), T::Real::one())],
            Direction::Along(d) => {
                let active = d.iter().enumerate().filter(|(_, d)| !is_inactive(**d));
                active.map(|(j, &d)| (j, size(j), magnitude(d))).collect()
            }
        }
    }

    /// The largest `|x|` along a direction.
    pub(crate) fn reach(&self, direction: Direction<'_, T>) -> T::Real {
        self.parts(direction).iter().fold(T::Real::zero(), |reach, part| reach.max(part.1))
    }

    /// The `t` at which the first input has moved by `max(|x|, 1)`.
    pub(crate) fn scale(&self, direction: Direction<'_, T>) -> T::Real {
        let parts = self.parts(direction);
        parts.iter().fold(T::Real::infinity(), |scale, &(_, x, d)| scale.min(x.max(T::Real::one()) / d))
    }

    /// The `t` at which the first input has moved by `|x|`; 0 if one is 0.
    pub(crate) fn natural_scale(&self, direction: Direction<'_, T>) -> T::Real {
        self.parts(direction).iter().fold(T::Real::infinity(), |scale, &(_, x, d)| scale.min(x / d))
    }

    /// Whether the point is finite along a direction, and the direction itself.
    pub(crate) fn is_finite(&self, direction: Direction<'_, T>) -> bool {
        self.parts(direction).iter().all(|(_, x, d)| x.is_finite() && d.is_finite())
    }

    /// The step that is really taken: along one input `h = (x + h) − x` (Press et al. 2007, §5.7).
    ///
    /// # Errors
    /// [`Error::InvalidStep`] if it is not positive and finite, or changes nothing.
    pub(crate) fn settle(&self, direction: Direction<'_, T>, t: T::Real) -> Result<T::Real, Error> {
        let valid = t > T::Real::zero() && t.is_finite();
        let x = |j: usize| self.x[j].primal();
        let (settled, place) = match direction {
            Direction::Axis(j) => ((x(j) + t) - x(j), j),
            Direction::Along(d) => {
                let moves = |j: usize| x(j) + d[j].primal() * t != x(j) || d[j].primal().is_zero();
                let parts = self.parts(direction);
                let moved = parts.iter().any(|&(j, ..)| moves(j));
                (if moved { t } else { T::Real::zero() }, self.place(direction))
            }
        };
        if valid && settled > T::Real::zero() && settled.is_finite() {
            Ok(settled)
        } else {
            Err(Error::InvalidStep { step: t.widen(), x: self.x.get(place).map_or(f64::NAN, |x| x.primal().widen()) })
        }
    }

    /// The input that a direction moves most.
    fn place(&self, direction: Direction<'_, T>) -> usize {
        let parts = self.parts(direction);
        let most = |a: &&(usize, T::Real, T::Real), b: &&(usize, T::Real, T::Real)| a.2.widen().total_cmp(&b.2.widen());
        parts.iter().max_by(most).map_or(0, |part| part.0)
    }

    /// The error of a direction in which no side is finite.
    pub(crate) fn blocked(&self, direction: Direction<'_, T>, t: T::Real) -> Error {
        let index = self.place(direction);
        Error::NonFiniteProbe { index, at: self.x.get(index).map_or(f64::NAN, |x| (x.primal() + t).widen()) }
    }
}
