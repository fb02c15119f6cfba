//! `Copied`: a block, instruction by instruction, in code that is in the making.

use anygrad_core::{Real, Scalar, UnaryOp};
use smallvec::{SmallVec, smallvec};

use crate::code::{Block, Gate, Instruction, Op, Operand, Span};
use crate::node::Node;
use crate::recorder::Recorder;

/// A block that is being copied: where each of its values went.
pub(crate) struct Copied<'g, 'b, R> {
    pub(crate) recorder: &'g Recorder<R>,
    pub(crate) block: &'b Block<R>,
    /// Of each instruction, where its values are now: from which one on, where.
    places: Vec<SmallVec<[(u32, Operand); 1]>>,
    /// Whether its values depend on what is differentiated by.
    active: Vec<bool>,
}

impl<'g, 'b, R: Real> Copied<'g, 'b, R> {
    pub(crate) fn of(recorder: &'g Recorder<R>, block: &'b Block<R>) -> Self {
        Self { recorder, block, places: Vec::new(), active: Vec::new() }
    }

    /// Says where the values of the next instruction are, and whether derivatives flow through them.
    pub(crate) fn place(&mut self, first: Operand, active: bool) {
        self.place_parts(smallvec![(0, first)], active);
    }

    /// The same where they are not side by side any more.
    pub(crate) fn place_parts(&mut self, parts: SmallVec<[(u32, Operand); 1]>, active: bool) {
        self.places.push(parts);
        self.active.push(active);
    }

    /// Copies the next instruction, unless it is a parameter.
    pub(crate) fn copy(&mut self, instruction: &Instruction<R>) {
        if let Op::Loop(body) = &instruction.op {
            return self.copy_loop(body);
        }
        let args = instruction.args.iter().map(|&arg| self.at(arg)).collect();
        let active = instruction.args.iter().any(|&arg| self.is_active(arg)) && carries_derivatives(&instruction.op);
        let first = self.recorder.emit_on(instruction.op.clone(), args, instruction.width);
        self.place(first, active);
    }

    /// Where a value is now.
    pub(crate) fn at(&self, operand: Operand) -> Operand {
        let parts = &self.places[operand.def as usize];
        let (from, first) = parts.iter().rfind(|(from, _)| *from <= operand.at).copied().unwrap_or((0, parts[0].1));
        first.plus(operand.at - from)
    }

    /// Where neighbours are now; put side by side again if they are not.
    pub(crate) fn span(&self, span: Span) -> Span {
        let first = self.at(span.first);
        let last = span.len.saturating_sub(1);
        if self.at(span.first.plus(last)) == first.plus(last) {
            return Span { first, ..span };
        }
        let args = (0..span.len).map(|at| self.at(span.first.plus(at))).collect();
        Span { first: self.recorder.emit_on(Op::Pack, args, span.len), ..span }
    }

    pub(crate) fn is_active(&self, operand: Operand) -> bool {
        self.active[operand.def as usize]
    }

    /// A value as a number to compute with.
    pub(crate) fn node(&self, operand: Operand) -> Node<'g, R> {
        match self.block.code[operand.def as usize].op {
            Op::Constant(c) => Node::constant(c),
            _ => self.recorder.node(self.at(operand), R::nan()),
        }
    }

    /// Some values as numbers to compute with.
    pub(crate) fn nodes(&self, operands: &[Operand]) -> Vec<Node<'g, R>> {
        operands.iter().map(|&operand| self.node(operand)).collect()
    }
}

/// Whether derivatives flow through an instruction at all.
fn carries_derivatives<R: Real>(op: &Op<R>) -> bool {
    !matches!(op, Op::Gate(Gate::Unary(UnaryOp::Detach(_))))
}
