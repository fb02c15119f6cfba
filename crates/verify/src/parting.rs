//! `Parting`: the place of a program where two sides part.

use std::fmt;
use std::panic::Location;

use crate::Operator;

/// The name under which differences of a gate's value appear in a parting.
pub const DIFFERENCES: &str = "differences";

/// The name under which the rule of a gate appears in a parting where it is not a backend's: of one outside the table, and of
/// `detach`, which no difference of values shows.
pub const RULE: &str = "its rule";

/// Where two sides part that disagree about a function.
///
/// The function is recorded once, gate by gate. Each gate is then put to both sides as a function of its own, at the arguments
/// that it had; the first that they do not agree about is the parting. For a side that can't be asked, a closed form, stand
/// differences of the gate's value. Where all gates alone agree, the values on the way to the output are compared as
/// functions of the inputs, so that a sum that lacks a term is found where it is read.
///
/// A gate outside the table can't be handed to a backend by itself: the partials that its own rule gives stand against differences.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Parting {
    /// At a gate by itself.
    Gate {
        /// The gate.
        site: Site,
        /// What was asked of it: its [value](Operator::Value), its partials ([`Operator::Gradient`]), its derivative along the
        /// fixed tangent 1, −½, ¾ … ([`Operator::Directional`]), or its second partials ([`Operator::Hessian`]).
        operator: Operator,
        /// What each side says.
        sides: [Side; 2],
    },
    /// Every gate alone agrees, but not the sum over the paths from one value to another.
    Accumulation {
        /// The value that is read more than once.
        from: Source,
        /// The gate where its paths meet.
        to: Site,
        /// The derivatives of the one with respect to the other.
        sides: [Side; 2],
    },
    /// At an input, before any gate.
    Input {
        /// The input, counted over all scalars.
        index: usize,
        /// Its derivatives with respect to all inputs, a one and zeros.
        sides: [Side; 2],
    },
    /// Nowhere that was looked at.
    Nowhere {
        /// The gates that both sides answered for, each of which agrees alone.
        gates: usize,
        /// Whether a side could not be asked, so that differences stood for it: it may well be the one that is wrong.
        differences: bool,
        /// Whether the values on the way were compared, too.
        sums: bool,
        /// The first gates outside the table. Their rules agree with differences; how a backend applies them is not known.
        own: Vec<Site>,
    },
}

/// A gate in a program.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// The gate's name.
    pub gate: &'static str,
    /// Its arguments.
    pub at: Vec<f64>,
    /// Where it was applied.
    pub place: Place,
}

/// Where a gate was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// A line of the user's program.
    Line(&'static Location<'static>),
    /// The value of this number in a [`Program`](crate::programs::Program).
    Value(usize),
    /// Inside the standard library, as the terms of an iterator's `sum` are.
    Unknown,
}

/// A value of a program.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The input of this number.
    Input(usize),
    /// The result of a gate.
    Gate(Site),
}

/// What one side says.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// Who: a backend, [`DIFFERENCES`], [`RULE`], `plain` …
    pub name: String,
    /// What.
    pub numbers: Vec<f64>,
}

impl Parting {
    /// The gate where the sides part, if it is one.
    pub fn site(&self) -> Option<&Site> {
        match self {
            Self::Gate { site, .. } | Self::Accumulation { to: site, .. } => Some(site),
            Self::Input { .. } | Self::Nowhere { .. } => None,
        }
    }
}

impl fmt::Display for Parting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gate { site, operator, sides: [a, b] } => {
                let what = match operator {
                    Operator::Value => "values ",
                    Operator::Directional => "along (1, -0.5, 0.75, ...) ",
                    Operator::Hessian => "second partials ",
                    _ => "",
                };
                write!(f, "parts at {site}: {what}{a}, {b}")
            }
            Self::Accumulation { from, to, sides: [a, b] } => write!(
                f,
                "every gate alone agrees and the sum of adjoints does not: missing accumulation at {from}, \
                 whose paths meet at {to}: {a}, {b}"
            ),
            Self::Input { index, sides: [a, b] } => {
                write!(f, "parts before any gate: the derivatives of input {index} itself are {a}, {b}")
            }
            Self::Nowhere { gates: 0, .. } => f.write_str("parts at no gate: none could be compared"),
            Self::Nowhere { gates, differences, sums, own } => {
                let with = if *differences { " with differences of its value" } else { "" };
                let sums = if *sums { ", and so does every value on the way" } else { "" };
                write!(f, "parts at no gate: each of {gates} alone agrees{with}{sums}")?;
                own.iter().try_for_each(|site| write!(f, "; not put to a backend alone: {site}"))
            }
        }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.gate, Tuple(&self.at))?;
        match self.place {
            Place::Line(location) => write!(f, " at {}:{}", location.file(), location.line()),
            Place::Value(number) => write!(f, " at v{number}"),
            Place::Unknown => Ok(()),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(index) => write!(f, "input {index}"),
            Self::Gate(site) => site.fmt(f),
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.numbers.as_slice() {
            [number] => write!(f, "{} {number:?}", self.name),
            numbers => write!(f, "{} {}", self.name, Tuple(numbers)),
        }
    }
}

/// So many numbers of a list are printed, of the others only how many they are.
const MOST_PRINTED: usize = 8;

/// Numbers in parentheses.
struct Tuple<'a>(&'a [f64]);

impl fmt::Display for Tuple<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printed: Vec<String> = self.0.iter().take(MOST_PRINTED).map(|number| format!("{number:?}")).collect();
        let more = self.0.len() - printed.len();
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        write!(f, "({}{more})", printed.join(", "))
    }
}
