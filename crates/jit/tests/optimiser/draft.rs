//! `Draft`: a block of code in the making, an instruction for every few bytes.

use anygrad_core::loops::Storage;
use anygrad_core::{BinaryOp, NaryOp, Real, Relation, UnaryOp, gates};
use anygrad_graph::Place;
use anygrad_graph::code::{Block, Gate, Instruction, Layout, Loop, Op, Operand, Operands, Row, Span};

use crate::spell::Bytes;

/// The most runs of a body, all rows of the loops around it together: more than are added up at once.
const MOST_RUNS: u32 = 1030;

/// A block in the making.
pub(crate) struct Draft<'d, 'b, R> {
    pub(crate) bytes: &'d mut Bytes<'b>,
    pub(crate) code: Vec<Instruction<R>>,
    /// How many loops are around it.
    pub(crate) depth: u32,
    /// How often it runs.
    pub(crate) runs: u32,
    /// How many comparisons there are in the program.
    pub(crate) guards: &'d mut u32,
}

impl<R: Real> Draft<'_, '_, R> {
    pub(crate) fn push(&mut self, op: Op<R>, args: Vec<Operand>, width: u32) -> Operand {
        self.code.push(Instruction { op, args: Operands::from_vec(args), width });
        Operand { def: self.code.len() as u32 - 1, at: 0 }
    }

    pub(crate) fn parameter(&mut self, number: u32, width: u32) {
        self.push(Op::Parameter(number), Vec::new(), width);
    }

    /// The number of a comparison, as its line.
    pub(crate) fn place(&mut self) -> Option<Place> {
        *self.guards += 1;
        Some(Place { file: "spelled".into(), line: *self.guards })
    }

    /// An instruction with values: often one of the last.
    fn def(&mut self) -> u32 {
        let with_values: Vec<u32> =
            (0..).zip(&self.code).filter(|(_, instruction)| instruction.width > 0).map(|(def, _)| def).collect();
        let Some(last) = with_values.len().checked_sub(1) else {
            return self.push(Op::Constant(R::one()), Vec::new(), 1).def;
        };
        let back = match self.bytes.below(4) {
            // The inputs, or the rows of a loop.
            0 => return with_values[last.min(self.bytes.below(2) as usize)],
            1 | 2 => last.min(3),
            _ => last.min(255),
        };
        with_values[last - self.bytes.below(back as u32 + 1) as usize]
    }

    fn width(&self, def: u32) -> u32 {
        self.code[def as usize].width
    }

    fn any(&mut self) -> Operand {
        let def = self.def();
        let at = self.bytes.below(self.width(def).min(256));
        Operand { def, at }
    }

    pub(crate) fn some(&mut self, count: u32) -> Vec<Operand> {
        (0..count).map(|_| self.any()).collect()
    }

    /// Neighbouring values, at most so many.
    fn span(&mut self, most: u32) -> Span {
        let first = self.any();
        let len = 1 + self.bytes.below((self.width(first.def) - first.at).min(most));
        Span { first, len }
    }

    fn unary(&mut self, op: UnaryOp<R>, x: Operand) -> Operand {
        self.push(Op::Gate(Gate::Unary(op)), vec![x], 1)
    }

    fn scaled(&mut self, x: Operand, c: f64) -> Operand {
        self.unary(UnaryOp::MulConst(gates::MulConst { c: R::narrow(c) }), x)
    }

    /// A value, mostly brought into an interval by `low + (high − low)·σ(x)`.
    fn value_in(&mut self, [low, high]: [f64; 2]) -> Operand {
        let x = self.any();
        if self.bytes.below(4) == 3 {
            return x;
        }
        let inside = self.unary(UnaryOp::Sigmoid(gates::Sigmoid), x);
        let scaled = self.scaled(inside, high - low);
        self.unary(UnaryOp::AddConst(gates::AddConst { c: R::narrow(low) }), scaled)
    }

    /// A gate with its operands.
    fn gate(&mut self) -> (Gate<R>, Vec<Operand>) {
        match self.bytes.below(8) {
            0..3 => self.gate_of_one(),
            3..6 => self.gate_of_two(),
            _ => self.gate_of_many(),
        }
    }

    fn gate_of_one(&mut self) -> (Gate<R>, Vec<Operand>) {
        let rows = UnaryOp::<R>::samples();
        let (op, interval) = rows[self.bytes.below(rows.len() as u32) as usize];
        let op = match op {
            UnaryOp::AddConst(_) => UnaryOp::AddConst(gates::AddConst { c: self.bytes.number() }),
            UnaryOp::MulConst(_) => UnaryOp::MulConst(gates::MulConst { c: self.bytes.number() }),
            UnaryOp::DivConst(_) => UnaryOp::DivConst(gates::DivConst { c: self.bytes.number() }),
            UnaryOp::Powi(_) => UnaryOp::Powi(gates::Powi { n: self.bytes.choose(&[3, 2, 1, 0, -1, -2, 5]) }),
            UnaryOp::Powf(_) => {
                UnaryOp::Powf(gates::Powf { exponent: R::narrow(self.bytes.choose(&[2.5, 0.5, 0.0, 1.0, -1.5, 2.0])) })
            }
            UnaryOp::Polygamma(_) => UnaryOp::Polygamma(gates::Polygamma { order: self.bytes.below(3) }),
            plain => plain,
        };
        (Gate::Unary(op), vec![self.value_in(interval)])
    }

    fn gate_of_two(&mut self) -> (Gate<R>, Vec<Operand>) {
        let (op, [lhs, rhs]) = match self.bytes.below(8) {
            0 => (BinaryOp::Add, [[-2.0, 2.0]; 2]),
            1 => (BinaryOp::Mul, [[-2.0, 2.0]; 2]),
            2 => (BinaryOp::Sub, [[-2.0, 2.0]; 2]),
            _ => self.bytes.choose(BinaryOp::SAMPLES),
        };
        let plain = matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul);
        let a = if plain { self.any() } else { self.value_in(lhs) };
        let mut b = if plain || self.bytes.below(8) == 1 { self.any() } else { self.value_in(rhs) };
        if op == BinaryOp::Copysign {
            // The sign of a NaN is left open: none goes in.
            let least = self.push(Op::Constant(R::narrow(-3.0)), Vec::new(), 1);
            b = self.push(Op::Gate(Gate::Binary(BinaryOp::Max)), vec![b, least], 1);
        }
        (Gate::Binary(op), vec![a, b])
    }

    fn gate_of_many(&mut self) -> (Gate<R>, Vec<Operand>) {
        let (op, arity) = self.bytes.choose(NaryOp::SAMPLES);
        let count = match (op, arity) {
            (_, Some(arity)) => arity as u32,
            (NaryOp::Dot, None) => 2 + 2 * self.bytes.below(3),
            (_, None) => 1 + self.bytes.below(5),
        };
        (Gate::Nary(op), self.some(count))
    }

    /// Appends so many instructions, besides those that these need; fewer if there are no more bytes.
    pub(crate) fn extend(&mut self, length: u32) {
        for _ in 0..length {
            if self.bytes.0.is_empty() {
                return;
            }
            match self.bytes.below(16) {
                0 => {
                    let c = self.bytes.number();
                    self.push(Op::Constant(c), Vec::new(), 1);
                }
                1 => self.again(),
                2..8 => {
                    let (gate, args) = self.gate();
                    self.push(Op::Gate(gate), args, 1);
                }
                8..10 => self.derivative(),
                10 => {
                    let args = self.some(2);
                    self.push(Op::Masked, args, 1);
                }
                11 => {
                    let count = 1 + self.bytes.below(8);
                    let args = self.some(count);
                    self.push(Op::Pack, args, count);
                }
                12 => self.guard(),
                _ if self.depth < 2 => self.repeat(),
                _ => {
                    let args = self.some(2);
                    self.push(Op::Gate(Gate::Binary(BinaryOp::Mul)), args, 1);
                }
            }
        }
    }

    /// A sum that something of every instruction flows into; mostly small, and nothing where it is NaN.
    pub(crate) fn sum_of_all(&mut self) -> Operand {
        let least = self.push(Op::Constant(R::narrow(-2.0)), Vec::new(), 1);
        let mut terms = vec![least];
        for def in (0..least.def).filter(|&def| self.width(def) > 0).collect::<Vec<_>>() {
            let value = Operand { def, at: self.bytes.below(self.width(def).min(256)) };
            if self.bytes.below(4) == 1 {
                // As it is, so that its adjoint is known before.
                terms.push(value);
                continue;
            }
            let small = self.unary(UnaryOp::Tanh(gates::Tanh), value);
            terms.push(self.push(Op::Gate(Gate::Binary(BinaryOp::Max)), vec![small, least], 1));
        }
        self.push(Op::Gate(Gate::Nary(NaryOp::SumOf)), terms, 1)
    }

    /// An earlier gate or derivative of the block, for a second time or with its first operands exchanged.
    fn again(&mut self) {
        let is_plain = |op: &Op<R>| matches!(op, Op::Gate(_) | Op::Derivative { order: 2.., .. } | Op::Masked);
        let plain: Vec<usize> = (0..self.code.len()).filter(|&def| is_plain(&self.code[def].op)).collect();
        if plain.is_empty() {
            return;
        }
        let Instruction { op, mut args, width } = self.code[self.bytes.choose(&plain)].clone();
        if args.len() > 1 && self.bytes.below(4) > 0 && op != Op::Gate(Gate::Binary(BinaryOp::Copysign)) {
            args.swap(0, 1);
        }
        self.push(op, args.to_vec(), width);
    }

    fn derivative(&mut self) {
        let (gate, mut args) = self.gate();
        let (arity, order) = (args.len() as u32, 1 + self.bytes.below(2));
        if order == 1 {
            args.push(self.push(Op::Gate(gate.clone()), args.clone(), 1));
        } else {
            args.extend(self.some(arity));
        }
        self.push(Op::Derivative { gate, order }, args, arity);
    }

    fn guard(&mut self) {
        let relation = self.bytes.choose(&[Relation::Less, Relation::LessOrEqual, Relation::Equal]);
        let (expected, place) = (self.bytes.below(2) == 0, self.place());
        let args = self.some(2);
        self.push(Op::Guard { relation, expected, place }, args, 0);
    }

    fn repeat(&mut self) {
        let trips = match self.bytes.next() {
            255 => MOST_RUNS / self.runs,
            byte => [3, 2, 1, 4, 7, 2, 3, 0, 5, 3, 2, 12, 3, 4, 2, 1][byte as usize % 16].min(MOST_RUNS / self.runs),
        };
        let rows: Vec<Row> = (0..self.bytes.below(4)).map(|_| self.row(trips)).collect();
        let captures: Vec<Span> = (0..self.bytes.below(3)).map(|_| self.span(3)).collect();
        let count = self.bytes.below(4).saturating_sub(1);
        let carry = self.some(count);
        let sums = self.bytes.below(3);
        let most = if trips > 100 { 1 } else { 3 };
        let outs: Vec<Layout> = (0..self.bytes.below(most))
            .map(|_| Layout { width: 1 + self.bytes.below(3), step: self.bytes.below(5) })
            .collect();
        let widths: Vec<u32> =
            rows.iter().map(|row| row.layout.width).chain(captures.iter().map(|span| span.len)).collect();
        let results = (carry.len() as u32, sums + outs.iter().map(|out| out.width).sum::<u32>());
        let paths = if self.bytes.below(3) == 0 { 2 + self.bytes.below(2) } else { 1 };
        let runs = self.runs * trips.max(1);
        let body = (1..=paths).map(|path| self.path(runs, &widths, results, path < paths)).collect();
        let (reversed, storage) =
            (self.bytes.below(2) == 1, self.bytes.choose(&[Storage::All, Storage::Root, Storage::Halving]));
        let repeat = Loop { trips, reversed, storage, rows, captures, carry, sums, outs, body };
        let width = repeat.width();
        self.push(Op::Loop(Box::new(repeat)), Vec::new(), width);
    }

    /// Rows within what an instruction defines; they may overlap, or have gaps.
    fn row(&mut self, trips: u32) -> Row {
        let first = self.any();
        let room = self.width(first.def) - first.at;
        let width = 1 + self.bytes.below(room.min(3));
        let most = (room - width).checked_div(trips.saturating_sub(1)).unwrap_or(3);
        Row { first, layout: Layout { width, step: self.bytes.below(most.min(4) + 1) } }
    }

    /// A path through the body of a loop. Mostly the state stays small.
    fn path(&mut self, runs: u32, widths: &[u32], (state, others): (u32, u32), guarded: bool) -> Block<R> {
        let (bytes, guards) = (&mut *self.bytes, &mut *self.guards);
        let mut inner = Draft { bytes, code: Vec::new(), depth: self.depth + 1, runs, guards };
        (0..).zip(widths).for_each(|(k, &width)| inner.parameter(k, width));
        inner.parameter(widths.len() as u32, state);
        if guarded {
            inner.guard();
        }
        let length = 1 + inner.bytes.below(6);
        inner.extend(length);
        let mut results = inner.some(state + others);
        for result in &mut results[..state as usize] {
            if inner.bytes.below(4) != 3 {
                *result = inner.unary(UnaryOp::Tanh(gates::Tanh), *result);
            }
        }
        Block { code: inner.code, results }
    }
}
