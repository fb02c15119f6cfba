//! Other tools of the benchmark.

use std::time::Duration;

use anygrad_gradbench::peer::{Peer, Refusal};
use anygrad_gradbench::{Repeat, difference};
use serde_json::{Value, json};

use crate::row::Row;

/// What the outputs of two tools may [differ](difference) by.
const TOLERANCE: f64 = 1e-6;

/// What another tool goes by, and how it is started.
#[derive(Clone, Debug)]
pub(crate) struct Beside {
    pub(crate) name: String,
    pub(crate) command: String,
}

impl Beside {
    /// `NAME=COMMAND`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, command)) if !name.is_empty() => {
                Ok(Self { name: name.to_owned(), command: command.to_owned() })
            }
            _ => Err("expected NAME=COMMAND".to_owned()),
        }
    }
}

/// Another tool of the benchmark.
pub(crate) struct Tool {
    name: String,
    peer: Peer,
}

impl Tool {
    /// The tool, which is ended where it does not answer in time.
    pub(crate) fn new(Beside { name, command }: &Beside, patience: Duration) -> Result<Self, Refusal> {
        Ok(Self { name: name.clone(), peer: Peer::new(command, patience)? })
    }

    /// Its row for an input: its least time; and what it says otherwise than we do, if it does.
    pub(crate) fn measure(&mut self, row: &Row, input: &Value, repeat: Repeat, expected: Option<&Value>) -> Row {
        let mut input = input.clone();
        if let Some(fields) = input.as_object_mut() {
            fields.insert("min_runs".to_owned(), json!(repeat.min_runs));
            fields.insert("min_seconds".to_owned(), json!(repeat.min_seconds));
        }
        match self.peer.evaluate(&row.eval, &row.function, &input) {
            Err(refusal) => row.of_tool(&self.name, Err(refusal.to_string())),
            Ok(answer) => {
                let difference = expected.and_then(|expected| difference(&answer.output, expected, TOLERANCE));
                let reason = difference.map(|difference| format!("disagrees at output{difference}"));
                Row { reason, ..row.of_tool(&self.name, Ok(answer.time)) }
            }
        }
    }
}
