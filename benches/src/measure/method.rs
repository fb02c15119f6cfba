//! A method: one way to compute a derivative, that can be checked and timed.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// A name, and something that computes into an output of its own.
pub(crate) struct Method {
    pub(crate) name: String,
    job: Box<dyn Job>,
}

impl Method {
    /// A method that runs `compute` on `output` and reads its answer off with `flatten`.
    pub(crate) fn new<Y: 'static>(
        name: impl Into<String>,
        output: Y,
        compute: impl FnMut(&mut Y) + 'static,
        flatten: impl Fn(&Y) -> Vec<f64> + 'static,
    ) -> Self {
        Self { name: name.into(), job: Box::new(Computation { output, compute, flatten }) }
    }

    /// A method whose answer is a vector.
    pub(crate) fn of_vector(name: impl Into<String>, mut compute: impl FnMut() -> Vec<f64> + 'static) -> Self {
        Self::new(name, Vec::new(), move |output| *output = compute(), Vec::clone)
    }

    /// A method whose answer is a matrix, row by row.
    pub(crate) fn of_rows(name: impl Into<String>, mut compute: impl FnMut() -> Vec<Vec<f64>> + 'static) -> Self {
        Self::new(name, Vec::new(), move |output| *output = compute(), |rows: &Vec<Vec<f64>>| rows.concat())
    }

    /// Runs once and reads the answer.
    pub(crate) fn answer(&mut self) -> Vec<f64> {
        self.job.answer()
    }

    /// The time that so many runs take.
    pub(crate) fn time(&mut self, runs: u32) -> Duration {
        self.job.time(runs)
    }
}

trait Job {
    fn answer(&mut self) -> Vec<f64>;
    fn time(&mut self, runs: u32) -> Duration;
}

struct Computation<Y, C, A> {
    output: Y,
    compute: C,
    flatten: A,
}

impl<Y, C: FnMut(&mut Y), A: Fn(&Y) -> Vec<f64>> Job for Computation<Y, C, A> {
    fn answer(&mut self) -> Vec<f64> {
        (self.compute)(&mut self.output);
        (self.flatten)(&self.output)
    }

    fn time(&mut self, runs: u32) -> Duration {
        let start = Instant::now();
        for _ in 0..runs {
            (self.compute)(black_box(&mut self.output));
        }
        start.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_runs_as_often_as_it_is_asked_to() {
        let mut method = Method::new("count", 0.0, |count| *count += 1.0, |&count| vec![count]);
        assert_eq!(method.answer(), [1.0]);
        method.time(10);
        assert_eq!(method.answer(), [12.0]);
    }

    #[test]
    fn rows_are_laid_out_one_behind_the_other() {
        let mut method = Method::of_rows("matrix", || vec![vec![1.0, 2.0], vec![3.0, 4.0]]);
        assert_eq!(method.answer(), [1.0, 2.0, 3.0, 4.0]);
    }
}
