//! `Peer`: another tool of the benchmark, asked as the benchmark asks it.

use std::io;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::process::{Process, Silence};

/// Another tool of the benchmark, which is started where it is needed.
#[derive(Debug)]
pub struct Peer {
    words: Vec<String>,
    patience: Duration,
    state: State,
}

/// What a tool is ready for.
#[derive(Debug)]
enum State {
    Idle,
    /// It has defined the module.
    Ready {
        module: String,
        process: Process,
        next: u64,
    },
    /// It cannot define the module.
    Undefined {
        module: String,
        reason: String,
    },
}

/// What a tool has computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The output of the function.
    pub output: Value,
    /// The least time of an evaluation.
    pub time: Duration,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// What should be a command is none.
    #[error("expected a command in shell words, found {0:?}")]
    Command(String),
    /// The command cannot be run.
    #[error("the command does not start: {0}")]
    Start(#[from] io::Error),
    /// The tool has ended.
    #[error("ended before it answered")]
    Ended,
    /// The tool took too long, and was ended.
    #[error("no answer within {0:?}")]
    TooLong(Duration),
    /// The answer is not one of the protocol.
    #[error("expected an answer of the protocol, found {0}")]
    Answer(String),
    /// The tool has no such module.
    #[error("undefined: {0}")]
    Undefined(String),
    /// The tool says why not.
    #[error("{0}")]
    Failure(String),
    /// The tool does not say how long it took.
    #[error("expected a time of an evaluation, found none")]
    NoTime,
}

/// What a tool answers; what it may say besides is not of interest here.
#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    success: bool,
    error: Option<String>,
    #[serde(default)]
    output: Value,
    #[serde(default)]
    timings: Vec<Timing>,
}

#[derive(Deserialize)]
struct Timing {
    name: String,
    nanoseconds: u64,
}

impl Peer {
    /// The tool that a command starts, its words as in a shell. It is ended where it does not answer in time.
    ///
    /// # Errors
    /// If there is no command in it.
    pub fn new(command: &str, patience: Duration) -> Result<Self, Refusal> {
        match shlex::split(command) {
            Some(words) if !words.is_empty() => Ok(Self { words, patience, state: State::Idle }),
            _ => Err(Refusal::Command(command.to_owned())),
        }
    }

    /// What a function of a module gives for an input, which also says how often it is evaluated. The tool is started if it does
    /// not run yet with this module.
    ///
    /// # Errors
    /// Why there is no answer. One that has ended or was too slow is started again by the next call.
    pub fn evaluate(&mut self, module: &str, function: &str, input: &Value) -> Result<Answer, Refusal> {
        self.define(module)?;
        let message = json!({ "kind": "evaluate", "module": module, "function": function, "input": input });
        let Reply { success, error, output, timings, .. } = self.ask(message)?;
        if !success {
            return Err(Refusal::Failure(last_line(error)));
        }
        let times = timings.iter().filter(|timing| timing.name == "evaluate").map(|timing| timing.nanoseconds);
        let time = Duration::from_nanos(times.min().ok_or(Refusal::NoTime)?);
        Ok(Answer { output, time })
    }

    /// Starts it for a module, unless it has been.
    fn define(&mut self, name: &str) -> Result<(), Refusal> {
        match &self.state {
            State::Ready { module, .. } if module == name => return Ok(()),
            State::Undefined { module, reason } if module == name => return Err(Refusal::Undefined(reason.clone())),
            _ => {}
        }
        let process = Process::start(&self.words[0], &self.words[1..])?;
        self.state = State::Ready { module: name.to_owned(), process, next: 0 };
        self.ask(json!({ "kind": "start", "eval": name }))?;
        let Reply { success, error, .. } = self.ask(json!({ "kind": "define", "module": name }))?;
        if !success {
            let reason = last_line(error);
            self.state = State::Undefined { module: name.to_owned(), reason: reason.clone() };
            return Err(Refusal::Undefined(reason));
        }
        Ok(())
    }

    /// The reply to a message.
    fn ask(&mut self, mut message: Value) -> Result<Reply, Refusal> {
        let State::Ready { process, next, .. } = &mut self.state else { return Err(Refusal::Ended) };
        let id = json!(*next);
        *next += 1;
        message["id"] = id.clone();
        let answer = process.ask(message.to_string().into_bytes(), self.patience).map_err(|silence| match silence {
            Silence::Ended => Refusal::Ended,
            Silence::TooLong => Refusal::TooLong(self.patience),
        });
        let reply = answer.and_then(|answer| match serde_json::from_slice::<Reply>(&answer) {
            Ok(reply) if reply.id == id => Ok(reply),
            _ => Err(Refusal::Answer(short(&String::from_utf8_lossy(&answer)))),
        });
        // Whoever did not answer this may answer it later, when something else is asked.
        if reply.is_err() {
            self.state = State::Idle;
        }
        reply
    }
}

/// What stands last in an error: there a traceback says what it is about.
fn last_line(error: Option<String>) -> String {
    let error = error.unwrap_or_default();
    match error.lines().rev().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => short(line),
        None => "no reason given".to_owned(),
    }
}

/// The beginning of a line.
fn short(line: &str) -> String {
    const LONGEST: usize = 120;
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
