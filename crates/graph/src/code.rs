//! The code of a recorded program: instructions over values, each defined once.
//!
//! A compiler for programs of its own reads this; a user of programs need not.

use anygrad_core::loops::Storage;
use anygrad_core::num_traits::Float;
use anygrad_core::{Binary, BinaryOp, Nary, NaryOp, Real, Relation, Unary, UnaryOp};
use smallvec::SmallVec;

use crate::own::OwnGate;
use crate::own_block::OwnBlock;
use crate::place::Place;

/// A value of a block: element `at` of what instruction `def` defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Operand {
    /// The instruction that defines it.
    pub def: u32,
    /// Which of the values that the instruction defines.
    pub at: u32,
}

/// Neighbouring values of one instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first of them.
    pub first: Operand,
    /// How many there are.
    pub len: u32,
}

impl Operand {
    /// The value, `offset` places behind this one.
    pub(crate) fn plus(self, offset: u32) -> Self {
        Self { at: self.at + offset, ..self }
    }
}

impl From<Operand> for Span {
    fn from(first: Operand) -> Self {
        Self { first, len: 1 }
    }
}

/// The operands of an instruction.
pub type Operands = SmallVec<[Operand; 2]>;

/// A gate that a program applies.
#[derive(Clone, Debug, PartialEq)]
pub enum Gate<R> {
    /// A row of one argument.
    Unary(UnaryOp<R>),
    /// A row of two arguments.
    Binary(BinaryOp),
    /// A row of any number of arguments.
    Nary(NaryOp),
    /// A gate that is not in the table.
    Own(OwnGate<R>),
}

impl<R: Real> Gate<R> {
    /// The name that reports print.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unary(op) => op.name(),
            Self::Binary(op) => Binary::<R>::name(*op),
            Self::Nary(op) => Nary::<R>::name(*op),
            Self::Own(gate) => gate.name(),
        }
    }

    /// Whether zero partials are structural.
    pub fn is_piecewise(&self) -> bool {
        match self {
            Self::Unary(op) => op.is_piecewise(),
            Self::Binary(op) => Binary::<R>::is_piecewise(*op),
            Self::Nary(op) => Nary::<R>::is_piecewise(*op),
            Self::Own(gate) => gate.is_piecewise(),
        }
    }

    /// The value at floats.
    pub fn value(&self, args: &[R]) -> R {
        match self {
            Self::Unary(op) => op.value(args[0]),
            Self::Binary(op) => op.value(args[0], args[1]),
            Self::Nary(op) => op.value(args),
            Self::Own(gate) => gate.value(args),
        }
    }
}

/// What an instruction does.
#[derive(Clone, Debug, PartialEq)]
pub enum Op<R> {
    /// The values of a parameter of the block. Those of a program: its inputs, then its data parameters. Those of a loop's
    /// body: its rows, what it captures, the state that it carries.
    Parameter(u32),
    /// A number.
    Constant(R),
    /// The value of a gate.
    Gate(Gate<R>),
    /// The derivative of order `k ≥ 1` of a gate of `n` arguments, applied to `k − 1` directions: the `n` numbers
    /// `Dᵏg(x)[v₁, …, vₖ₋₁, eᵢ]`. The operands are `x`, then the directions; for `k = 1` then `y = g(x)`.
    Derivative {
        /// The gate.
        gate: Gate<R>,
        /// The order, `k`.
        order: u32,
    },
    /// The second operand, and 0 where the first one is 0: no derivative flows along a structural zero.
    Masked,
    /// The operands, side by side.
    Pack,
    /// A comparison of two operands that came out as `expected` while recording. Defines nothing.
    Guard {
        /// What was asked.
        relation: Relation,
        /// What was answered.
        expected: bool,
        /// The line that asked.
        place: Option<Place>,
    },
    /// The operand was looked at while recording, and was this very number. Defines nothing.
    Exactly {
        /// What it was.
        value: R,
        /// The line that looked.
        place: Option<Place>,
    },
    /// An operation on whole arrays.
    Arrays(Box<OnArrays<R>>),
    /// A body that runs once for each row.
    Loop(Box<Loop<R>>),
}

/// One instruction: what it does, what with, and how many values it defines.
#[derive(Clone, Debug, PartialEq)]
pub struct Instruction<R> {
    /// What it does.
    pub op: Op<R>,
    /// What with; a loop and an operation on arrays have their operands in themselves.
    pub args: Operands,
    /// How many values it defines.
    pub width: u32,
}

impl<R> Instruction<R> {
    /// Calls `f` on all that the instruction reads.
    pub fn reads(&self, mut f: impl FnMut(Span)) {
        self.args.iter().for_each(|&arg| f(arg.into()));
        match &self.op {
            Op::Loop(body) => body.reads(f),
            Op::Arrays(on) => on.args.iter().for_each(|&span| f(span)),
            _ => {}
        }
    }

    /// Whether the instruction tests something: then it may not be left out.
    pub fn is_test(&self) -> bool {
        matches!(self.op, Op::Guard { .. } | Op::Exactly { .. })
    }
}

/// Straight-line code: instructions in the order of their definitions, and the values that the block results in.
#[derive(Clone, Debug, PartialEq)]
pub struct Block<R> {
    /// The instructions; the first ones define the parameters.
    pub code: Vec<Instruction<R>>,
    /// The results.
    pub results: Vec<Operand>,
}

impl<R> Default for Block<R> {
    fn default() -> Self {
        Self { code: Vec::new(), results: Vec::new() }
    }
}

/// An operation on whole arrays, and the arrays.
#[derive(Clone, Debug, PartialEq)]
pub struct OnArrays<R> {
    /// The operation.
    pub block: OwnBlock<R>,
    /// The operands.
    pub args: Vec<Span>,
}

/// A loop over rows. What it defines, in this order: the state at the end, the sums, the outputs of all rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Loop<R> {
    /// How many rows there are.
    pub trips: u32,
    /// Whether the last row comes first.
    pub reversed: bool,
    /// How the reverse of the loop comes by the states that its rows began with.
    pub storage: Storage,
    /// What changes from row to row.
    pub rows: Vec<Row>,
    /// What does not.
    pub captures: Vec<Span>,
    /// The state at the start.
    pub carry: Vec<Operand>,
    /// How many of the body's results are added up.
    pub sums: u32,
    /// How the other results of each row are laid out.
    pub outs: Vec<Layout>,
    /// The body: one block for each path through it that was seen. All have the same parameters (rows, captures, and the
    /// state if there is one) and the same results (state, terms of the sums, outputs).
    pub body: Vec<Block<R>>,
}

/// Rows of an array: row `i` is the `layout.width` values from `first + i·layout.step` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The first value of row 0.
    pub first: Operand,
    /// Where the others are.
    pub layout: Layout,
}

/// How rows lie in an array. Where rows that are written overlap (`step < width`), what falls on one place is added, to −0 at
/// first, so that what falls there alone stays what it is; places that no row falls on hold 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    /// Numbers in a row.
    pub width: u32,
    /// From one row to the next.
    pub step: u32,
}

impl Layout {
    /// Whether rows that are written are added to what is there.
    pub fn adds(self) -> bool {
        self.step < self.width
    }

    /// Whether rows that are written cover the array, each place once.
    pub fn covers(self) -> bool {
        self.step == self.width
    }

    /// What an array of rows that are written holds before the first one.
    pub fn start<R: Float>(self) -> R {
        if self.adds() { R::neg_zero() } else { R::zero() }
    }

    /// Sets an array that rows are written to: what they add to, or leave gaps in, to zeros of either sign. All else is written.
    pub fn begin<R: Float>(self, array: &mut [R]) {
        if !self.covers() {
            array.fill(self.start());
        }
    }

    /// The length of an array of so many rows.
    pub fn len(self, trips: u32) -> u32 {
        if trips == 0 { 0 } else { (trips - 1) * self.step + self.width }
    }
}

impl<R> Loop<R> {
    /// Calls `f` on all that the loop reads.
    pub fn reads(&self, mut f: impl FnMut(Span)) {
        self.rows.iter().for_each(|row| f(Span { first: row.first, len: row.layout.len(self.trips) }));
        self.captures.iter().for_each(|&span| f(span));
        self.carry.iter().for_each(|&operand| f(operand.into()));
    }

    /// How many values the loop defines.
    pub fn width(&self) -> u32 {
        self.first_out(self.outs.len())
    }

    /// Where the values of output `k` begin.
    pub fn first_out(&self, k: usize) -> u32 {
        let state = u32::try_from(self.carry.len()).unwrap_or(u32::MAX);
        state + self.sums + self.outs[..k].iter().map(|out| out.len(self.trips)).sum::<u32>()
    }
}
