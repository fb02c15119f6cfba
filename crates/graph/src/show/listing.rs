//! `Listing`: a program as text, an instruction a line.

use std::fmt::{self, Display, Formatter};

use anygrad_core::{Real, Relation};

use super::name::{SUPERSCRIPT, Scope, digits, full_name, infix, number, with_constant};
use crate::code::{Block, Gate, Instruction, Layout, Loop, Op, Operand, Span};
use crate::place::Place;
use crate::program::Program;

/// A program as text, an instruction a line.
///
/// Inputs are `x0`, `x1` …, element `i` of data parameter `k` is `dk[i]`, what instruction `n` defines is `vn` (`vn[i]` if it
/// defines several), constants stand where they are used. In the body of a loop `r0`, `r1` … are its rows, `c0`, `c1` … what
/// it captures, `s` the state.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a, R> {
    program: &'a Program<R>,
}

impl<R: Real> Program<R> {
    /// The program as text, an instruction a line; [`Program`] prints as this.
    ///
    /// ```
    /// # use anygrad_core::{Differentiable, Scalar};
    /// # use anygrad_graph::Program;
    /// struct Gap;
    /// impl Differentiable for Gap {
    ///     type Input = [f64; 2];
    ///     type Output = f64;
    ///     fn call<S: Scalar<Real = f64>>(&self, &[x, y]: &[S; 2]) -> S {
    ///         (x - y).abs() * 3.0
    ///     }
    /// }
    ///
    /// let program = Program::record(&Gap, &[1.0, 2.0])?;
    /// let text = "\
    /// program of 2 inputs and 1 output
    ///   v1 = x0 - x1
    ///   v2 = abs v1
    ///   v3 = v2 · 3
    ///   return v3
    /// ";
    /// assert_eq!(program.listing().to_string(), text);
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    pub fn listing(&self) -> Listing<'_, R> {
        Listing { program: self }
    }
}

impl<R: Real> Display for Program<R> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.listing().fmt(f)
    }
}

impl<R: Real> Display for Listing<'_, R> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { program } = self;
        let (inputs, outputs) = (program.inputs(), program.outputs());
        writeln!(f, "program of {} and {}", counted(inputs, "input"), counted(outputs, "output"))?;
        let lines = Lines { block: program.block(), scope: Scope::Program, indent: 2 };
        for (k, data) in (1..).zip(program.data()) {
            writeln!(f, "  {} = {} of data", Scope::Program.parameter(k), counted(data.len(), "number"))?;
        }
        lines.code(f)?;
        writeln!(f, "  return {}", lines.list(program.block().results.iter().copied()))
    }
}

/// `1 input`, `2 inputs`.
fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// The lines of one block.
struct Lines<'a, R> {
    block: &'a Block<R>,
    scope: Scope,
    indent: usize,
}

impl<R: Real> Lines<'_, R> {
    fn code(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (def, instruction) in self.block.code.iter().enumerate() {
            match &instruction.op {
                Op::Parameter(_) | Op::Constant(_) => {}
                Op::Loop(body) => self.repeated(f, def, instruction.width, body)?,
                op if instruction.is_test() => self.test(f, op, instruction)?,
                op => {
                    let name = self.defined(def, instruction.width);
                    writeln!(f, "{:1$}{name} = {2}", "", self.indent, self.operation(op, instruction))?;
                }
            }
        }
        Ok(())
    }

    fn name(&self, operand: Operand) -> String {
        self.scope.value(self.block, operand)
    }

    /// Names, with commas between them.
    fn list(&self, operands: impl Iterator<Item = Operand>) -> String {
        operands.map(|operand| self.name(operand)).collect::<Vec<_>>().join(", ")
    }

    /// What an instruction defines.
    fn defined(&self, def: usize, width: u32) -> String {
        if width == 1 { format!("v{def}") } else { format!("v{def}[0..{width}]") }
    }

    fn operation(&self, op: &Op<R>, instruction: &Instruction<R>) -> String {
        let args: Vec<String> = instruction.args.iter().map(|&arg| self.name(arg)).collect();
        match op {
            Op::Gate(gate) => applied(gate, &args),
            Op::Derivative { gate, order } => derivative(gate, *order, instruction.width as usize, &args),
            Op::Masked => format!("{} unless {} = 0", args[1], args[0]),
            Op::Pack => format!("[{}]", args.join(", ")),
            Op::Arrays(on) => {
                let args: Vec<String> = on.args.iter().map(|&span| self.scope.span(self.block, span)).collect();
                format!("{} {}", on.block.name(), args.join(" "))
            }
            Op::Parameter(_) | Op::Constant(_) | Op::Guard { .. } | Op::Exactly { .. } | Op::Loop(_) => String::new(),
        }
    }

    fn test(&self, f: &mut Formatter<'_>, op: &Op<R>, instruction: &Instruction<R>) -> fmt::Result {
        let args: Vec<String> = instruction.args.iter().map(|&arg| self.name(arg)).collect();
        let (test, place) = match op {
            Op::Guard { relation, expected, place } => {
                let not = if *expected { "" } else { "not " };
                (format!("{not}{} {} {}", args[0], sign(*relation), args[1]), place)
            }
            Op::Exactly { value, place } => (format!("{} is {}", args[0], number(*value)), place),
            _ => return Ok(()),
        };
        writeln!(f, "{:1$}guard {test}{2}", "", self.indent, line(place))
    }

    fn repeated(&self, f: &mut Formatter<'_>, def: usize, width: u32, body: &Loop<R>) -> fmt::Result {
        let (pad, scope) = (self.indent, Scope::of(body));
        let order = if body.reversed { ", last row first" } else { "" };
        writeln!(
            f,
            "{:pad$}{} = loop of {}{order}",
            "",
            self.defined(def, width),
            counted(body.trips as usize, "row")
        )?;
        for (k, row) in (0..).zip(&body.rows) {
            let all = self.scope.span(self.block, Span { first: row.first, len: row.layout.len(body.trips) });
            writeln!(f, "{:pad$}  {} = row of {all}{}", "", scope.parameter(k), laid_out(row.layout))?;
        }
        for (k, &span) in (body.rows.len() as u32..).zip(&body.captures) {
            writeln!(f, "{:pad$}  {} = {}", "", scope.parameter(k), self.scope.span(self.block, span))?;
        }
        if !body.carry.is_empty() {
            writeln!(f, "{:pad$}  s = [{}] at the start", "", self.list(body.carry.iter().copied()))?;
        }
        for (path, block) in body.body.iter().enumerate() {
            let lines = Lines { block, scope, indent: pad + 4 };
            let which = if body.body.len() == 1 { String::new() } else { format!(" path {path}") };
            writeln!(f, "{:pad$}  do{which}", "")?;
            lines.code(f)?;
            lines.ends(f, body)?;
        }
        Ok(())
    }

    /// The last line of a loop's body: where its results go.
    fn ends(&self, f: &mut Formatter<'_>, body: &Loop<R>) -> fmt::Result {
        let mut results = self.block.results.iter().copied();
        let mut parts = Vec::new();
        let mut part = |what: &str, n: usize, how: String| {
            let part = self.list(results.by_ref().take(n));
            if n > 0 {
                parts.push(format!("{what} [{part}]{how}"));
            }
        };
        part("state", body.carry.len(), String::new());
        part("add", body.sums as usize, String::new());
        body.outs.iter().for_each(|out| part("write", out.width as usize, laid_out(*out)));
        writeln!(f, "{:1$}next {2}", "", self.indent, parts.join(", "))
    }
}

fn laid_out(layout: Layout) -> String {
    let Layout { width, step } = layout;
    if width == 1 && step == 1 { String::new() } else { format!(" ({width} wide, {step} apart)") }
}

fn line(place: &Option<Place>) -> String {
    place.as_ref().map_or_else(String::new, |place| format!("  ({place})"))
}

/// The sign of a relation.
pub(super) fn sign(relation: Relation) -> &'static str {
    match relation {
        Relation::Less => "<",
        Relation::LessOrEqual => "≤",
        Relation::Equal => "=",
    }
}

fn applied<R: Real>(gate: &Gate<R>, args: &[String]) -> String {
    match (infix(gate), with_constant(gate)) {
        (Some(symbol), _) => format!("{} {symbol} {}", args[0], args[1]),
        (_, Some(("^", exponent))) => format!("{}^{exponent}", args[0]),
        (_, Some((symbol, constant))) => format!("{} {symbol} {constant}", args[0]),
        _ if gate.name() == "neg" => format!("-{}", args[0]),
        _ => format!("{} {}", full_name(gate), args.join(" ")),
    }
}

fn derivative<R: Real>(gate: &Gate<R>, order: u32, arity: usize, args: &[String]) -> String {
    let (x, rest) = args.split_at(arity.min(args.len()));
    let (name, x) = (full_name(gate), x.join(" "));
    if order == 1 {
        return format!("D {name} at {x}");
    }
    let along: Vec<String> = rest
        .chunks(arity.max(1))
        .map(|v| if arity == 1 { v[0].clone() } else { format!("[{}]", v.join(", ")) })
        .collect();
    format!("D{} {name} at {x} along {}", digits(order, SUPERSCRIPT), along.join(", "))
}
