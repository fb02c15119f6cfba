//! Derivatives of a gate from its values alone, for a side that can't be asked.
//!
//! Central differences at halved steps, extrapolated (Ridders 1982, *Accurate computation of F′(x) and F′(x)F″(x)*).

use anygrad_core::Real;
use anygrad_core::num_traits::Float;

use crate::Numbers;

/// Steps of a tableau, each half of the one before.
const STEPS: usize = 9;

/// The longest step, relative to the argument or to 1.
const LONGEST: f64 = 1.0 / 16.0;

/// A bound is so many times the estimated error.
const SAFETY: f64 = 4.0;

/// The partials of a function of some numbers, each with a bound; NaN where there is a kink or the edge of the domain.
pub(crate) fn slopes<R: Real>(value: impl Fn(&[R]) -> R, at: &[R]) -> Numbers {
    let along = |i: usize| {
        let moved = |t: f64| {
            let mut x = at.to_vec();
            x[i] = R::narrow(at[i].widen() + t);
            // The step that was taken, not the one that was meant.
            (x[i].widen() - at[i].widen(), value(&x).widen())
        };
        let size = at[i].widen().abs();
        let lengths = [size, size.max(1.0)].map(|size| LONGEST * size);
        let estimates = lengths.into_iter().filter(|&length| length > 0.0);
        let estimates = estimates.map(|length| extrapolate(moved, length, R::epsilon().widen()));
        estimates.fold((f64::NAN, f64::NAN), |best, new| if best.1 <= new.1 || new.1.is_nan() { best } else { new })
    };
    let estimates: Vec<(f64, f64)> = (0..at.len()).map(along).collect();
    let (values, bounds) = estimates.into_iter().unzip();
    Numbers::bounded(values, bounds, LONGEST)
}

/// The slope at 0 and its bound.
fn extrapolate(f: impl Fn(f64) -> (f64, f64), longest: f64, epsilon: f64) -> (f64, f64) {
    let (_, middle) = f(0.0);
    let (mut best, mut rows, mut bends) = ((f64::NAN, f64::NAN), Vec::<Vec<f64>>::new(), Vec::new());
    for k in 0..STEPS {
        let step = longest * 0.5.powi(k as i32);
        let ((right, above), (left, below)) = (f(step), f(-step));
        let slope = (above - below) / (right - left);
        let noise = SAFETY * epsilon * (above.abs().max(below.abs())) / step;
        if !slope.is_finite() || !middle.is_finite() {
            rows.clear();
            continue;
        }
        bends.push(((above - middle) / right - (middle - below) / -left).abs() - noise);
        let mut row = vec![slope];
        for (j, before) in rows.last().into_iter().flatten().enumerate() {
            let factor = 4.0.powi(j as i32 + 1);
            let better = (factor * row[j] - before) / (factor - 1.0);
            let error = (better - row[j]).abs().max((better - before).abs()) + noise;
            if best.1.is_nan() || error < best.1 {
                best = (better, error);
            }
            row.push(better);
        }
        rows.push(row);
    }
    // The slopes on both sides come together as the step, unless there is a kink.
    let is_kink = matches!(bends.as_slice(), [first, .., last] if *last > first / 4.0 && *last > 1e-6 * best.0.abs());
    if is_kink { (f64::NAN, f64::NAN) } else { (best.0, SAFETY * best.1) }
}

#[cfg(test)]
mod tests {
    use super::slopes;

    fn assert_bounded(value: fn(f64) -> f64, x: f64, slope: f64, at_most: f64) {
        let numbers = slopes(|x: &[f64]| value(x[0]), &[x]);
        let crate::Certainty::Bounds { bounds, .. } = &numbers.certainty else { panic!("{numbers:?}") };
        assert!((numbers.values[0] - slope).abs() <= bounds[0], "{numbers:?} instead of {slope}");
        assert!(bounds[0] <= at_most * slope.abs(), "{numbers:?}");
    }

    #[test]
    fn the_bound_holds_and_is_small() {
        assert_bounded(f64::tanh, 0.5, 1.0 - 0.5_f64.tanh().powi(2), 1e-10);
        assert_bounded(f64::ln, 1e-6, 1e6, 1e-8);
        assert_bounded(f64::exp, 30.0, 30.0_f64.exp(), 1e-8);
        assert_bounded(|x| x * x * x, -2.0, 12.0, 1e-10);
        assert_bounded(f64::sqrt, 1e4, 5e-3, 1e-9);
    }

    #[test]
    fn each_argument_has_its_own() {
        let numbers = slopes(|x: &[f64]| x[0] * x[1], &[3.0, -2.0]);
        assert!((numbers.values[0] + 2.0).abs() < 1e-11 && (numbers.values[1] - 3.0).abs() < 1e-11, "{numbers:?}");
    }

    #[test]
    fn a_kink_and_an_edge_have_none() {
        for (value, at) in
            [(f64::abs as fn(f64) -> f64, 0.0), (|x| x.max(0.0), 0.0), (f64::sqrt, 0.0), (f64::floor, 2.0)]
        {
            let numbers = slopes(|x: &[f64]| value(x[0]), &[at]);
            assert!(numbers.values[0].is_nan(), "{numbers:?} at {at}");
        }
    }

    #[test]
    fn single_precision_has_wider_bounds() {
        let numbers = slopes(|x: &[f32]| x[0].sin(), &[0.5_f32]);
        let crate::Certainty::Bounds { bounds, .. } = &numbers.certainty else { panic!("{numbers:?}") };
        assert!((numbers.values[0] - 0.5_f64.cos()).abs() <= bounds[0] && bounds[0] < 1e-2, "{numbers:?}");
    }
}
