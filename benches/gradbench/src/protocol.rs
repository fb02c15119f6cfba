//! The protocol: a JSON object a line comes in, and one goes out for each.

use std::io::{self, BufRead, Write};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::evals::{Options, find};
use crate::timing::Repeat;
use crate::{Error, Job};

/// What answers the benchmark.
pub trait Tool {
    /// The name that it goes by.
    fn name(&self) -> &'static str;

    /// A function of an eval with its input, ready to be evaluated.
    ///
    /// # Errors
    /// What there is not, what is wrong with the input, or why it is not served.
    fn prepare(&self, module: &str, function: &str, input: Value) -> Result<Box<dyn Job>, Error>;
}

impl Tool for Options {
    fn name(&self) -> &'static str {
        "anygrad"
    }

    fn prepare(&self, module: &str, function: &str, input: Value) -> Result<Box<dyn Job>, Error> {
        find(module)?.prepare(function, input, *self)
    }
}

/// A message of the benchmark; what it may have besides is not of interest here.
#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    module: String,
    #[serde(default)]
    function: String,
    #[serde(default)]
    input: Value,
}

/// Answers each message until there is none.
///
/// A line that is no message, a function that there is not, an input that does not fit: each is answered with `success: false` and
/// the reason, and the next message is served.
///
/// # Errors
/// If messages cannot be read or answers cannot be written.
pub fn serve(messages: impl BufRead, mut answers: impl Write, tool: impl Tool) -> io::Result<()> {
    for line in messages.split(b'\n') {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = match serde_json::from_slice::<Message>(&line) {
            Ok(message) => answer(message, &tool),
            Err(error) => failure(&Value::Null, &format!("expected a message in JSON, found {error}")),
        };
        writeln!(answers, "{answer}")?;
        answers.flush()?;
    }
    Ok(())
}

fn answer(Message { id, kind, module, function, input }: Message, tool: &impl Tool) -> Value {
    match kind.as_str() {
        "start" => json!({ "id": id, "tool": tool.name() }),
        "define" => match find(&module) {
            Ok(_) => json!({ "id": id, "success": true }),
            Err(error) => failure(&id, &error.to_string()),
        },
        "evaluate" => match evaluate(&module, &function, input, tool) {
            Ok((output, timings)) => json!({ "id": id, "success": true, "output": output, "timings": timings }),
            Err(error) => failure(&id, &error.to_string()),
        },
        _ => json!({ "id": id }),
    }
}

fn failure(id: &Value, error: &str) -> Value {
    json!({ "id": id, "success": false, "error": error })
}

/// The output of a function, and how long each evaluation took; before them the preparation.
fn evaluate(module: &str, function: &str, input: Value, tool: &impl Tool) -> Result<(Value, Vec<Value>), Error> {
    let repeat = repeat(input.as_object());
    let start = Instant::now();
    let mut job = tool.prepare(module, function, input)?;
    let prepared = timing("prepare", start.elapsed());
    let times = repeat.time(&mut *job)?;
    let timings = [prepared].into_iter().chain(times.into_iter().map(|time| timing("evaluate", time))).collect();
    Ok((job.output(), timings))
}

/// How often the input asks for; once if it does not say.
fn repeat(input: Option<&Map<String, Value>>) -> Repeat {
    let field = |name| input.and_then(|input| input.get(name));
    Repeat {
        min_runs: field("min_runs").and_then(Value::as_u64).unwrap_or(1),
        min_seconds: field("min_seconds").and_then(Value::as_f64).unwrap_or(0.0),
    }
}

fn timing(name: &str, time: Duration) -> Value {
    json!({ "name": name, "nanoseconds": u64::try_from(time.as_nanos()).unwrap_or(u64::MAX) })
}
