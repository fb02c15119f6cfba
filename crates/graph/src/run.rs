//! Programs run over any scalar, an instruction at a time.

use anygrad_core::arrays::Array;
use anygrad_core::{Error, Real, Relation, Scalar};

use crate::code::{Block, Gate, Instruction, Loop, Op, Operand, Row, Span};
use crate::derive::Few;
use crate::failure::{comparison_changed, number_changed};
use crate::opaque::{Named, Opaque};
use crate::place::Place;
use crate::structural::Masked;

/// So many rows are added up before their sum joins the sum of those before: the same for every way to run a loop, so that
/// all give the same bits.
pub const SUM_BLOCK: u32 = anygrad_core::loops::SUM_BLOCK as u32;

/// A block on its way: the values of the instructions so far.
struct Run<'a, R, S> {
    block: &'a Block<R>,
    /// Where the values of each instruction begin.
    starts: Vec<usize>,
    values: Vec<S>,
    /// The data parameters of a program, which are the parameters from 1 on.
    data: &'a [Vec<R>],
}

/// Why a run ends. It is put into words only for the caller of a program: a scalar that records keeps a number that is shown.
enum Failure<'a, R, S> {
    Comparison { relation: Relation, sides: [S; 2], place: &'a Option<Place> },
    Number { expected: R, place: &'a Option<Place> },
    NoBody,
}

impl<R: Real, S: Scalar<Real = R>> Failure<'_, R, S> {
    fn in_words(self) -> Error {
        match self {
            Self::Comparison { relation, sides: [a, b], place } => comparison_changed(relation, a, b, place),
            Self::Number { expected, place } => number_changed(expected, place),
            Self::NoBody => Error::InvalidProgram { at: 0, reason: "a loop without a body".into() },
        }
    }
}

/// The results of a block over a scalar. `parameters` are those over that scalar; the others are data.
///
/// # Errors
/// [`Error::BranchChanged`] where a comparison comes out otherwise than while recording.
pub(crate) fn run<R, S>(block: &Block<R>, parameters: &[&[S]], data: &[Vec<R>]) -> Result<Vec<S>, Error>
where
    R: Real,
    S: Scalar<Real = R>,
{
    run_block(block, parameters, data).map_err(Failure::in_words)
}

fn run_block<'a, R, S>(
    block: &'a Block<R>,
    parameters: &[&[S]],
    data: &'a [Vec<R>],
) -> Result<Vec<S>, Failure<'a, R, S>>
where
    R: Real,
    S: Scalar<Real = R>,
{
    let mut run = Run { block, starts: Vec::with_capacity(block.code.len()), values: Vec::new(), data };
    for instruction in &block.code {
        run.starts.push(run.values.len());
        run.step(instruction, parameters)?;
    }
    Ok(block.results.iter().map(|&result| run.get(result)).collect())
}

impl<'a, R: Real, S: Scalar<Real = R>> Run<'a, R, S> {
    fn get(&self, operand: Operand) -> S {
        match self.block.code[operand.def as usize].op {
            Op::Parameter(k) if self.is_data(k) => S::constant(self.data[k as usize - 1][operand.at as usize]),
            _ => self.values[self.starts[operand.def as usize] + operand.at as usize],
        }
    }

    fn is_data(&self, parameter: u32) -> bool {
        !self.data.is_empty() && parameter > 0
    }

    fn span(&self, span: Span) -> Vec<S> {
        (0..span.len).map(|offset| self.get(span.first.plus(offset))).collect()
    }

    fn array(&self, span: Span) -> S::Array {
        S::Array::collect(span.len as usize, |at| self.get(span.first.plus(at as u32)))
    }

    fn step(&mut self, instruction: &'a Instruction<R>, parameters: &[&[S]]) -> Result<(), Failure<'a, R, S>> {
        let args: Few<S> = instruction.args.iter().map(|&arg| self.get(arg)).collect();
        match &instruction.op {
            Op::Parameter(k) if self.is_data(*k) => {}
            Op::Parameter(k) => self.values.extend_from_slice(parameters[*k as usize]),
            Op::Constant(c) => self.values.push(S::constant(*c)),
            Op::Gate(gate) => self.values.push(apply(gate, &args)),
            Op::Derivative { gate, order } => self.derivative(gate, *order, &args, instruction.width),
            Op::Masked => self.values.push(S::nary(Masked, &args)),
            Op::Pack => self.values.extend(args),
            Op::Guard { relation, expected, place } => {
                if args[0].holds(*relation, args[1]) != *expected {
                    return Err(Failure::Comparison { relation: *relation, sides: [args[0], args[1]], place });
                }
            }
            Op::Exactly { value, place } => {
                if !is_same(args[0].primal(), *value) {
                    return Err(Failure::Number { expected: *value, place });
                }
            }
            Op::Arrays(on) => {
                let args: Vec<S::Array> = on.args.iter().map(|&span| self.array(span)).collect();
                let args: Vec<&S::Array> = args.iter().collect();
                let values = S::block(on.block.named(), &args);
                self.values.extend((0..values.len()).map(|index| values.get(index)));
            }
            Op::Loop(body) => self.repeat(body)?,
        }
        Ok(())
    }

    /// By the derivative of the next order where `S` asks for partials of it; the value, an operand for order 1, is not needed.
    fn derivative(&mut self, gate: &Gate<R>, order: u32, operands: &[S], arity: u32) {
        let args = &operands[..(arity * order) as usize];
        let gate = Named::from(gate);
        self.values.extend((0..arity).map(|component| S::nary(Opaque { gate, order, component, arity }, args)));
    }

    fn repeat(&mut self, body: &'a Loop<R>) -> Result<(), Failure<'a, R, S>> {
        let carry = body.carry.iter().map(|&operand| self.get(operand)).collect();
        let values =
            repeat(body, |k, row| self.span(body.rows[k].span(row)), |k, _| self.span(body.captures[k]), carry)?;
        self.values.extend(values);
        Ok(())
    }
}

/// Runs a loop and returns what it defines. `row(k, i)` is row `i` of the `k`-th rows, `capture(k, len)` what is captured.
fn repeat<R: Real, S: Scalar<Real = R>>(
    body: &Loop<R>,
    row_of: impl Fn(usize, u32) -> Vec<S>,
    capture: impl Fn(usize, usize) -> Vec<S>,
    mut carry: Vec<S>,
) -> Result<Vec<S>, Failure<'_, R, S>> {
    let captures: Vec<Vec<S>> =
        body.captures.iter().enumerate().map(|(k, span)| capture(k, span.len as usize)).collect();
    let mut sums = vec![Sum::new(); body.sums as usize];
    let mut outs: Vec<Vec<S>> = body.outs.iter().map(|out| vec![out.start(); out.len(body.trips) as usize]).collect();
    for trip in 0..body.trips {
        let row = if body.reversed { body.trips - 1 - trip } else { trip };
        let rows: Vec<Vec<S>> = (0..body.rows.len()).map(|k| row_of(k, row)).collect();
        let parameters: Vec<&[S]> =
            rows.iter().chain(&captures).chain(std::iter::once(&carry)).map(Vec::as_slice).collect();
        let mut results = path(&body.body, &parameters)?;
        let rest = results.split_off(carry.len());
        carry = results;
        let (terms, mut rest) = rest.split_at(body.sums as usize);
        sums.iter_mut().zip(terms).for_each(|(sum, &term)| sum.add(trip, term));
        for (array, layout) in outs.iter_mut().zip(&body.outs) {
            let (own, others) = rest.split_at(layout.width as usize);
            let first = (row * layout.step) as usize;
            for (slot, &value) in array[first..].iter_mut().zip(own) {
                *slot = if layout.adds() { *slot + value } else { value };
            }
            rest = others;
        }
    }
    let mut values = carry;
    values.extend(sums.into_iter().map(Sum::total));
    outs.into_iter().for_each(|array| values.extend(array));
    Ok(values)
}

/// The results of the path through a body that the parameters take; the failure is that of the first path.
fn path<'a, R: Real, S: Scalar<Real = R>>(
    paths: &'a [Block<R>],
    parameters: &[&[S]],
) -> Result<Vec<S>, Failure<'a, R, S>> {
    let mut first = Failure::NoBody;
    for block in paths {
        match run_block(block, parameters, &[]) {
            Err(failure) if matches!(first, Failure::NoBody) => first = failure,
            Err(_) => {}
            found => return found,
        }
    }
    Err(first)
}

/// A sum of rows, in blocks of [`SUM_BLOCK`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum<S> {
    before: S,
    block: S,
}

impl<S: Scalar> Sum<S> {
    pub(crate) fn new() -> Self {
        Self { before: S::neg_zero(), block: S::neg_zero() }
    }

    pub(crate) fn add(&mut self, trip: u32, term: S) {
        if trip > 0 && trip.is_multiple_of(SUM_BLOCK) {
            self.before += self.block;
            self.block = S::neg_zero();
        }
        self.block += term;
    }

    pub(crate) fn total(self) -> S {
        self.before + self.block
    }
}

impl Row {
    /// What is read for one row.
    pub(crate) fn span(&self, row: u32) -> Span {
        Span { first: self.first.plus(row * self.layout.step), len: self.layout.width }
    }
}

/// A gate's value over a scalar.
fn apply<R: Real, S: Scalar<Real = R>>(gate: &Gate<R>, args: &[S]) -> S {
    match gate {
        Gate::Unary(op) => args[0].unary(*op),
        Gate::Binary(op) => args[0].binary(*op, args[1]),
        Gate::Nary(op) => S::nary(*op, args),
        Gate::Own(own) => {
            let arity = args.len() as u32;
            S::nary(Opaque { gate: Named::Own(own.id()), order: 0, component: 0, arity }, args)
        }
    }
}

/// Whether two floats are the same number: the same bits, or both NaN.
pub(crate) fn is_same<R: Real>(a: R, b: R) -> bool {
    (a == b && a.is_sign_negative() == b.is_sign_negative()) || (a.is_nan() && b.is_nan())
}
