//! Gradient descent as `particle` and `saddle` ask for it: over any scalar, so that it can be differentiated itself.

use anygrad::{Error, Scalar};

/// So many steps are more than any of the evals takes.
const STEPS: usize = 1_000_000;

/// The point that a descent from `start` ends at. Its steps get longer after ten successes, and shorter after a failure; it ends where the
/// gradient or the step is at most `10⁻⁵` long.
///
/// # Errors
/// What the function says, and [`Error::NotConverged`] after a million steps.
pub(super) fn argmin<S: Scalar<Real = f64>, const N: usize>(
    value: impl Fn(&[S; N]) -> Result<S, Error>,
    gradient: impl Fn(&[S; N]) -> Result<[S; N], Error>,
    start: [S; N],
) -> Result<[S; N], Error> {
    const TOLERANCE: f64 = 1e-5;
    let (mut x, mut rate, mut successes) = (start, 1e-5, 0);
    let (mut least, mut slope) = (value(&x)?, gradient(&x)?);
    for _ in 0..STEPS {
        if norm(&slope) <= TOLERANCE {
            return Ok(x);
        }
        if successes == 10 {
            (rate, successes) = (rate * 2.0, 0);
            continue;
        }
        let next = std::array::from_fn(|i| x[i] - slope[i] * rate);
        if norm(&std::array::from_fn::<S, N, _>(|i| x[i] - next[i])) <= TOLERANCE {
            return Ok(x);
        }
        let found = value(&next)?;
        if found < least {
            (x, least, slope, successes) = (next, found, gradient(&next)?, successes + 1);
        } else {
            (rate, successes) = (rate / 2.0, 0);
        }
    }
    let found = format!("a gradient of length {:e}", norm(&slope));
    Err(Error::NotConverged { operation: "gradient descent", iterations: STEPS, found })
}

/// The length, which nothing but the end of the descent depends on.
fn norm<S: Scalar<Real = f64>, const N: usize>(x: &[S; N]) -> f64 {
    x.iter().map(|x| x.primal() * x.primal()).sum::<f64>().sqrt()
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
