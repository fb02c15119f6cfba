//! Jumps of a function on a line, found by bisection.

/// Parts into which the line is cut before bisecting, so that an even function can't hide its kink.
const PARTS: i32 = 8;

/// Halvings of the part with the largest change; a smooth change shrinks to `2⁻³⁰` of itself.
const HALVINGS: usize = 30;

/// What stands on the line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Line {
    /// No change of the size looked for that survives bisection.
    Smooth,
    /// A change of at least that size between neighbouring points.
    Jump,
    /// A point where some number is not finite.
    NonFinite,
}

/// Looks for a change of at least `size` between neighbouring points of `[-reach, reach]`.
///
/// A smooth function changes by half as much on half the length; a jump stays what it is. Cost: about 40 samples.
pub(crate) fn inspect(mut sample: impl FnMut(f64) -> Vec<f64>, reach: f64, size: f64) -> Line {
    let grid: Vec<f64> = (-PARTS..=PARTS).map(|i| reach * f64::from(i) / f64::from(PARTS)).collect();
    let samples: Vec<Vec<f64>> = grid.iter().map(|&t| sample(t)).collect();
    if samples.iter().flatten().any(|value| !value.is_finite()) {
        return Line::NonFinite;
    }
    let steepest = (1..grid.len())
        .max_by(|&i, &j| change(&samples[i - 1], &samples[i]).total_cmp(&change(&samples[j - 1], &samples[j])));
    let Some(right) = steepest else { return Line::Smooth };
    let (mut low, mut high) = ((grid[right - 1], samples[right - 1].clone()), (grid[right], samples[right].clone()));
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low.0, high.0);
        let values = sample(middle);
        if values.iter().any(|value| !value.is_finite()) {
            return Line::NonFinite;
        }
        if change(&low.1, &values) > change(&values, &high.1) {
            high = (middle, values);
        } else {
            low = (middle, values);
        }
    }
    if change(&low.1, &high.1) >= size { Line::Jump } else { Line::Smooth }
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
