//! Repeated runs, as the benchmark asks for them.

use std::time::{Duration, Instant};

use crate::{Error, Job};

/// How often a function is evaluated: at least so many times, and for at least so many seconds.
#[derive(Clone, Copy, Debug)]
pub struct Repeat {
    /// The number of runs.
    pub min_runs: u64,
    /// The sum of their times.
    pub min_seconds: f64,
}

impl Repeat {
    /// The time of each evaluation, of which there is one at least.
    ///
    /// # Errors
    /// The first failure of an evaluation.
    pub fn time(self, job: &mut dyn Job) -> Result<Vec<Duration>, Error> {
        let (mut times, mut total) = (Vec::new(), Duration::ZERO);
        while times.is_empty() || (times.len() as u64) < self.min_runs || total.as_secs_f64() < self.min_seconds {
            let start = Instant::now();
            job.evaluate()?;
            let time = start.elapsed();
            times.push(time);
            total += time;
        }
        Ok(times)
    }
}
