//! The one error type: what was expected and what was found.

use std::panic::Location;
use std::sync::Arc;

use thiserror::Error;

/// What went wrong, with what was expected and what was found.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A tangent, seed, output or buffer does not have the shape of what it belongs to.
    #[error("{what}: expected length {expected}, found {found}")]
    DimensionMismatch {
        /// Which of the arguments has the wrong shape.
        what: &'static str,
        /// The length asked for.
        expected: usize,
        /// The length that came.
        found: usize,
    },
    /// A gradient or Hessian was asked of a function that has not exactly one output.
    #[error("expected a function with 1 output, found {outputs}: ask for the jacobian")]
    NotScalar {
        /// How many outputs the function has.
        outputs: usize,
    },
    /// An input is NaN or infinite (checked path only).
    #[error("expected finite inputs, found a NaN or an infinity at index {index}")]
    NonFiniteInput {
        /// The position of the input, counted over all its scalars.
        index: usize,
    },
    /// A gate made a NaN or an infinity out of finite arguments (checked path only).
    #[error("expected finite numbers, found {value} as the {stage} of `{gate}` at ({at}){}{}", line(.location), reached(.reaches))]
    NonFinite {
        /// The gate where it was born.
        gate: &'static str,
        /// The value or a partial.
        stage: Stage,
        /// What was made.
        value: f64,
        /// The gate's arguments, printed.
        at: String,
        /// The line of the program that applied the gate, where it is known.
        location: Option<&'static Location<'static>>,
        /// The inputs whose derivatives are not finite, counted over all scalars of the input, in ascending order; none if
        /// only the value is not finite, or if nobody has looked ([`Watch`](crate::Watch) alone does not).
        reaches: Vec<usize>,
    },
    /// A gate has a finite value but no finite derivative at this point (checked path only).
    #[error("expected a differentiable point, found `{gate}` with partial {partial} at ({at}){}{}", line(.location), reached(.reaches))]
    SingularPoint {
        /// The gate that is singular here.
        gate: &'static str,
        /// Its partial.
        partial: f64,
        /// The gate's arguments, printed.
        at: String,
        /// The line of the program that applied the gate, where it is known.
        location: Option<&'static Location<'static>>,
        /// The inputs whose derivatives are not finite, counted over all scalars of the input, in ascending order; none if
        /// only the value is not finite, or if nobody has looked ([`Watch`](crate::Watch) alone does not).
        reaches: Vec<usize>,
    },
    /// A step that is not positive, not finite, or so small that `x + h = x`.
    #[error("expected a positive step that changes x = {x}, found {step}")]
    InvalidStep {
        /// The step that came.
        step: f64,
        /// The coordinate it was to be taken at.
        x: f64,
    },
    /// A difference formula of an order that does not exist here.
    #[error("expected an order among {supported}, found {order}")]
    UnsupportedOrder {
        /// The order that came.
        order: usize,
        /// The orders that exist.
        supported: &'static str,
    },
    /// The function is not finite on either side of a coordinate.
    #[error("expected a finite value near input {index}, found none at {at}")]
    NonFiniteProbe {
        /// The position of the input, counted over all its scalars.
        index: usize,
        /// The coordinate's value at the probe.
        at: f64,
    },
    /// More operations than the tape's index or its set limit holds.
    #[error("expected at most {limit} operations on the tape, found more")]
    TapeFull {
        /// The limit in force.
        limit: usize,
    },
    /// A number of a loop's body, of another recording or of another tape, used where it has no meaning.
    #[error("expected a number of this recording, found {what}")]
    ForeignVariable {
        /// What was found.
        what: &'static str,
    },
    /// A recorded program at a point where a comparison comes out otherwise than while recording.
    #[error("expected the branches of the recording, found `{test}` otherwise{}", inside(.place))]
    BranchChanged {
        /// The comparison as it was.
        test: String,
        /// The line that made it, where it is known.
        place: Option<String>,
    },
    /// A program that breaks a rule of its form.
    #[error("expected a well-formed program, found {reason} at instruction {at}")]
    InvalidProgram {
        /// The instruction.
        at: usize,
        /// The rule that it breaks.
        reason: String,
    },
    /// Native code can't be made here.
    #[error("expected a target that code can be made for, found {reason}")]
    JitUnavailable {
        /// What is missing.
        reason: String,
    },
    /// Arrays, vectors or matrices whose shapes an operation cannot take.
    #[error("{operation}: expected {expected}, found {found}")]
    Shape {
        /// The operation.
        operation: &'static str,
        /// The shapes that it takes.
        expected: String,
        /// The shapes that came.
        found: String,
    },
    /// A matrix that has no inverse, where one is needed.
    #[error("{operation}: expected a non-singular matrix, found pivot {at} of {size} to be 0")]
    Singular {
        /// The operation.
        operation: &'static str,
        /// The first pivot that is 0 or NaN, counted from 0.
        at: usize,
        /// The number of rows.
        size: usize,
    },
    /// A matrix that is not positive definite, where one that is must be.
    #[error("{operation}: expected a positive definite matrix, found pivot {at} of {size} not to be positive")]
    NotPositiveDefinite {
        /// The operation.
        operation: &'static str,
        /// The first pivot that is 0, negative or NaN, counted from 0.
        at: usize,
        /// The number of rows.
        size: usize,
    },
    /// Values that must lie apart for a derivative to exist, and do not.
    #[error("{operation}: expected {expected} for a derivative, found {found}")]
    NotSeparate {
        /// The operation.
        operation: &'static str,
        /// What must lie apart.
        expected: &'static str,
        /// The values that do not.
        found: String,
    },
    /// An iteration that came to no end.
    #[error("{operation}: expected convergence within {iterations} iterations, found {found}")]
    NotConverged {
        /// The operation.
        operation: &'static str,
        /// The iterations that it was given.
        iterations: usize,
        /// What was left at the end.
        found: String,
    },
    /// The function itself failed; see [`Differentiable::try_call`](crate::Differentiable::try_call).
    #[error(transparent)]
    Function(FunctionError),
    /// A setting outside its range.
    #[error("{field}: expected {expected}, found {found}")]
    InvalidConfig {
        /// The setting.
        field: &'static str,
        /// The range.
        expected: &'static str,
        /// What came, printed.
        found: String,
    },
    /// An operator that a backend does not serve.
    #[error("{backend} does not serve {operator}: {help}")]
    Unsupported {
        /// The backend.
        backend: &'static str,
        /// The operator or gate.
        operator: &'static str,
        /// What does serve it.
        help: &'static str,
    },
}

/// The error that a function returned, as it is. Two are equal if they read the same.
#[derive(Clone, Debug, Error)]
#[error(transparent)]
pub struct FunctionError(Arc<dyn std::error::Error + Send + Sync>);

impl FunctionError {
    /// The error as the type that it was made as, if it was.
    pub fn downcast_ref<E: std::error::Error + 'static>(&self) -> Option<&E> {
        self.0.downcast_ref()
    }
}

impl PartialEq for FunctionError {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Error {
    /// Wraps the error of a function.
    pub fn function(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Function(FunctionError(Arc::new(error)))
    }
}

/// The line of a program, as the end of a message.
fn line(location: &Option<&'static Location<'static>>) -> String {
    location.map_or_else(String::new, |location| format!(" in {}:{}", location.file(), location.line()))
}

/// The line of a comparison, as the end of a message.
fn inside(place: &Option<String>) -> String {
    place.as_ref().map_or_else(String::new, |place| format!(" in {place}"))
}

/// So many inputs are listed, of the others only the number is.
const MOST_LISTED: usize = 8;

/// The inputs whose derivatives are not finite, as the end of a message.
fn reached(inputs: &[usize]) -> String {
    if inputs.is_empty() {
        return String::new();
    }
    let listed: Vec<String> = inputs.iter().take(MOST_LISTED).map(|input| format!("∂x[{input}]")).collect();
    let more = inputs.len() - listed.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(", reaches {}{more}", listed.join(", "))
}

/// Where in a gate a number was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The gate's value.
    Value,
    /// One of the gate's partials.
    Partial,
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Value => "value",
            Self::Partial => "partial",
        })
    }
}
