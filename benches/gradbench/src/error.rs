//! `Error`: why an evaluation did not succeed.

use crate::method::Trial;

/// Why an evaluation did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such eval.
    #[error("expected an eval among {expected}, found {found:?}")]
    Module {
        /// The names of the evals.
        expected: String,
        /// What was asked for.
        found: String,
    },
    /// The eval has no such function.
    #[error("{module}: expected a function among {expected}, found {found:?}")]
    Function {
        /// The eval.
        module: &'static str,
        /// The names of its functions.
        expected: String,
        /// What was asked for.
        found: String,
    },
    /// The input is not what the eval takes.
    #[error("{module}: {source}")]
    Input {
        /// The eval.
        module: &'static str,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Two parts of the input do not fit each other.
    #[error("{module}: expected {expected}, found {found}")]
    Mismatch {
        /// The eval.
        module: &'static str,
        /// What one part asks for.
        expected: String,
        /// What the other has.
        found: String,
    },
    /// The function or a backend says why not.
    #[error(transparent)]
    Derivative(#[from] anygrad::Error),
    /// Two methods do not agree, so that one of them is wrong.
    #[error("expected the methods to agree, found that {} and {} do not", methods[0], methods[1])]
    Disagree {
        /// Their names.
        methods: [&'static str; 2],
    },
    /// A crate cannot serve what it is asked for.
    #[error("{library}: {reason}")]
    Unserved {
        /// The crate.
        library: &'static str,
        /// Why it cannot.
        reason: String,
    },
    /// Forward mode would take too many passes for a trial.
    #[error("expected at most {most} inputs for a trial of forward mode, found {found}")]
    TooManyInputs {
        /// As many as are tried.
        most: usize,
        /// As many as there are.
        found: usize,
    },
    /// No method serves the function.
    #[error("expected a method that serves this function, found none: {}", reasons(.0))]
    NoMethod(Vec<Trial>),
}

fn reasons(trials: &[Trial]) -> String {
    let reason = |trial: &Trial| trial.time.as_ref().err().map(|error| format!("{}: {error}", trial.method.name()));
    trials.iter().filter_map(reason).collect::<Vec<_>>().join("; ")
}
