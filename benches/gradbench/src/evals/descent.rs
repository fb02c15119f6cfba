//! Gradient descent as `particle` and `saddle` ask for it: over any scalar, so that it can be differentiated itself.

use anygrad::{Error, Scalar};

/// So many steps are more than any of the evals takes.
const STEPS: usize = 1_000_000;

/// The point that a descent from `start` ends at. Its steps get longer after ten successes, and shorter after a failure; it ends where the
/// gradient or the step is at most `10⁻⁵` long.
///
/// The value of the function and its gradient come together, as every backend gives them: a step that fails, and few do, has a
/// gradient that nobody asks for.
///
/// # Errors
/// What the function says, and [`Error::NotConverged`] after a million steps.
pub(super) fn argmin<S: Scalar<Real = f64>, const N: usize>(
    mut value_and_gradient: impl FnMut(&[S; N]) -> Result<(S, [S; N]), Error>,
    start: [S; N],
) -> Result<[S; N], Error> {
    const TOLERANCE: f64 = 1e-5;
    let (mut x, mut rate, mut successes) = (start, 1e-5, 0);
    let (mut least, mut slope) = value_and_gradient(&x)?;
    for _ in 0..STEPS {
        if length(slope.iter().map(|slope| slope.primal())) <= TOLERANCE {
            return Ok(x);
        }
        if successes == 10 {
            (rate, successes) = (rate * 2.0, 0);
            continue;
        }
        let mut next = x;
        next.iter_mut().zip(&slope).for_each(|(next, &slope)| *next -= slope * rate);
        if length(x.iter().zip(&next).map(|(x, next)| x.primal() - next.primal())) <= TOLERANCE {
            return Ok(x);
        }
        let (found, found_slope) = value_and_gradient(&next)?;
        if found < least {
            (x, least, slope, successes) = (next, found, found_slope, successes + 1);
        } else {
            (rate, successes) = (rate / 2.0, 0);
        }
    }
    let found = format!("a gradient of length {:e}", length(slope.iter().map(|slope| slope.primal())));
    Err(Error::NotConverged { operation: "gradient descent", iterations: STEPS, found })
}

/// The length of a vector, of primals alone: nothing but the end of the descent depends on it.
fn length(vector: impl Iterator<Item = f64>) -> f64 {
    vector.map(|component| component * component).sum::<f64>().sqrt()
}

/// The four functions of an eval that nests one derivative in another: the first letter is the mode of the outer one, the second that of
/// the inner one. Forward mode takes as many tangents at once as there are inputs.
macro_rules! nested {
    ($prepare:ident, inputs $outer:literal outside, $inner:literal inside) => {
        &[
            ("rr", |input, _| $prepare(input, ("rr", Reverse::new(), Reverse::new()))),
            ("ff", |input, _| {
                $prepare(input, ("ff", Forward::with_chunk::<$outer>(), Forward::with_chunk::<$inner>()))
            }),
            ("fr", |input, _| $prepare(input, ("fr", Forward::with_chunk::<$outer>(), Reverse::new()))),
            ("rf", |input, _| $prepare(input, ("rf", Reverse::new(), Forward::with_chunk::<$inner>()))),
        ]
    };
}
pub(super) use nested;
