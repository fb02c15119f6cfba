//! Rows side by side: a number of several rows in one register, as far as the machine's instructions go, and lane by lane where
//! they end.

use anygrad_core::{BinaryOp, NaryOp, Real, UnaryOp};
use anygrad_graph::code::{Gate, Op};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value};
use smallvec::{SmallVec, smallvec};

use super::Emit;
use super::gate::EXPONENT;
use crate::address::Address;
use crate::plan::{Part, Source};

/// Which rows are being made, from the present one on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lanes {
    /// The present one.
    One,
    /// So many at once.
    All(u32),
    /// One of so many.
    Only(u32, u32),
}

impl<'p, R: Real> Emit<'_, '_, 'p, R> {
    /// What an instruction does, for the rows that are being made.
    pub(crate) fn make(&mut self, part: &Part<'p, R>, def: u32) {
        match self.lanes {
            Lanes::All(count) if !self.is_for_all(&part.block.code[def as usize].op) => {
                for lane in 0..count {
                    self.lanes = Lanes::Only(lane, count);
                    self.make_one(part, def);
                }
                self.lanes = Lanes::All(count);
                for (number, lanes) in std::mem::take(&mut self.parts) {
                    let value = self.joined(&lanes);
                    self.define_value(number, value);
                }
            }
            _ => self.make_one(part, def),
        }
    }

    /// Whether there are instructions of the machine for all lanes at once.
    fn is_for_all(&self, op: &Op<R>) -> bool {
        match op {
            Op::Parameter(_) | Op::Constant(_) | Op::Pack => true,
            Op::Gate(gate) => is_gate_for_all(gate, self.shop.has_fma),
            _ => false,
        }
    }

    /// A number made for one lane.
    pub(super) fn define_lane(&mut self, number: u32, value: Value) {
        match self.parts.iter_mut().find(|(other, _)| *other == number) {
            Some((_, lanes)) => lanes.push(value),
            None => self.parts.push((number, smallvec![value])),
        }
    }

    /// A number of a block, of all rows that are being made or of the one row that is the same in them.
    pub(super) fn take_rows(&mut self, source: Source) -> Value {
        let lanes = self.lanes;
        if let Lanes::Only(_, count) = lanes {
            self.lanes = Lanes::All(count);
        }
        let value = self.take(source);
        self.lanes = lanes;
        value
    }

    /// The lanes of a number that are being made.
    pub(super) fn in_lanes(&mut self, value: Value) -> Value {
        let is_scalar = self.builder.func.dfg.value_type(value) == self.shop.leaf.ty();
        match self.lanes {
            Lanes::All(_) if is_scalar => self.builder.ins().splat(self.shop.leaf.lanes_ty(), value),
            Lanes::Only(lane, count) if !is_scalar => self.lanes_of(value, count)[lane as usize],
            _ => value,
        }
    }

    fn lanes_of(&mut self, value: Value, count: u32) -> SmallVec<[Value; 4]> {
        if let Some(known) = self.known.lanes(value) {
            return known;
        }
        let lanes = (0..count as u8).map(|lane| self.builder.ins().extractlane(value, lane));
        let lanes: SmallVec<[Value; 4]> = lanes.collect();
        self.known.keep_lanes(value, lanes.clone());
        lanes
    }

    fn joined(&mut self, lanes: &[Value]) -> Value {
        let first = self.builder.ins().scalar_to_vector(self.shop.leaf.lanes_ty(), lanes[0]);
        let rest = (1..).zip(&lanes[1..]);
        rest.fold(first, |all, (lane, &value)| self.builder.ins().insertlane(all, value, lane))
    }

    /// The place of the row that is being made.
    pub(super) fn at_lane(&self, address: Address) -> Address {
        match self.lanes {
            Lanes::Only(lane, _) => address.plus(lane * self.step_of(address)),
            Lanes::One | Lanes::All(_) => address,
        }
    }

    /// How far a place moves from one row of the innermost loop to the next.
    fn step_of(&self, address: Address) -> u32 {
        self.rows.len().checked_sub(1).map_or(0, |depth| self.shop.plan.strides.step(address.rows, depth))
    }

    /// The numbers at a place in all rows that are being made, or the one that is there in all of them.
    pub(super) fn load_rows(&mut self, address: Address) -> Value {
        let Lanes::All(count) = self.lanes else { return self.load(address) };
        match self.step_of(address) {
            0 => self.load(address),
            1 => {
                let (pointer, offset) = self.locate(address);
                let flags = MemFlagsData::new().with_notrap();
                self.builder.ins().load(self.shop.leaf.lanes_ty(), flags, pointer, offset)
            }
            step => {
                let lanes: SmallVec<[Value; 4]> = (0..count).map(|lane| self.load(address.plus(lane * step))).collect();
                self.joined(&lanes)
            }
        }
    }

    /// Adds a number of all rows that are being made to what is at a place, row after row.
    pub(super) fn add_rows(&mut self, value: Value, address: Address) {
        let before = self.load(address);
        let value = self.in_lanes(value);
        let Lanes::All(count) = self.lanes else {
            let sum = self.builder.ins().fadd(before, value);
            return self.store(sum, address);
        };
        let lanes = self.lanes_of(value, count);
        let sum = lanes.into_iter().fold(before, |sum, lane| self.builder.ins().fadd(sum, lane));
        self.store(sum, address);
    }

    /// Stores a number of all rows that are being made.
    pub(super) fn store_rows(&mut self, value: Value, address: Address) {
        let Lanes::All(count) = self.lanes else { return self.store(value, address) };
        let value = self.in_lanes(value);
        match self.step_of(address) {
            1 => {
                let (pointer, offset) = self.locate(address);
                self.builder.ins().store(MemFlagsData::new().with_notrap(), value, pointer, offset);
            }
            step => {
                let lanes = self.lanes_of(value, count);
                (0..).zip(lanes).for_each(|(lane, value)| self.store(value, address.plus(lane * step)));
            }
        }
    }
}

/// Whether there are instructions of the machine for all lanes of a gate at once.
pub(crate) fn is_gate_for_all<R: Real>(gate: &Gate<R>, has_fma: bool) -> bool {
    match gate {
        Gate::Unary(UnaryOp::Powi(gate)) => gate.n.unsigned_abs() <= EXPONENT,
        Gate::Unary(op) => matches!(
            op,
            UnaryOp::Neg(_)
                | UnaryOp::AddConst(_)
                | UnaryOp::MulConst(_)
                | UnaryOp::DivConst(_)
                | UnaryOp::Recip(_)
                | UnaryOp::Sqrt(_)
                | UnaryOp::Abs(_)
                | UnaryOp::Detach(_)
        ),
        Gate::Binary(op) => matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div),
        Gate::Nary(NaryOp::MulAdd) => has_fma,
        Gate::Nary(_) | Gate::Own(_) => false,
    }
}
