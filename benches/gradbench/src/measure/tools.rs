//! Other tools of the benchmark.

use std::env;
use std::time::Duration;

use anygrad_gradbench::peer::{Peer, Refusal};
use anygrad_gradbench::peers::Crate;
use anygrad_gradbench::{Repeat, difference};
use serde_json::{Value, json};

use crate::Failure;
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

/// The Rust crates, by the program that stands beside this one.
pub(crate) fn crates() -> Result<Vec<Beside>, Failure> {
    let program = env::current_exe()?.with_file_name(format!("gradbench-peer{}", env::consts::EXE_SUFFIX));
    if !program.exists() {
        return Err(format!("expected {}, which the feature `peers` builds, found none", program.display()).into());
    }
    let program = shlex::try_quote(program.to_str().ok_or("expected a path in UTF-8")?)?.into_owned();
    let beside = |library: &Crate| Beside {
        name: library.name().to_owned(),
        command: format!("{program} {}", library.argument()),
    };
    Ok(Crate::EACH.iter().map(beside).collect())
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
