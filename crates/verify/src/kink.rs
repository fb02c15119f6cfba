//! Jumps of a function on a line, found by bisection.

/// Parts into which the line is cut before bisecting, so that an even function can't hide its kink.
const PARTS: i32 = 8;

/// So many parts with a jump, of `2·PARTS`, are noise.
const NOISY: usize = 8;

/// Halvings of the part with the largest change; a smooth change shrinks to `2⁻³⁰` of itself.
const HALVINGS: usize = 30;

/// What stands on the line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Line {
    /// No change of the size looked for that survives bisection.
    Smooth,
    /// A change of at least that size between neighbouring points.
    Jump,
    /// Such changes nearly everywhere.
    Noise,
    /// A point where some number is not finite.
    NonFinite,
}

/// Looks for a change of at least `size` between neighbouring points of `[-reach, reach]`.
///
/// A smooth function changes by half as much on half the length; a jump stays what it is. Cost: about 50 samples; where there is
/// a jump, about 500.
pub(crate) fn inspect(mut sample: impl FnMut(f64) -> Vec<f64>, reach: f64, size: f64) -> Line {
    let grid: Vec<f64> = (-PARTS..=PARTS).map(|i| reach * f64::from(i) / f64::from(PARTS)).collect();
    let samples: Vec<Vec<f64>> = grid.iter().map(|&t| sample(t)).collect();
    if samples.iter().flatten().any(|value| !value.is_finite()) {
        return Line::NonFinite;
    }
    let parts = || (1..grid.len()).map(|i| [(grid[i - 1], samples[i - 1].clone()), (grid[i], samples[i].clone())]);
    let by_change = |a: &Part, b: &Part| change(&a[0].1, &a[1].1).total_cmp(&change(&b[0].1, &b[1].1));
    let Some(steepest) = parts().max_by(by_change) else { return Line::Smooth };
    match bisect(&mut sample, steepest) {
        None => Line::NonFinite,
        Some(change) if change < size => Line::Smooth,
        Some(_) => {
            let jumps = parts().filter_map(|part| bisect(&mut sample, part)).filter(|&change| change >= size / 2.0);
            if jumps.count() >= NOISY { Line::Noise } else { Line::Jump }
        }
    }
}

/// Two points with their samples.
type Part = [(f64, Vec<f64>); 2];

/// The change that is left between neighbouring points of a part; `None` if some number is not finite.
fn bisect(sample: &mut impl FnMut(f64) -> Vec<f64>, [mut low, mut high]: Part) -> Option<f64> {
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low.0, high.0);
        let values = sample(middle);
        if values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        if change(&low.1, &values) > change(&values, &high.1) {
            high = (middle, values);
        } else {
            low = (middle, values);
        }
    }
    Some(change(&low.1, &high.1))
}

/// The largest difference between two samples.
fn change(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::{Line, inspect};

    #[test]
    fn a_step_is_a_jump_wherever_it_is() {
        for at in [-0.9, -0.125, 0.0, 1e-9, 0.7] {
            assert_eq!(inspect(|t| vec![if t > at { 1.0 } else { -1.0 }], 1.0, 0.5), Line::Jump, "step at {at}");
        }
    }

    #[test]
    fn jumps_everywhere_are_noise() {
        assert_eq!(inspect(|t| vec![t + 1e-3 * (1e7 * t).sin().signum()], 1.0, 1e-4), Line::Noise);
        assert_eq!(inspect(|t| vec![(1e4 * t).round()], 1.0, 0.5), Line::Noise);
        // Below the size looked for.
        assert_eq!(inspect(|t| vec![t + 1e-6 * (1e7 * t).sin().signum()], 1.0, 1e-4), Line::Smooth);
    }

    #[test]
    fn a_smooth_change_is_not() {
        assert_eq!(inspect(|t| vec![(3.0 * t).exp(), t * t], 1.0, 1e-3), Line::Smooth);
    }

    #[test]
    fn an_even_dip_is_found() {
        assert_eq!(inspect(|t| vec![if t.abs() < 0.2 { 0.0 } else { 1.0 }], 1.0, 0.5), Line::Jump);
    }

    #[test]
    fn the_edge_of_the_domain_is_named() {
        assert_eq!(inspect(|t| vec![(t + 0.5).ln()], 1.0, 0.5), Line::NonFinite);
    }
}
