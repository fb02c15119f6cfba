//! `Method`: how derivatives are computed.

use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde_json::Value;

use crate::{Error, Job, difference};

/// How derivatives are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// A tape that is recorded at every evaluation
    Reverse,
    /// Dual numbers, eight tangents at once
    Forward,
    /// A program that is recorded once and interpreted
    Replay,
    /// A program that is recorded once and compiled
    Native,
    /// Each of the others in a trial, then the fastest
    #[default]
    Auto,
}

impl Method {
    /// Those that a trial compares.
    pub const EACH: [Self; 4] = [Self::Reverse, Self::Forward, Self::Native, Self::Replay];

    /// The name of its backend.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reverse => "reverse",
            Self::Forward => "forward",
            Self::Replay => "replay",
            Self::Native => "native",
            Self::Auto => "auto",
        }
    }
}

/// How a method fared in a trial.
#[derive(Debug)]
pub struct Trial {
    /// The method.
    pub method: Method,
    /// The least time of an evaluation, or why there is none.
    pub time: Result<Duration, Error>,
}

/// A trial leaves dual numbers out for more inputs: they take a pass for each eight of them.
const MOST_INPUTS: usize = 512;

/// A trial gives a method up that is so many times slower than the best before it.
const HOPELESS: u32 = 4;

/// What two methods may [differ](difference) by: they round differently.
const TOLERANCE: f64 = 5e-9;

/// The job that a method makes, evaluated once; by [`Method::Auto`] that of the method whose evaluations take the least time. Methods
/// that disagree are an error.
pub(crate) fn chosen(
    method: Method,
    inputs: usize,
    make: impl FnMut(Method) -> Result<Box<dyn Job>, Error>,
) -> Result<Box<dyn Job>, Error> {
    match method {
        Method::Auto => fastest(inputs, make),
        method => prepared(method, make),
    }
}

/// A job that has been evaluated once: it has recorded and compiled what it needs.
fn prepared(
    method: Method,
    mut make: impl FnMut(Method) -> Result<Box<dyn Job>, Error>,
) -> Result<Box<dyn Job>, Error> {
    let mut job = make(method)?;
    job.evaluate()?;
    Ok(job)
}

/// The fastest job of all methods.
fn fastest(inputs: usize, mut make: impl FnMut(Method) -> Result<Box<dyn Job>, Error>) -> Result<Box<dyn Job>, Error> {
    let (mut best, mut trials): (Option<(Duration, Box<dyn Job>)>, Vec<Trial>) = (None, Vec::new());
    for method in Method::EACH {
        let limit = best.as_ref().map_or(Duration::MAX, |(least, _)| *least * HOPELESS);
        let trial = match method {
            Method::Forward if inputs > MOST_INPUTS => Err(Error::TooManyInputs { most: MOST_INPUTS, found: inputs }),
            _ => prepared(method, &mut make).and_then(|mut job| Ok((measured(&mut *job, limit)?, job))),
        };
        match trial {
            Err(error) => trials.push(Trial { method, time: Err(error) }),
            Ok((time, job)) => {
                trials.push(Trial { method, time: Ok(time) });
                match &best {
                    Some((_, first)) if difference(&job.output(), &first.output(), TOLERANCE).is_some() => {
                        return Err(Error::Disagree { methods: [first.method(), job.method()] });
                    }
                    Some((least, _)) if time >= *least => {}
                    _ => best = Some((time, job)),
                }
            }
        }
    }
    match best {
        Some((_, job)) => Ok(Box::new(Chosen { job, trials })),
        None => Err(Error::NoMethod(trials)),
    }
}

/// The job of the fastest method, and how all of them fared.
struct Chosen {
    job: Box<dyn Job>,
    trials: Vec<Trial>,
}

impl Job for Chosen {
    fn evaluate(&mut self) -> Result<(), Error> {
        self.job.evaluate()
    }

    fn output(&self) -> Value {
        self.job.output()
    }

    fn method(&self) -> &'static str {
        self.job.method()
    }

    fn trials(&self) -> &[Trial] {
        &self.trials
    }
}

/// The least time of some evaluations: three at least, unless they take longer than the limit.
fn measured(job: &mut dyn Job, limit: Duration) -> Result<Duration, Error> {
    const EVALUATIONS: usize = 3;
    const LONG_ENOUGH: Duration = Duration::from_millis(20);
    let (mut least, mut count, began) = (Duration::MAX, 0, Instant::now());
    while count < EVALUATIONS || began.elapsed() < LONG_ENOUGH {
        let start = Instant::now();
        job.evaluate()?;
        least = least.min(start.elapsed());
        count += 1;
        if least > limit {
            break;
        }
    }
    Ok(least)
}
