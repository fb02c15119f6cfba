//! What our own methods take.

use std::time::Duration;

use anygrad_gradbench::evals::{Eval, Options};
use anygrad_gradbench::{Error, Job, Repeat, Trial};
use serde_json::Value;

use crate::row::Row;

/// A row for the method that is fastest, or for the only one that there is, then one for each other method of the trial; and the
/// output, if there is one.
pub(crate) fn measure(
    eval: &Eval,
    function: &str,
    input: &Value,
    (options, repeat): (Options, Repeat),
    row: &Row,
) -> (Vec<Row>, Option<Value>) {
    let prepared = eval.prepare(function, input.clone(), options);
    let (times, output) = match prepared {
        Ok(mut job) => {
            let times = times(&mut *job, repeat);
            (times, Some(job.output()))
        }
        Err(error) => (vec![("none", Err(error.to_string()))], None),
    };
    (times.into_iter().map(|(method, time)| row.by(method, time)).collect(), output)
}

/// The least time of an evaluation by each method.
fn times(job: &mut dyn Job, repeat: Repeat) -> Vec<(&'static str, Result<Duration, String>)> {
    let least = repeat.time(job).map(|times| times.into_iter().min().unwrap_or_default());
    let said = |error: &Error| error.to_string();
    let tried = |trial: &Trial| (trial.method.name(), trial.time.as_ref().map(|time| *time).map_err(said));
    let others = job.trials().iter().filter(|trial| trial.method.name() != job.method()).map(tried);
    [(job.method(), least.map_err(|error| said(&error)))].into_iter().chain(others).collect()
}
