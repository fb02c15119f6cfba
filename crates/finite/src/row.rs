//! `Row`: a stencil's value at one step, with what rounding may have done to it.

use anygrad_core::num_traits::{Float, Zero};
use anygrad_core::{Error, Real, Scalar};

use crate::estimate::magnitude;
use crate::probe::{Direction, Probe};

/// A stencil's value at one step, for every output.
pub(crate) struct Row<T: Scalar> {
    /// The step, in the unit in which the error is a power series.
    pub(crate) step: T::Real,
    /// The derivatives.
    pub(crate) values: Vec<T>,
    /// What the noise of the function's values may have done to them.
    pub(crate) noise: Vec<T::Real>,
    /// What a last place of the inputs may have done to them, for each unit of the function's slope.
    pub(crate) input_noise: T::Real,
    /// The steepest slope from the point to a probe.
    pub(crate) slopes: Vec<T::Real>,
    /// Half the difference between the slopes on the two sides: it falls with the step, unless there is a kink.
    pub(crate) asymmetry: Vec<T::Real>,
}

/// A weighted sum of probes.
pub(crate) struct Sum<'p, 'a, T: Scalar> {
    probe: &'p Probe<'a, T>,
    total: Vec<T>,
    noise: Vec<T::Real>,
    slopes: Vec<T::Real>,
    /// The sum of the absolute weights of the probes away from the point.
    weights: T::Real,
    /// The first two probes, which lie opposite to each other in a symmetric stencil.
    pair: Vec<Vec<T>>,
}

impl<'p, 'a, T: Scalar> Sum<'p, 'a, T> {
    pub(crate) fn new(probe: &'p Probe<'a, T>) -> Self {
        let zeros = vec![T::Real::zero(); probe.base.len()];
        let total = vec![T::zero(); zeros.len()];
        Self { probe, total, noise: zeros.clone(), slopes: zeros, weights: T::Real::zero(), pair: Vec::new() }
    }

    /// Adds `weight · f`; `false` if the probe is not finite.
    pub(crate) fn add(
        &mut self,
        weight: T::Real,
        displacements: &[(Direction<'_, T>, T::Real)],
    ) -> Result<bool, Error> {
        let distance = displacements.iter().fold(T::Real::zero(), |most, &(_, t)| most.max(t.abs()));
        let y = if displacements.is_empty() {
            self.probe.base.to_vec()
        } else {
            let Some(y) = self.probe.at(displacements)? else { return Ok(false) };
            self.weights += weight.abs();
            y
        };
        for (i, &y) in y.iter().enumerate() {
            self.total[i] += y * weight;
            self.noise[i] += weight.abs() * self.probe.noise(i, y);
            if distance > T::Real::zero() {
                self.slopes[i] = self.slopes[i].max(magnitude(y - self.probe.base[i]) / distance);
            }
        }
        if self.pair.len() < 2 {
            self.pair.push(y);
        }
        Ok(true)
    }

    /// The sum over its divisor. `reach` is the largest input that moves, `half` the distance of the first pair if the
    /// stencil is symmetric.
    pub(crate) fn into_row(self, step: T::Real, divisor: T::Real, reach: T::Real, half: Option<T::Real>) -> Row<T> {
        let asymmetry = |i: usize| match (half, &self.pair[..]) {
            (Some(h), [above, below]) => {
                let base = self.probe.base[i];
                magnitude((above[i] - base) - (base - below[i])) / (h + h)
            }
            _ => T::Real::zero(),
        };
        Row {
            step,
            asymmetry: (0..self.total.len()).map(asymmetry).collect(),
            values: self.total.iter().map(|&total| total / divisor).collect(),
            noise: self.noise.iter().map(|&noise| noise / divisor.abs()).collect(),
            input_noise: T::Real::epsilon() * reach * self.weights / divisor.abs(),
            slopes: self.slopes,
        }
    }
}

/// How much of the asymmetry must remain when the step is halved for it to be a kink: of a smooth function half of it
/// does, of `|x|^1.5` 0.71, of a kink all.
const KINK_RATIO: f64 = 0.8;

impl<T: Scalar> Row<T> {
    /// Half the jump of the slope at the point that this row shows beside one of larger step, 0 if there is none; `None` where
    /// noise hides it.
    pub(crate) fn kink(&self, larger: &Self, i: usize) -> Option<T::Real> {
        let (ratio, visible) = (T::Real::narrow(KINK_RATIO), T::Real::narrow(4.0));
        let persists = self.asymmetry[i] > larger.asymmetry[i] * ratio;
        let shown = self.asymmetry[i] > self.noise[i] * visible;
        shown.then_some(if persists { self.asymmetry[i] } else { T::Real::zero() })
    }
}
