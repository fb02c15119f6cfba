//! `Method`: how derivatives are computed.

use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde_json::Value;

use crate::{Error, Job};

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

/// A trial gives a method up that is so many times slower than the best before it.
const HOPELESS: u32 = 4;

/// What two methods may differ by, relative to the greater of 1 and the numbers: they round differently.
const TOLERANCE: f64 = 1e-8;

/// The job that a method makes, evaluated once; by [`Method::Auto`] that of the method whose evaluations take the least time among
/// those whose results agree with those of the first.
pub(crate) fn chosen(
    method: Method,
    mut make: impl FnMut(Method) -> Result<Box<dyn Job>, Error>,
) -> Result<Box<dyn Job>, Error> {
    if method != Method::Auto {
        let mut job = make(method)?;
        job.evaluate()?;
        return Ok(job);
    }
    let (mut best, mut reasons): (Option<(Duration, Box<dyn Job>)>, Vec<String>) = (None, Vec::new());
    for method in Method::EACH {
        let trial = make(method).and_then(|mut job| Ok((measured(&mut *job, best.as_ref().map(|best| best.0))?, job)));
        match (trial, &best) {
            (Err(error), _) => reasons.push(format!("{}: {error}", method.name())),
            (Ok((time, _)), Some((least, _))) if time >= *least => {}
            (Ok((_, job)), Some((_, first))) if !agree(&job.output(), &first.output()) => {
                return Err(Error::Disagree { methods: [first.method(), job.method()] });
            }
            (Ok((time, job)), _) => best = Some((time, job)),
        }
    }
    best.map(|(_, job)| job).ok_or_else(|| Error::NoMethod(reasons.join("; ")))
}

/// The least time of some evaluations, after one that may record and compile.
fn measured(job: &mut dyn Job, best: Option<Duration>) -> Result<Duration, Error> {
    const EVALUATIONS: usize = 3;
    job.evaluate()?;
    let mut least = Duration::MAX;
    for _ in 0..EVALUATIONS {
        let start = Instant::now();
        job.evaluate()?;
        least = least.min(start.elapsed());
        if best.is_some_and(|best| least > best * HOPELESS) {
            break;
        }
    }
    Ok(least)
}

/// Whether two outputs are the same but for rounding.
fn agree(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agree(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| agree(a, b)))
        }
        _ => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1.0),
            _ => a == b,
        },
    }
}
