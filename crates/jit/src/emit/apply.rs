//! Derivatives of gates, gates that have no code of their own, and operations on arrays: by calls.

use anygrad_core::Real;
use anygrad_graph::code::{Gate, OnArrays, Operand};

use super::Emit;
use crate::address::Address;
use crate::context::Applied;
use crate::helpers::{partial_helper, partials_helper};
use crate::plan::{Part, Place};

impl<'p, R: Real> Emit<'_, '_, 'p, R> {
    /// The derivative of a gate.
    pub(super) fn derivative(&mut self, part: &Part<'p, R>, def: u32, gate: &Gate<R>, order: u32, args: &[Operand]) {
        match (gate, order) {
            (Gate::Unary(op), 1) => {
                if let Some(helper) = partial_helper(*op) {
                    let partial = self.call(part, helper, args);
                    return self.define(part, def, 0, partial);
                }
            }
            (Gate::Binary(op), 1) => {
                if let Some(helpers) = partials_helper::<R>(*op) {
                    for (at, helper) in (0..).zip(helpers) {
                        let partial = self.call(part, helper, args);
                        self.define(part, def, at, partial);
                    }
                    return;
                }
            }
            _ => {}
        }
        // A gate that is no row finds its value by itself.
        let own = matches!(gate, Gate::Own(_)) && order == 1;
        let args = if own { &args[..args.len() - 1] } else { args };
        self.apply(part, def, Applied { gate: gate.clone(), order }, args);
    }

    /// A gate or a derivative by the general call.
    pub(super) fn apply(&mut self, part: &Part<'p, R>, def: u32, applied: Applied<R>, args: &[Operand]) {
        let scratch = self.shop.plan.scratch;
        let width = part.block.code[def as usize].width;
        let operands = self.gather(part, args, scratch);
        let (out, is_array) = match part.places[def as usize] {
            Place::Memory(array) => (array, true),
            _ => (scratch.plus(args.len() as u32), false),
        };
        self.call_applied(applied, [args.len() as u32, width], operands, out);
        if !is_array {
            for at in 0..width {
                let value = self.load(out.plus(at));
                self.define(part, def, at, value);
            }
        }
    }

    /// An operation on arrays, which are where they are.
    pub(super) fn arrays(&mut self, part: &Part<'p, R>, def: u32, on: &OnArrays<R>) {
        let Place::Memory(out) = part.places[def as usize] else { return };
        let scratch = self.shop.plan.scratch;
        let mut operands = Vec::with_capacity(on.args.len());
        for (at, span) in (0..).zip(&on.args) {
            let known = (span.len > 0).then(|| self.shop.plan.memory(&part.places, span.first));
            operands.push(known.flatten().unwrap_or(scratch.plus(at)));
            // A single number that is in a register.
            if known == Some(None) {
                let value = self.get(part, span.first);
                self.store(value, scratch.plus(at));
            }
        }
        self.call_arrays(on, &operands, out);
    }

    /// The operands side by side: where they are, or else in `scratch`.
    fn gather(&mut self, part: &Part<'p, R>, args: &[Operand], scratch: Address) -> Address {
        let memory = args.first().and_then(|&arg| self.shop.plan.memory(&part.places, arg));
        if let Some(first) = memory.filter(|_| args.len() > 2) {
            let is_next = |(at, &arg)| self.shop.plan.memory(&part.places, arg) == Some(first.plus(at));
            if (0..).zip(args).all(is_next) {
                return first;
            }
        }
        for (at, &arg) in (0..).zip(args) {
            let value = self.get(part, arg);
            self.store(value, scratch.plus(at));
        }
        scratch
    }
}
