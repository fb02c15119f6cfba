//! Expected values for the gates, and how a gate is found by its name. Included by path in the tests of the backends.
#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod catalogue;
pub(crate) mod ulps;

/// The page of hard points.
pub(crate) const HARD_POINTS: &str = include_str!("../../../docs/hard_points.md");

/// Ordinary points, written by `ordinary.py`.
pub(crate) const ORDINARY: &str = include_str!("../../data/ordinary.csv");

/// Huge, tiny and subnormal points, and points close to singular ones, written by `extreme.py`.
pub(crate) const EXTREME: &str = include_str!("../../data/extreme.csv");

/// What a gate is expected to give at a point.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// The gate's name, without its constant.
    pub(crate) gate: String,
    /// The gate's constant, if it has one.
    pub(crate) constant: Option<f64>,
    /// Its arguments.
    pub(crate) at: Vec<f64>,
    /// Whether the sign of a zero value is stated.
    pub(crate) bears_signs: bool,
    /// The value; `None` where only the standard library says it.
    pub(crate) value: Option<f64>,
    /// One partial an argument.
    pub(crate) partials: Vec<f64>,
    /// The upper triangle of the second partials by rows; `None` where not stated.
    pub(crate) second: Option<Vec<f64>>,
    /// The third derivative of a gate of one argument, where stated.
    pub(crate) third: Option<f64>,
}

impl Row {
    /// The second partial by arguments `i` and `j`.
    pub(crate) fn second(&self, i: usize, j: usize) -> Option<f64> {
        let (low, high, n) = (i.min(j), i.max(j), self.at.len());
        let before: usize = (0..low).map(|row| n - row).sum();
        self.second.as_ref().map(|second| second[before + high - low])
    }

    /// Whether the point and the gate's constant are floats of 24 bits too.
    #[allow(clippy::cast_possible_truncation, reason = "that is the question")]
    pub(crate) fn fits_f32(&self) -> bool {
        let fits = |x: f64| x.is_nan() || f64::from(x as f32).to_bits() == x.to_bits();
        self.at.iter().copied().chain(self.constant).all(fits)
    }
}

/// The rows of the page's tables.
pub(crate) fn hard_points() -> Vec<Row> {
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| gate |");
    HARD_POINTS.lines().filter(is_row).map(hard_point).collect()
}

fn hard_point(line: &str) -> Row {
    let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [gate, at, value, partials, second] = cells[..] else { panic!("five columns expected: {line}") };
    let (gate, constant) = name_and_constant(gate);
    let row = Row {
        gate,
        constant,
        at: numbers(at, ", "),
        bears_signs: true,
        value: (value != "std").then(|| number(value)),
        partials: numbers(partials, ", "),
        second: (second != "-").then(|| numbers(second, ", ")),
        third: None,
    };
    checked(row)
}

/// The rows of the file of ordinary points.
pub(crate) fn ordinary_points() -> Vec<Row> {
    ORDINARY.lines().filter(|line| !line.starts_with('#')).skip(1).map(ordinary_point).collect()
}

/// The rows of the file of extreme points.
pub(crate) fn extreme_points() -> Vec<Row> {
    EXTREME.lines().filter(|line| !line.starts_with('#')).skip(1).map(extreme_point).collect()
}

fn extreme_point(line: &str) -> Row {
    let cells: Vec<&str> = line.split(',').collect();
    let [gate, at, value, partials] = cells[..] else { panic!("four columns expected: {line}") };
    let (gate, constant) = name_and_constant(gate);
    let value = (!value.is_empty()).then(|| number(value));
    let (at, partials) = (numbers(at, " "), numbers(partials, " "));
    checked(Row { gate, constant, at, bears_signs: false, value, partials, second: None, third: None })
}

fn ordinary_point(line: &str) -> Row {
    let cells: Vec<&str> = line.split(',').collect();
    let [gate, at, value, partials, second, third] = cells[..] else { panic!("six columns expected: {line}") };
    let (gate, constant) = name_and_constant(gate);
    let row = Row {
        gate,
        constant,
        at: numbers(at, " "),
        bears_signs: false,
        value: Some(number(value)),
        partials: numbers(partials, " "),
        second: Some(numbers(second, " ")),
        third: (!third.is_empty()).then(|| number(third)),
    };
    checked(row)
}

fn checked(row: Row) -> Row {
    let n = row.at.len();
    assert_eq!(row.partials.len(), n, "one partial an argument: {row:?}");
    let second = row.second.as_ref().map_or(n * (n + 1) / 2, Vec::len);
    assert_eq!(second, n * (n + 1) / 2, "the upper triangle of the second partials: {row:?}");
    row
}

fn name_and_constant(gate: &str) -> (String, Option<f64>) {
    match gate.trim_end_matches(')').split_once('(') {
        Some((name, constant)) => (name.to_owned(), Some(number(constant))),
        None => (gate.to_owned(), None),
    }
}

fn numbers(text: &str, separator: &str) -> Vec<f64> {
    text.split(separator).map(number).collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("a number expected: {text:?}"))
}
