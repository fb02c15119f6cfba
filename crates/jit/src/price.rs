//! `Price`: what native code costs before its first run, and when it has paid.

use std::time::{Duration, Instant};

use anygrad_core::{Error, Real};

use crate::Native;

/// What native code cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The time to make it.
    pub compile: Duration,
    /// The operations of the program.
    pub operations: usize,
    /// The functions that it was cut into.
    pub functions: usize,
    /// The bytes of code.
    pub bytes: usize,
}

/// After how many calls a price is paid by calls that take `own` instead of `other`; none if they never pay.
///
/// ```
/// use std::time::Duration;
/// use anygrad_jit::paid_after;
///
/// let [price, other, own] = [1000, 12, 2].map(Duration::from_micros);
/// assert_eq!(paid_after(price, other, own), Some(100));
/// assert_eq!(paid_after(price, own, other), None);
/// ```
pub fn paid_after(price: Duration, other: Duration, own: Duration) -> Option<u64> {
    let saved = other.checked_sub(own).filter(|saved| !saved.is_zero())?;
    u64::try_from(price.as_nanos().div_ceil(saved.as_nanos())).ok()
}

/// The runs of which the best counts.
const RUNS: u32 = 5;

/// A run that is measured takes at least so long, as often as it is repeated for that.
const LONG: Duration = Duration::from_micros(200);

impl<R: Real> Native<R> {
    /// The time of a run at `x`: the best of some, which take a millisecond or as long as so many runs do.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    ///
    /// # Panics
    /// As [`run`](Self::run).
    pub fn time(&self, x: &[R]) -> Result<Duration, Error> {
        let (mut workspace, mut out) = (self.workspace(), vec![R::zero(); self.outputs()]);
        let (mut calls, mut best) = (1, Duration::MAX);
        for _ in 0..RUNS {
            let start = Instant::now();
            for _ in 0..calls {
                self.run(&mut workspace, x, &mut out)?;
            }
            let took = start.elapsed();
            best = best.min(took / calls);
            calls = u32::try_from(LONG.as_nanos().div_ceil(best.as_nanos().max(1))).unwrap_or(1).max(1);
        }
        Ok(best)
    }
}
