//! `Tableau`: extrapolation to step 0, with an error bound (Ridders 1982).

use anygrad_core::num_traits::{Float, One, Zero};
use anygrad_core::{Real, Scalar};

use crate::Estimate;
use crate::estimate::magnitude;
use crate::row::Row;

/// The widest that the tableau gets: beyond it the columns gain nothing on rounding.
const WIDTH: usize = 9;

/// How much of a difference may remain when the step is halved: half of it for an error linear in the step.
const SLOW: f64 = 0.6;

/// How far, relative to the derivative, a formula at two steps may differ before it is no approximation any more.
const UNLIKE: f64 = 0.25;

/// How much more asymmetric the smaller step may be: a kink is as asymmetric at both, a spike between the probes more.
const GROWTH: f64 = 1.2;

/// Neville's tableau over decreasing steps, one for each output.
///
/// With `D` the difference at step `h`, of an error that is a series in `hᵖ` (`p = 2` if symmetric, otherwise 1):
/// `T₀ = D`, `Tⱼ = Tⱼ₋₁ + (Tⱼ₋₁ − Tⱼ₋₁ of the row before) / ((hₖ₋ⱼ/hₖ)ᵖ − 1)`.
/// An entry's error is its distance to the two entries it is made of, plus the noise, which goes through the same
/// recurrence with absolute coefficients, plus a kink that its row shows. The entry of the smallest error is the result,
/// unless a later row contradicts it.
pub(crate) struct Tableau<T: Scalar> {
    symmetric: bool,
    pub(crate) rows: Vec<Row<T>>,
    outputs: Vec<Extrapolation<T>>,
}

/// The tableau of one output.
struct Extrapolation<T: Scalar> {
    /// The last row: value and noise.
    last: Vec<(T, T::Real)>,
    /// The best entry so far.
    best: Estimate<T>,
    /// The last entry of the last row.
    corner: Estimate<T>,
    /// The kink that the last row showed, or the one before if noise hides it.
    kink: T::Real,
}

impl<T: Scalar> Extrapolation<T> {
    fn new() -> Self {
        let none = Estimate { value: T::nan(), error: T::Real::infinity() };
        Self { last: Vec::new(), best: none, corner: none, kink: T::Real::zero() }
    }
}

impl<T: Scalar> Tableau<T> {
    pub(crate) fn new(outputs: usize, symmetric: bool) -> Self {
        let outputs = (0..outputs).map(|_| Extrapolation::new()).collect();
        Self { symmetric, rows: Vec::new(), outputs }
    }

    /// Appends a row at a smaller step. If it sees a steeper slope the rows before are noisier than they seemed, and are gone
    /// through again.
    pub(crate) fn push(&mut self, row: Row<T>) {
        self.rows.push(row);
        let k = self.rows.len() - 1;
        for i in 0..self.outputs.len() {
            if k > 0 && self.rows[k].slopes[i] > self.rows[k - 1].slopes[i] {
                self.outputs[i] = Extrapolation::new();
                (0..k).for_each(|k| self.extend(i, k));
            }
            self.extend(i, k);
        }
    }

    /// Extends the tableau of output `i` by row `k`.
    fn extend(&mut self, i: usize, k: usize) {
        let (row, first) = (&self.rows[k], self.noise(i, k));
        let shown = if k == 0 { None } else { row.kink(&self.rows[k - 1], i) };
        let (kink, doubt) = (shown.unwrap_or(self.outputs[i].kink), self.doubt(i, k));
        let mut current = vec![(row.values[i], first)];
        let mut corner = Estimate { value: row.values[i], error: T::Real::infinity() };
        let mut best = corner;
        for (j, &(above, above_noise)) in self.outputs[i].last.iter().enumerate().take(WIDTH - 1) {
            let (left, left_noise) = current[j];
            let weight = self.weight(k, j + 1);
            let value = left + (left - above) * weight;
            let noise = left_noise * (T::Real::one() + weight) + above_noise * weight;
            let spread = magnitude(value - left).max(magnitude(value - above));
            corner = Estimate { value, error: spread * doubt + noise + kink };
            if corner.error < best.error {
                best = corner;
            }
            current.push((value, noise));
        }
        let output = &mut self.outputs[i];
        (output.last, output.corner, output.best) = (current, corner, best.refine(output.best));
        output.kink = kink;
    }

    /// The noise of row `k`, at the steepest slope that it or a row of smaller step sees.
    fn noise(&self, i: usize, k: usize) -> T::Real {
        let slope = self.rows[k..].iter().fold(T::Real::zero(), |most, row| most.max(row.slopes[i]));
        self.rows[k].noise[i] + self.rows[k].input_noise * slope
    }

    /// By what the distance between entries of row `k` is to be multiplied. In a power series the steps of the first column
    /// shrink with the step; where they shrink by less, as beside a branch point, a geometric series remains to be gone: the
    /// multiple is infinite where they grow.
    fn doubt(&self, i: usize, k: usize) -> T::Real {
        let one = T::Real::one();
        let step = |k: usize| magnitude(self.rows[k].values[i] - self.rows[k - 1].values[i]);
        if k == 0 || step(k) <= self.noise(i, k) {
            return one;
        }
        // Of two rows that differ nothing is known yet.
        let ratio = if k == 1 { one } else { step(k) / step(k - 1) };
        if ratio > T::Real::narrow(SLOW) { (one - ratio).max(T::Real::zero()).recip() } else { one }
    }

    /// `1 / ((hₖ₋ⱼ/hₖ)ᵖ − 1)`.
    fn weight(&self, k: usize, j: usize) -> T::Real {
        let ratio = self.rows[k - j].step / self.rows[k].step;
        let power = if self.symmetric { ratio * ratio } else { ratio };
        (power - T::Real::one()).recip()
    }

    /// Whether no smaller step can improve any output, `growth` being how much the noise grows from row to row.
    pub(crate) fn is_exhausted(&self, growth: f64) -> bool {
        let growth = T::Real::narrow(growth);
        let last = self.rows.len().wrapping_sub(1);
        let settled = |i: usize| {
            let next = self.noise(i, last) * growth;
            self.outputs[i].best.error <= next || next.is_nan()
        };
        !self.rows.is_empty() && (0..self.outputs.len()).all(settled)
    }

    /// The best entry of each output; where none has a bound, the difference at the smallest step.
    pub(crate) fn into_best(self) -> Vec<Estimate<T>> {
        let first = |output: &Extrapolation<T>| output.last.first().map_or_else(T::nan, |entry| entry.0);
        let best = |output: Extrapolation<T>| match output.best {
            best if best.error.is_finite() => best,
            best => Estimate { value: first(&output), ..best },
        };
        self.outputs.into_iter().map(best).collect()
    }

    /// The corner of the tableau, the formula of order `p·rows`, without a bound.
    pub(crate) fn into_corner(self) -> Vec<Estimate<T>> {
        self.outputs.into_iter().map(|output| output.corner).collect()
    }

    /// The corner of the tableau with a bound: `factor` times the distance to the corner of another at a larger step, plus noise
    /// and kink. Infinite where the two have little in common: the function varies within the step.
    pub(crate) fn into_bounded(self, larger: &Self, factor: T::Real, typical: &[T::Real]) -> Vec<Estimate<T>> {
        let bounded = |i: usize| {
            let (own, other) = (&self.outputs[i], &larger.outputs[i]);
            let spread = magnitude(own.corner.value - other.corner.value);
            let (noise, kink) = (own.last.last()?.1, self.rows.last()?.kink(larger.rows.last()?, i));
            let kink = kink.unwrap_or_else(T::Real::zero);
            let unlike = T::Real::narrow(UNLIKE) * (magnitude(own.corner.value) + typical[i]);
            let grows = kink > larger.rows.last()?.asymmetry[i] * T::Real::narrow(GROWTH);
            let jumps = grows || (spread > unlike && spread > noise * T::Real::narrow(4.0));
            let error = if jumps { T::Real::infinity() } else { spread * factor + noise + kink };
            Some(Estimate { value: own.corner.value, error })
        };
        (0..self.outputs.len()).map(|i| bounded(i).unwrap_or_else(Estimate::undefined)).collect()
    }
}
