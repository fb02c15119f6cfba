//! `Push`: tangents flow forward through a block while it is copied.

use anygrad_core::{Error, Real, Scalar};
use rustc_hash::FxHashMap;

use super::copy::Copied;
use super::partials::{Partials, check_order, derivative, masked, times};
use crate::code::{Gate, Instruction, Op, Operand};
use crate::node::Node;

/// A copy of a block with the tangents of its values; a value without one is a structural zero.
pub(crate) struct Push<'a, 'g, 'b, R> {
    pub(crate) copied: Copied<'g, 'b, R>,
    pub(crate) partials: &'a Partials,
    pub(crate) tangents: FxHashMap<Operand, Node<'g, R>>,
}

impl<'g, R: Real> Push<'_, 'g, '_, R> {
    pub(crate) fn tangent(&self, operand: Operand) -> Option<Node<'g, R>> {
        self.tangents.get(&operand).copied()
    }

    /// Copies the next instruction, number `def`, and adds the tangents of its values.
    pub(crate) fn step(&mut self, def: u32, instruction: &Instruction<R>) -> Result<(), Error> {
        if let Op::Loop(body) = &instruction.op {
            return self.push_loop(def, body);
        }
        self.copied.copy(instruction);
        let args = &instruction.args;
        let own = Operand { def, at: 0 };
        if let Op::Arrays(on) = &instruction.op {
            return if self.copied.is_active(own) { self.push_arrays(def, on) } else { Ok(()) };
        }
        if !self.copied.is_active(own) || args.iter().all(|&arg| self.tangent(arg).is_none()) {
            return Ok(());
        }
        match &instruction.op {
            Op::Gate(gate) => self.gate(gate, args, own),
            Op::Derivative { gate, order } => self.derivative(gate, *order, args, instruction.width, own)?,
            Op::Masked => {
                if let Some(tangent) = self.tangent(args[1]) {
                    let test = self.copied.node(args[0]);
                    self.tangents.insert(own, masked(self.copied.recorder, test, tangent));
                }
            }
            Op::Pack => {
                for (at, &arg) in (0..).zip(args) {
                    if let Some(tangent) = self.tangent(arg) {
                        self.tangents.insert(own.plus(at), tangent);
                    }
                }
            }
            Op::Loop(_)
            | Op::Arrays(_)
            | Op::Parameter(_)
            | Op::Constant(_)
            | Op::Guard { .. }
            | Op::Exactly { .. } => {}
        }
        Ok(())
    }

    fn gate(&mut self, gate: &Gate<R>, args: &[Operand], y: Operand) {
        let copied = &self.copied;
        let partials = self.partials.of(copied.recorder, gate, &copied.nodes(args), copied.node(y));
        let shares = args
            .iter()
            .zip(partials)
            .filter_map(|(&arg, partial)| times(copied.recorder, gate.is_piecewise(), partial, self.tangent(arg)?));
        if let Some(tangent) = shares.reduce(|sum, share| sum + share) {
            self.tangents.insert(y, tangent);
        }
    }

    /// `Dᵏ⁺¹g(x)[v…, ẋ, ·] + Σ Dᵏg(x)[…, v̇, …, ·]`.
    fn derivative(
        &mut self,
        gate: &Gate<R>,
        order: u32,
        args: &[Operand],
        arity: u32,
        own: Operand,
    ) -> Result<(), Error> {
        check_order(order + 1)?;
        let (copied, width) = (&self.copied, arity as usize);
        let args = &args[..width * order as usize];
        let numbers = copied.nodes(args);
        let mut sums: Vec<Option<Node<'g, R>>> = vec![None; width];
        for (k, group) in args.chunks(width).enumerate() {
            if group.iter().all(|&arg| self.tangent(arg).is_none()) {
                continue;
            }
            let zero = Node::constant(R::zero());
            let moved: Vec<Node<'g, R>> = group.iter().map(|&arg| self.tangent(arg).unwrap_or(zero)).collect();
            let mut operands = numbers.clone();
            if k == 0 {
                operands.extend(moved);
            } else {
                operands[k * width..][..width].copy_from_slice(&moved);
            }
            let order = if k == 0 { order + 1 } else { order };
            for (sum, share) in sums.iter_mut().zip(derivative(copied.recorder, gate, order, &operands, width)) {
                *sum = Some(sum.map_or(share, |sum| sum + share));
            }
        }
        for (at, sum) in (0..).zip(sums) {
            if let Some(sum) = sum {
                self.tangents.insert(own.plus(at), sum);
            }
        }
        Ok(())
    }
}
