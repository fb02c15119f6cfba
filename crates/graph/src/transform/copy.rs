//! `Copied`: a block, instruction by instruction, in code that is in the making.

use anygrad_core::{Real, Scalar, UnaryOp};

use crate::code::{Block, Gate, Instruction, Op, Operand, Span};
use crate::node::Node;
use crate::nodes::Nodes;
use crate::places::{Parts, Places, whole};
use crate::recorder::Recorder;

/// A block that is being copied: where each of its values went.
pub(crate) struct Copied<'g, 'b, R> {
    pub(crate) recorder: &'g Recorder<R>,
    pub(crate) block: &'b Block<R>,
    /// Where its values are now.
    places: Places,
    /// Whether its values depend on what is differentiated by.
    active: Vec<bool>,
}

impl<'g, 'b, R: Real> Copied<'g, 'b, R> {
    pub(crate) fn of(recorder: &'g Recorder<R>, block: &'b Block<R>) -> Self {
        Self { recorder, block, places: Places::default(), active: Vec::new() }
    }

    /// Says where the values of the next instruction are, and whether derivatives flow through them.
    pub(crate) fn place(&mut self, first: Operand, active: bool) {
        self.place_parts(whole(first), active);
    }

    /// The same where they are not side by side any more.
    pub(crate) fn place_parts(&mut self, parts: Parts, active: bool) {
        self.places.push(parts);
        self.active.push(active);
    }

    /// Copies the next instruction, unless it is a parameter.
    pub(crate) fn copy(&mut self, instruction: &Instruction<R>) {
        if let Op::Loop(body) = &instruction.op {
            return self.copy_loop(body);
        }
        let mut copy = instruction.clone();
        copy.move_reads(|span| self.span(span));
        let first = self.recorder.emit_on(copy.op, copy.args, copy.width);
        self.place_like(instruction, first);
    }

    /// Says where the values of the next instruction are, if they are known already.
    pub(crate) fn place_like(&mut self, instruction: &Instruction<R>, first: Operand) {
        let mut active = false;
        instruction.reads(|span| active |= self.is_active(span.first));
        self.place(first, active && carries_derivatives(&instruction.op));
    }

    /// Where a value is now.
    pub(crate) fn at(&self, operand: Operand) -> Operand {
        self.places.at(operand)
    }

    /// Where neighbours are now; put side by side again if they are not.
    pub(crate) fn span(&self, span: Span) -> Span {
        self.places.span(span, |args| self.recorder.emit_on(Op::Pack, args, span.len))
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

    /// Neighbours as an array to compute with.
    pub(crate) fn array(&self, span: Span) -> Nodes<'g, R> {
        Nodes::Numbers((0..span.len).map(|at| self.node(span.first.plus(at))).collect())
    }

    /// Some values as numbers to compute with.
    pub(crate) fn nodes(&self, operands: &[Operand]) -> Vec<Node<'g, R>> {
        operands.iter().map(|&operand| self.node(operand)).collect()
    }
}

/// Whether derivatives flow through an instruction at all.
fn carries_derivatives<R: Real>(op: &Op<R>) -> bool {
    match op {
        Op::Gate(Gate::Unary(UnaryOp::Detach(_))) => false,
        Op::Arrays(on) => !on.block.is_detached(),
        _ => true,
    }
}
