//! The search for a derivative: which steps, which side, and which of the results.

use anygrad_core::num_traits::{Float, One, Zero};
use anygrad_core::{Error, Real, Scalar};

use crate::Estimate;
use crate::estimate::magnitude;
use crate::finite::{Finite, Method, Step};
use crate::probe::Probe;
use crate::stencil::{Side, Stencil};
use crate::tableau::Tableau;

/// The most rows of an extrapolation: the step falls by a factor of 10¹².
const ROWS: i32 = 40;

/// The fewest, so that no chance agreement of two steps ends it.
const FEWEST_ROWS: usize = 5;

/// How often a default step of a fixed formula is divided by 16 to get inside the domain.
const SHRINKS: i32 = 16;

/// The ratio of the two steps of a bound.
const GOLDEN: f64 = 1.618_033_988_749_895;

/// The relative error above which another scale or side is tried.
const UNSETTLED: f64 = 1e-6;

/// What has been found, one estimate for each output; `None` if no row was finite.
type Found<T> = Option<Vec<Estimate<T>>>;

impl Finite {
    /// The derivative that a stencil stands for, of every output.
    pub(crate) fn search<T: Scalar>(
        &self,
        probe: &Probe<'_, T>,
        stencil: Stencil<'_, T>,
        bounded: bool,
    ) -> Result<Vec<Estimate<T>>, Error> {
        if !stencil.directions().iter().all(|&direction| probe.is_finite(direction)) {
            return Ok(vec![Estimate::undefined(); probe.base.len()]);
        }
        let steps = self.steps(probe, &stencil)?;
        let found = match self.method {
            Method::Ridders => self.extrapolate(probe, stencil, steps)?,
            Method::Forward | Method::Central(_) => self.fixed(probe, stencil, steps, bounded)?,
        };
        let mut found = found.ok_or_else(|| probe.blocked(stencil.directions()[0], steps[0]))?;
        for (found, base) in found.iter_mut().zip(probe.base) {
            if !base.is_finite() {
                *found = Estimate::undefined();
            }
        }
        Ok(found)
    }

    /// The first step along each direction of a stencil.
    fn steps<T: Scalar>(&self, probe: &Probe<'_, T>, stencil: &Stencil<'_, T>) -> Result<[T::Real; 2], Error> {
        let noise = self.relative_noise()?;
        let [a, b] = stencil.directions().map(|direction| match self.step {
            Step::Default => self.default_step::<T::Real>(noise, stencil.degree()) * probe.scale(direction),
            Step::Absolute(h) => T::Real::narrow(h),
            Step::Relative(h) => T::Real::narrow(h) * probe.scale(direction),
        });
        let [first, second] = stencil.directions();
        probe.settle(first, a)?;
        probe.settle(second, b)?;
        Ok([a, b])
    }

    /// Extrapolation on both sides; where that does not settle, at the scale of the point itself and on each side alone.
    fn extrapolate<T: Scalar>(
        &self,
        probe: &Probe<'_, T>,
        stencil: Stencil<'_, T>,
        steps: [T::Real; 2],
    ) -> Result<Found<T>, Error> {
        let (mut found, mut blocked) = descend(probe, stencil, Side::Both, steps)?;
        if !is_settled(probe, &stencil, &found)
            && let Some(smaller) = natural_steps(probe, &stencil, steps)
        {
            let (closer, closer_blocked) = descend(probe, stencil, Side::Both, smaller)?;
            blocked &= closer_blocked || closer.is_none();
            found = merge(closer, found);
        }
        if blocked && !is_settled(probe, &stencil, &found) {
            for &side in stencil.sides() {
                found = merge(found, descend(probe, stencil, side, steps)?.0);
            }
        }
        Ok(found)
    }

    /// A formula of fixed order, with a bound from a second step if one is asked for.
    fn fixed<T: Scalar>(
        &self,
        probe: &Probe<'_, T>,
        stencil: Stencil<'_, T>,
        steps: [T::Real; 2],
        bounded: bool,
    ) -> Result<Found<T>, Error> {
        let both: &[Side] = if self.method == Method::Forward { &[] } else { &[Side::Both] };
        for &side in both.iter().chain(stencil.sides()) {
            for steps in self.shrinking(probe, &stencil, steps) {
                if stencil.directions().iter().zip(steps).any(|(&d, step)| probe.settle(d, step).is_err()) {
                    break;
                }
                if let Some(tableau) = self.formula(probe, stencil, side, steps, T::Real::one())? {
                    return if bounded {
                        self.with_bound(probe, stencil, side, steps, tableau).map(Some)
                    } else {
                        Ok(Some(tableau.into_corner()))
                    };
                }
            }
        }
        Ok(None)
    }

    /// The steps to try one after the other: as they are, at the scale of the point itself, and ever smaller; a step that the
    /// caller has set, alone.
    fn shrinking<T: Scalar>(
        &self,
        probe: &Probe<'_, T>,
        stencil: &Stencil<'_, T>,
        steps: [T::Real; 2],
    ) -> Vec<[T::Real; 2]> {
        let mut all = vec![steps];
        if self.step != Step::Default {
            return all;
        }
        let mut scaled = steps;
        for (step, direction) in scaled.iter_mut().zip(stencil.directions()) {
            let (natural, scale) = (probe.natural_scale(direction), probe.scale(direction));
            *step = if natural > T::Real::zero() { *step / scale * natural } else { *step };
        }
        all.push(scaled);
        let sixteenth = |k: i32| T::Real::narrow(16.0).powi(-k);
        all.extend((1..=SHRINKS).map(|k| steps.map(|step| step * sixteenth(k))));
        all
    }

    /// The formula at one scale of the steps: a row of the stencil, or for second derivatives of order above 2 the tableau of
    /// `order/2` rows that ends there.
    fn formula<T: Scalar>(
        &self,
        probe: &Probe<'_, T>,
        stencil: Stencil<'_, T>,
        side: Side,
        steps: [T::Real; 2],
        scale: T::Real,
    ) -> Result<Option<Tableau<T>>, Error> {
        let symmetric = side == Side::Both;
        let rows = match (stencil, symmetric) {
            (Stencil::Slope(..), _) => 1,
            (_, true) => self.formula_order().div_ceil(2),
            (_, false) => self.formula_order(),
        };
        let mut tableau = Tableau::new(probe.base.len(), symmetric);
        for row in (0..rows).rev() {
            let larger = (0..row).fold(scale, |scale, _| scale + scale);
            match stencil.row(probe, side, steps, larger)? {
                Some(row) => tableau.push(row),
                None => return Ok(None),
            }
        }
        Ok(Some(tableau))
    }

    /// The formula's result, with a bound from the same formula at another step, larger in the golden ratio so that no period is
    /// missed at both. For an error of order `p` in the step the difference is `cᵖ − 1` times the error; twice that is taken.
    fn with_bound<T: Scalar>(
        &self,
        probe: &Probe<'_, T>,
        stencil: Stencil<'_, T>,
        side: Side,
        steps: [T::Real; 2],
        tableau: Tableau<T>,
    ) -> Result<Vec<Estimate<T>>, Error> {
        let one = T::Real::one();
        let golden = T::Real::narrow(GOLDEN);
        let power = golden.powi(self.formula_order() as i32);
        let scale = probe.scale(stencil.directions()[0]).powi(stencil.degree());
        let typical: Vec<_> = probe.base.iter().map(|&y| magnitude(y) / scale).collect();
        let safety = T::Real::narrow(2.0);
        if let Some(larger) = self.formula(probe, stencil, side, steps, golden)? {
            return Ok(tableau.into_bounded(&larger, (safety / (power - one)).max(one), &typical));
        }
        // At the edge of the domain the other step is the smaller one.
        match self.formula(probe, stencil, side, steps, golden.recip())? {
            Some(smaller) => Ok(smaller.into_bounded(&tableau, (safety / (power - one)).max(one), &typical)),
            None => Ok(tableau.into_corner()),
        }
    }
}

/// Extrapolates over halving steps on one side. Steps with a probe that is not finite are passed over, and reported.
fn descend<T: Scalar>(
    probe: &Probe<'_, T>,
    stencil: Stencil<'_, T>,
    side: Side,
    steps: [T::Real; 2],
) -> Result<(Found<T>, bool), Error> {
    let mut tableau = Tableau::new(probe.base.len(), side == Side::Both);
    let (half, growth) = (T::Real::narrow(0.5), f64::from(1 << stencil.degree()));
    let mut blocked = false;
    for k in 0..ROWS {
        // A step below the last place of the input ends the descent; the first step has been checked.
        let Ok(row) = stencil.row(probe, side, steps, half.powi(k)) else { break };
        match row {
            Some(row) => tableau.push(row),
            None => blocked = true,
        }
        if tableau.rows.len() >= FEWEST_ROWS && tableau.is_exhausted(growth) {
            break;
        }
    }
    Ok(((tableau.rows.len() > 1).then(|| tableau.into_best()), blocked))
}

/// Steps at the scale of the point itself, where that is much smaller than the ones tried first.
fn natural_steps<T: Scalar>(
    probe: &Probe<'_, T>,
    stencil: &Stencil<'_, T>,
    steps: [T::Real; 2],
) -> Option<[T::Real; 2]> {
    let mut smaller = false;
    let [a, b] = stencil.directions();
    let natural = [(a, steps[0]), (b, steps[1])].map(|(direction, step)| {
        let scale = probe.natural_scale(direction) / T::Real::narrow(4.0);
        let much = scale > T::Real::zero() && scale < step * T::Real::narrow(1e-3);
        smaller |= much;
        if much { scale } else { step }
    });
    smaller.then_some(natural)
}

/// Whether every output's bound is small against its derivative, or against what a derivative would be at this scale.
fn is_settled<T: Scalar>(probe: &Probe<'_, T>, stencil: &Stencil<'_, T>, found: &Found<T>) -> bool {
    let Some(found) = found else { return false };
    let scale = probe.scale(stencil.directions()[0]).powi(stencil.degree());
    found.iter().zip(probe.base).filter(|(_, base)| base.is_finite()).all(|(found, &base)| {
        found.error <= T::Real::narrow(UNSETTLED) * (magnitude(found.value) + magnitude(base) / scale)
    })
}

/// The better of two estimates, output by output, the first of them from smaller steps.
fn merge<T: Scalar>(closer: Found<T>, larger: Found<T>) -> Found<T> {
    match (closer, larger) {
        (Some(closer), Some(larger)) => Some(closer.into_iter().zip(larger).map(|(a, b)| a.refine(b)).collect()),
        (closer, larger) => closer.or(larger),
    }
}
