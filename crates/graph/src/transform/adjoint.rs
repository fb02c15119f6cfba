//! `Sweep`: adjoints flow back through a block that was copied.

use std::collections::BTreeMap;

use anygrad_core::{Error, Real, Scalar};

use super::copy::Copied;
use super::loops::added;
use super::partials::{Partials, check_order, derivative, masked, times};
use crate::code::{Gate, Instruction, Op, Operand, Span};
use crate::node::Node;
use crate::recorder::Recorder;

/// The adjoints of the values of one instruction: of single values, and of neighbours whose adjoints are neighbours, too.
#[derive(Clone, Debug)]
pub(crate) struct Adjoints<'g, R> {
    single: BTreeMap<u32, Node<'g, R>>,
    spans: Vec<(u32, Span)>,
}

impl<'g, R: Real> Adjoints<'g, R> {
    fn none() -> Self {
        Self { single: BTreeMap::new(), spans: Vec::new() }
    }

    /// The adjoints of all `width` values.
    pub(crate) fn elements(&self, recorder: &'g Recorder<R>, width: u32) -> Vec<Option<Node<'g, R>>> {
        let mut elements = vec![None; width as usize];
        let mut spans = self.spans.clone();
        while let Some((at, mut span)) = spans.pop() {
            // Arrays of one place are added as arrays.
            for (_, other) in spans.extract_if(.., |(from, other)| *from == at && other.len == span.len) {
                span.first = added(recorder, other.first, span.first, span.len);
            }
            for i in 0..span.len {
                add_to(&mut elements[(at + i) as usize], recorder.node(span.first.plus(i), R::nan()));
            }
        }
        self.single.iter().for_each(|(&at, &adjoint)| add_to(&mut elements[at as usize], adjoint));
        elements
    }
}

fn add_to<'g, R: Real>(sum: &mut Option<Node<'g, R>>, adjoint: Node<'g, R>) {
    *sum = Some(sum.map_or(adjoint, |sum| sum + adjoint));
}

/// The adjoints of a block's values, as far as some result depends on them.
pub(crate) struct Sweep<'a, 'g, 'b, R> {
    pub(super) copied: &'a Copied<'g, 'b, R>,
    pub(super) partials: &'a Partials,
    /// Of the instructions that are not passed yet, the adjoints of their values.
    pending: BTreeMap<u32, Adjoints<'g, R>>,
}

impl<'a, 'g, 'b, R: Real> Sweep<'a, 'g, 'b, R> {
    pub(crate) fn new(copied: &'a Copied<'g, 'b, R>, partials: &'a Partials) -> Self {
        Self { copied, partials, pending: BTreeMap::new() }
    }

    /// Adds to the adjoint of a value; nothing flows to what no input leads to.
    pub(crate) fn add(&mut self, operand: Operand, adjoint: Node<'g, R>) {
        if self.copied.is_active(operand) {
            let sums = self.pending.entry(operand.def).or_insert_with(Adjoints::none);
            sums.single.entry(operand.at).and_modify(|sum| *sum += adjoint).or_insert(adjoint);
        }
    }

    /// Adds neighbours to the adjoints of neighbours.
    pub(super) fn add_span(&mut self, to: Span, first: Operand) {
        if to.len == 1 {
            self.add(to.first, self.copied.recorder.node(first, R::nan()));
        } else if self.copied.is_active(to.first) {
            let sums = self.pending.entry(to.first.def).or_insert_with(Adjoints::none);
            sums.spans.push((to.first.at, Span { first, ..to }));
        }
    }

    /// Sweeps back to the parameters and returns the adjoints there, by instruction and place.
    pub(crate) fn finish(mut self) -> Result<BTreeMap<u32, Adjoints<'g, R>>, Error> {
        let mut parameters = BTreeMap::new();
        while let Some((def, adjoints)) = self.pending.pop_last() {
            let instruction = &self.copied.block.code[def as usize];
            if matches!(instruction.op, Op::Parameter(_)) {
                parameters.insert(def, adjoints);
            } else {
                self.pass(def, instruction, &adjoints)?;
            }
        }
        Ok(parameters)
    }

    /// The adjoints of an instruction's operands, from those of its values.
    fn pass(&mut self, def: u32, instruction: &Instruction<R>, adjoints: &Adjoints<'g, R>) -> Result<(), Error> {
        if let Op::Loop(body) = &instruction.op {
            return self.pass_loop(def, body, adjoints);
        }
        if let Op::Arrays(on) = &instruction.op {
            return self.pass_arrays(def, on, adjoints);
        }
        let adjoints = adjoints.elements(self.copied.recorder, instruction.width);
        let Some(adjoint) = adjoints.first().copied() else { return Ok(()) };
        let args = &instruction.args;
        match &instruction.op {
            Op::Gate(gate) => {
                let Some(adjoint) = adjoint else { return Ok(()) };
                self.gate(gate, args, Operand { def, at: 0 }, adjoint);
            }
            Op::Derivative { gate, order } => self.derivative(gate, *order, args, &adjoints)?,
            Op::Masked => {
                if let Some(adjoint) = adjoint {
                    let test = self.copied.node(args[0]);
                    self.add(args[1], masked(self.copied.recorder, test, adjoint));
                }
            }
            Op::Pack => {
                for (&arg, adjoint) in args.iter().zip(adjoints) {
                    adjoint.into_iter().for_each(|adjoint| self.add(arg, adjoint));
                }
            }
            // Passed before, or without an adjoint.
            Op::Loop(_)
            | Op::Arrays(_)
            | Op::Parameter(_)
            | Op::Constant(_)
            | Op::Guard { .. }
            | Op::Exactly { .. } => {}
        }
        Ok(())
    }

    fn gate(&mut self, gate: &Gate<R>, args: &[Operand], y: Operand, adjoint: Node<'g, R>) {
        let copied = self.copied;
        let partials = self.partials.of(copied.recorder, gate, &copied.nodes(args), copied.node(y));
        for (&arg, partial) in args.iter().zip(partials) {
            if !copied.is_active(arg) {
                continue;
            }
            if let Some(share) = times(copied.recorder, gate.is_piecewise(), partial, adjoint) {
                self.add(arg, share);
            }
        }
    }

    /// `Dᵏg(x)[v…, ·]` is symmetric: its transpose, applied to the adjoints, is the same derivative with these as a direction.
    fn derivative(
        &mut self,
        gate: &Gate<R>,
        order: u32,
        args: &[Operand],
        adjoints: &[Option<Node<'g, R>>],
    ) -> Result<(), Error> {
        check_order(order + 1)?;
        let (copied, arity) = (self.copied, adjoints.len());
        let zero = Node::constant(R::zero());
        let own: Vec<Node<'g, R>> = adjoints.iter().map(|adjoint| adjoint.unwrap_or(zero)).collect();
        // Without the value, which is an operand of first derivatives.
        let args = &args[..arity * order as usize];
        let numbers = copied.nodes(args);
        let along = |directions: &[Node<'g, R>], order| derivative(copied.recorder, gate, order, directions, arity);
        for (j, share) in along(&[&*numbers, &own].concat(), order + 1).into_iter().enumerate() {
            self.add(args[j], share);
        }
        for first in (arity..args.len()).step_by(arity) {
            if args[first..first + arity].iter().any(|&arg| copied.is_active(arg)) {
                let mut directions = numbers.clone();
                directions[first..first + arity].copy_from_slice(&own);
                for (j, share) in along(&directions, order).into_iter().enumerate() {
                    self.add(args[first + j], share);
                }
            }
        }
        Ok(())
    }
}
