//! Whether code keeps the rules that every run relies on.

use anygrad_core::{Error, NaryOp, Real};

use crate::code::{Block, Gate, Instruction, Loop, OnArrays, Op, Operand, Row, Span};
use crate::derive::MAX_ORDER;
use crate::program::Program;

/// The most values that a checked program makes, besides its inputs and data: 2²⁷, a gibibyte of `f64`.
pub const MAX_VALUES: u64 = 1 << 27;

/// The deepest nesting of loops in a checked program.
pub const MAX_DEPTH: usize = 32;

impl<R: Real> Program<R> {
    /// The program of some code that did not come out of a recording. `data[k]` are the values of parameter `k + 1`;
    /// parameter 0 is the inputs. What no result and no test needs is left out.
    ///
    /// ```
    /// use anygrad_core::{Error, UnaryOp, gates};
    /// use anygrad_graph::Program;
    /// use anygrad_graph::code::{Block, Gate, Instruction, Op, Operand};
    ///
    /// let x = Instruction { op: Op::Parameter(0), args: [].into_iter().collect(), width: 1 };
    /// let tanh = |def| Instruction {
    ///     op: Op::Gate(Gate::Unary(UnaryOp::Tanh(gates::Tanh))),
    ///     args: [Operand { def, at: 0 }].into_iter().collect(),
    ///     width: 1,
    /// };
    /// let block = |code| Block { code, results: vec![Operand { def: 1, at: 0 }] };
    ///
    /// let program = Program::from_block(block(vec![x.clone(), tanh(0)]), vec![])?;
    /// assert_eq!(program.evaluate(&[0.5])?, [0.5_f64.tanh()]);
    ///
    /// let itself = Program::<f64>::from_block(block(vec![x, tanh(1)]), vec![]);
    /// assert!(matches!(itself, Err(Error::InvalidProgram { at: 1, .. })));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidProgram`] with the first instruction that breaks a rule:
    /// * instruction 0 is the inputs; a parameter appears once, with the length of what it stands for;
    /// * an operand is an element of an earlier instruction;
    /// * gates have as many operands as they have arguments, derivatives what [`Op::Derivative`] says, with an order up to
    ///   [`MAX_ORDER`]; widths are what the operation defines;
    /// * the rows, sums and outputs of a loop lie within what they are rows of, all paths through its body have the same
    ///   interface, and loops are nested at most [`MAX_DEPTH`] deep;
    /// * no run holds more than [`MAX_VALUES`] values at once, besides inputs and data.
    pub fn from_block(block: Block<R>, data: Vec<Vec<R>>) -> Result<Self, Error> {
        check(&block, &data)?;
        Ok(Self::new(block, data))
    }
}

/// Checks the block of a program.
fn check<R: Real>(block: &Block<R>, data: &[Vec<R>]) -> Result<(), Error> {
    let Some(Instruction { op: Op::Parameter(0), width, .. }) = block.code.first() else {
        return Err(broken(0, "no inputs"));
    };
    let data =
        data.iter().map(|data| u32::try_from(data.len()).map_err(|_| broken(0, "more data than can be counted")));
    let widths = std::iter::once(Ok(*width)).chain(data).collect::<Result<Vec<u32>, Error>>()?;
    let values = check_block(block, &widths, MAX_DEPTH)?;
    if values > MAX_VALUES {
        return Err(broken(block.code.len(), format!("{values} values where at most {MAX_VALUES} are allowed")));
    }
    Ok(())
}

/// Checks a block whose parameters have these widths; the number of values that a run of it holds.
fn check_block<R: Real>(block: &Block<R>, parameters: &[u32], depth: usize) -> Result<u64, Error> {
    if block.code.len() > Program::<R>::MAX_OPERATIONS {
        return Err(broken(0, format!("{} instructions", block.code.len())));
    }
    let mut seen = vec![false; parameters.len()];
    let (mut values, mut inside) = (0_u64, 0);
    for (at, instruction) in block.code.iter().enumerate() {
        let known = Known { code: &block.code[..at] };
        match &instruction.op {
            Op::Parameter(k) => {
                let k = *k as usize;
                let expected = *parameters.get(k).ok_or_else(|| broken(at, format!("parameter {k} of nothing")))?;
                if std::mem::replace(&mut seen[k], true) {
                    return Err(broken(at, format!("parameter {k} for a second time")));
                }
                expect(at, "width", expected, instruction.width)?;
                expect(at, "number of operands", 0, instruction.args.len())?;
            }
            Op::Loop(body) => {
                let width = known.check_loop(body, &mut inside, depth)?;
                expect(at, "width", width, instruction.width)?;
                expect(at, "number of operands", 0, instruction.args.len())?;
                values += u64::from(width);
            }
            _ => {
                known.check_plain(instruction)?;
                values += u64::from(instruction.width);
            }
        }
    }
    let known = Known { code: &block.code };
    block.results.iter().try_for_each(|&result| known.check_operand(result))?;
    Ok(values.saturating_add(inside).saturating_add(block.results.len() as u64))
}

/// The instructions before one that is being checked.
#[derive(Clone, Copy)]
struct Known<'a, R> {
    code: &'a [Instruction<R>],
}

impl<R: Real> Known<'_, R> {
    /// Where the instruction that is being checked stands.
    fn at(self) -> usize {
        self.code.len()
    }

    fn check_span(self, span: Span) -> Result<(), Error> {
        let Operand { def, at } = span.first;
        let Some(instruction) = self.code.get(def as usize) else {
            return Err(broken(self.at(), format!("an operand of instruction {def}, which does not come before it")));
        };
        let (end, width) = (u64::from(at) + u64::from(span.len), u64::from(instruction.width));
        if end > width {
            return Err(broken(self.at(), format!("elements {at}..{end} of instruction {def}, which has {width}")));
        }
        Ok(())
    }

    fn check_operand(self, operand: Operand) -> Result<(), Error> {
        self.check_span(operand.into())
    }

    /// Checks an instruction that is neither a parameter nor a loop.
    fn check_plain(self, instruction: &Instruction<R>) -> Result<(), Error> {
        let found = instruction.args.len();
        instruction.args.iter().try_for_each(|&arg| self.check_operand(arg))?;
        let (args, width) = match &instruction.op {
            Op::Constant(_) => (0, 1),
            Op::Gate(gate) => (self.arity(gate, found)?, 1),
            Op::Derivative { gate, order } => {
                let arity = self.arity(gate, instruction.width as usize)?;
                (self.derivative_operands(arity, *order)?, arity)
            }
            Op::Masked => (2, 1),
            Op::Pack => (found, found),
            Op::Guard { .. } => (2, 0),
            Op::Exactly { .. } => (1, 0),
            Op::Arrays(on) => (0, self.check_arrays(on)?),
            Op::Parameter(_) | Op::Loop(_) => return Ok(()),
        };
        expect(self.at(), "number of operands", args, found)?;
        expect(self.at(), "width", width, instruction.width as usize)
    }

    /// Checks an operation on arrays; how many values it defines.
    fn check_arrays(self, on: &OnArrays<R>) -> Result<usize, Error> {
        on.args.iter().try_for_each(|&span| self.check_span(span))?;
        for (index, span) in on.args.iter().enumerate() {
            let expected = on.block.operand(index).unwrap_or(0);
            expect(self.at(), "length of an operand", expected, span.len as usize)?;
        }
        match on.block.operand(on.args.len()) {
            Some(_) => Err(broken(self.at(), format!("`{}` of {} arrays", on.block.name(), on.args.len()))),
            None => Ok(on.block.size()),
        }
    }

    /// How many operands the derivative of a gate has.
    fn derivative_operands(self, arity: usize, order: u32) -> Result<usize, Error> {
        match order {
            1 => Ok(arity + 1),
            2..=MAX_ORDER => Ok(arity * order as usize),
            _ => Err(broken(self.at(), format!("a derivative of order {order} where 1 to {MAX_ORDER} exist"))),
        }
    }

    /// The number of a gate's arguments: its own, or `found` if any number will do.
    fn arity(self, gate: &Gate<R>, found: usize) -> Result<usize, Error> {
        let fixed = match gate {
            Gate::Unary(_) => Some(1),
            Gate::Binary(_) => Some(2),
            Gate::Nary(op) => NaryOp::SAMPLES.iter().find(|(row, _)| row == op).and_then(|(_, arity)| *arity),
            Gate::Own(own) => own.arity(),
        };
        match (gate, found) {
            (_, 0) => Err(broken(self.at(), format!("`{}` of nothing", gate.name()))),
            (Gate::Nary(NaryOp::Dot), n) if n % 2 == 1 => Err(broken(self.at(), format!("`dot` of {n} arguments"))),
            _ => Ok(fixed.unwrap_or(found)),
        }
    }

    /// Checks a loop; how many values it defines. What a run of its body holds goes to `inside`.
    fn check_loop(self, body: &Loop<R>, inside: &mut u64, depth: usize) -> Result<u32, Error> {
        if depth == 0 {
            return Err(broken(self.at(), format!("more than {MAX_DEPTH} loops in one another")));
        }
        for Row { first, layout } in &body.rows {
            let len = self
                .counted(u64::from(body.trips.saturating_sub(1)) * u64::from(layout.step) + u64::from(layout.width))?;
            self.check_span(Span { first: *first, len: if body.trips == 0 { 0 } else { len } })?;
        }
        body.captures.iter().try_for_each(|&span| self.check_span(span))?;
        body.carry.iter().try_for_each(|&operand| self.check_operand(operand))?;
        let outs = body.outs.iter().map(|out| u64::from(out.width)).sum::<u64>();
        let results = body.carry.len() as u64 + u64::from(body.sums) + outs;
        self.check_paths(body, results, inside, depth)?;
        self.loop_width(body)
    }

    fn check_paths(self, body: &Loop<R>, results: u64, inside: &mut u64, depth: usize) -> Result<(), Error> {
        if body.body.is_empty() {
            return Err(broken(self.at(), "a loop without a body"));
        }
        let rows = body.rows.iter().map(|row| row.layout.width);
        let mut widths: Vec<u32> = rows.chain(body.captures.iter().map(|span| span.len)).collect();
        // Of a loop without a state, the parameter is there and has no values.
        widths.push(self.counted(body.carry.len() as u64)?);
        for (path, block) in body.body.iter().enumerate() {
            let within = |error| inside_of(self.at(), path, error);
            expect(self.at(), "number of a body's results", results, block.results.len() as u64)?;
            let values = check_block(block, &widths, depth - 1).map_err(within)?;
            let parameters = widths.iter().map(|&width| u64::from(width)).sum::<u64>();
            *inside = (*inside).max(values.saturating_add(parameters));
        }
        Ok(())
    }

    fn loop_width(self, body: &Loop<R>) -> Result<u32, Error> {
        let mut width = body.carry.len() as u64 + u64::from(body.sums);
        for out in &body.outs {
            let rows = u64::from(body.trips.saturating_sub(1)) * u64::from(out.step) + u64::from(out.width);
            width += u64::from(self.counted(if body.trips == 0 { 0 } else { rows })?);
        }
        self.counted(width)
    }

    fn counted(self, n: u64) -> Result<u32, Error> {
        u32::try_from(n).map_err(|_| broken(self.at(), format!("{n} values of one instruction")))
    }
}

fn expect<N: PartialEq + std::fmt::Display>(at: usize, what: &str, expected: N, found: N) -> Result<(), Error> {
    if expected == found { Ok(()) } else { Err(broken(at, format!("{what} {found} where {expected} is right"))) }
}

fn broken(at: usize, reason: impl Into<String>) -> Error {
    Error::InvalidProgram { at, reason: reason.into() }
}

/// The error of a loop's body as one of the loop.
fn inside_of(at: usize, path: usize, error: Error) -> Error {
    match error {
        Error::InvalidProgram { at: inner, reason } => {
            broken(at, format!("a loop with {reason} at instruction {inner} of path {path}"))
        }
        other => other,
    }
}
