//! `Answer`: numbers, and how well they are known.

use std::fmt;

use anygrad_core::Error;

/// One respondent's answer to a [`Question`](crate::Question).
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Who answers.
    pub backend: String,
    /// The numbers, or why there are none.
    pub result: Result<Numbers, Error>,
}

/// The flattened result of an operator: leaves in order, matrices row by row, a value before its derivative.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// The numbers in `f64`.
    pub values: Vec<f64>,
    /// How far they may be from the truth.
    pub certainty: Certainty,
}

/// What is known about the error of [`Numbers`].
#[derive(Clone, Debug, PartialEq)]
pub enum Certainty {
    /// Exact but for rounding in the leaf: the [tolerance policy](crate::tolerance) gives the bound.
    Rounding,
    /// A formula written out by hand and evaluated in `f64`.
    ClosedForm,
    /// The method reports a bound for each number.
    Bounds {
        /// One bound per number, NaN or infinite where none is known.
        bounds: Vec<f64>,
        /// The longest step taken from the point in any coordinate.
        reach: f64,
    },
}

impl Numbers {
    /// The numbers of an exact mode.
    pub fn exact(values: Vec<f64>) -> Self {
        Self { values, certainty: Certainty::Rounding }
    }

    /// Numbers with an error bound each, from probes at most `reach` away.
    ///
    /// ```
    /// use anygrad_verify::Numbers;
    ///
    /// let numbers = Numbers::bounded(vec![2.0], vec![1e-9], 1e-3);
    /// assert!(numbers.is_bounded());
    /// ```
    pub fn bounded(values: Vec<f64>, bounds: Vec<f64>, reach: f64) -> Self {
        Self { values, certainty: Certainty::Bounds { bounds, reach } }
    }

    /// Whether the method reports bounds, as finite differences do.
    pub fn is_bounded(&self) -> bool {
        matches!(self.certainty, Certainty::Bounds { .. })
    }

    /// How far the probes went; 0 for exact modes.
    pub(crate) fn reach(&self) -> f64 {
        match self.certainty {
            Certainty::Bounds { reach, .. } => reach,
            Certainty::Rounding | Certainty::ClosedForm => 0.0,
        }
    }
}

/// Why nothing can be said.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// The function or its derivative jumps where the method looked.
    Kink,
    /// The method met a NaN or an infinity near the point.
    NonFinite,
    /// The function is noisy where the method looked: it jumps nearly everywhere.
    Noise,
    /// The error bound is as large as the numbers themselves.
    WideBound,
    /// The respondent can't answer.
    Unsupported(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kink => f.write_str("kink within the step"),
            Self::NonFinite => f.write_str("non-finite probe"),
            Self::Noise => f.write_str("noisy probe"),
            Self::WideBound => f.write_str("bound as large as the value"),
            Self::Unsupported(why) => write!(f, "unsupported: {why}"),
        }
    }
}
