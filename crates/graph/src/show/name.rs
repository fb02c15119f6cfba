//! Names of values, and numbers as people write them.

use anygrad_core::Real;

use crate::code::{Block, Gate, Instruction, Loop, Op, Operand, Span};

/// What the parameters of a block stand for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope {
    /// Inputs, then data.
    Program,
    /// Rows, captures, state.
    Body { rows: u32, captures: u32 },
}

impl Scope {
    /// The scope of a loop's body.
    pub(crate) fn of<R>(body: &Loop<R>) -> Self {
        Self::Body { rows: body.rows.len() as u32, captures: body.captures.len() as u32 }
    }

    /// The name of parameter `k`.
    pub(crate) fn parameter(self, k: u32) -> String {
        match self {
            Self::Program if k == 0 => "x".to_owned(),
            Self::Program => format!("d{k}"),
            Self::Body { rows, .. } if k < rows => format!("r{k}"),
            Self::Body { rows, captures } if k < rows + captures => format!("c{}", k - rows),
            Self::Body { .. } => "s".to_owned(),
        }
    }

    /// The name of a value; a constant is its own name.
    pub(crate) fn value<R: Real>(self, block: &Block<R>, operand: Operand) -> String {
        let Operand { def, at } = operand;
        let Instruction { op, width, .. } = &block.code[def as usize];
        match op {
            Op::Parameter(0) if matches!(self, Self::Program) => format!("x{at}"),
            Op::Parameter(k) => indexed(self.parameter(*k), at, *width),
            Op::Constant(c) => number(*c),
            _ => indexed(format!("v{def}"), at, *width),
        }
    }

    /// The name of some neighbouring values.
    pub(crate) fn span<R: Real>(self, block: &Block<R>, span: Span) -> String {
        let Span { first, len } = span;
        let Some(instruction) = block.code.get(first.def as usize) else { return "nothing".to_owned() };
        match (&instruction.op, len) {
            (_, 1) => self.value(block, first),
            (Op::Parameter(k), _) => format!("{}[{}..{}]", self.parameter(*k), first.at, first.at + len),
            _ => format!("v{}[{}..{}]", first.def, first.at, first.at + len),
        }
    }
}

fn indexed(name: String, at: u32, width: u32) -> String {
    if width == 1 { name } else { format!("{name}[{at}]") }
}

/// A number, as short as it can be without being another one.
pub(crate) fn number<R: Real>(x: R) -> String {
    if x.is_infinite() {
        return if x > R::zero() { "∞".to_owned() } else { "-∞".to_owned() };
    }
    let text = format!("{x:?}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// A number with five significant digits.
pub(crate) fn rounded<R: Real>(x: R) -> String {
    const DIGITS: i32 = 5;
    let x = x.widen();
    if x == 0.0 || !x.is_finite() {
        return number(x);
    }
    let scientific = format!("{x:.*e}", DIGITS as usize - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..9).contains(&exponent) {
        trimmed(&format!("{x:.*}", usize::try_from(DIGITS - 1 - exponent).unwrap_or(0))).to_owned()
    } else {
        format!("{}e{exponent}", trimmed(mantissa))
    }
}

/// Decimals without the zeros at their end.
fn trimmed(decimals: &str) -> &str {
    if decimals.contains('.') { decimals.trim_end_matches('0').trim_end_matches('.') } else { decimals }
}

/// A number below or above the line.
pub(crate) fn digits(n: impl std::fmt::Display, from: &str) -> String {
    let digits: Vec<char> = from.chars().collect();
    let moved = |c: char| match c.to_digit(10) {
        Some(digit) => digits[digit as usize],
        None => digits[10],
    };
    n.to_string().chars().map(moved).collect()
}

/// Digits and the minus sign, below the line.
pub(crate) const SUBSCRIPT: &str = "₀₁₂₃₄₅₆₇₈₉₋";

/// Digits and the minus sign, above the line.
pub(crate) const SUPERSCRIPT: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";

/// The symbol of a gate between its two arguments, if it is written so.
pub(crate) fn infix<R>(gate: &Gate<R>) -> Option<&'static str> {
    use anygrad_core::BinaryOp::{Add, Div, Mul, Sub};
    match gate {
        Gate::Binary(Add) => Some("+"),
        Gate::Binary(Sub) => Some("-"),
        Gate::Binary(Mul) => Some("·"),
        Gate::Binary(Div) => Some("/"),
        _ => None,
    }
}

/// The symbol of a gate with a constant, and the constant.
pub(crate) fn with_constant<R: Real>(gate: &Gate<R>) -> Option<(&'static str, String)> {
    use anygrad_core::UnaryOp::{AddConst, DivConst, MulConst, Powf, Powi};
    let Gate::Unary(op) = gate else { return None };
    Some(match op {
        AddConst(gate) if gate.c < R::zero() => ("-", number(-gate.c)),
        AddConst(gate) => ("+", number(gate.c)),
        MulConst(gate) => ("·", number(gate.c)),
        DivConst(gate) => ("/", number(gate.c)),
        Powi(gate) => ("^", gate.n.to_string()),
        Powf(gate) => ("^", number(gate.exponent)),
        _ => return None,
    })
}

/// The name of a gate, with its constant.
pub(crate) fn full_name<R: Real>(gate: &Gate<R>) -> String {
    match gate {
        Gate::Unary(op) if op.constant().is_some() => {
            format!("{}({})", gate.name(), op.constant().map(number).unwrap_or_default())
        }
        _ => gate.name().to_owned(),
    }
}
