//! Loops: rows from the array's memory, the state and the sums in registers.

use anygrad_core::Real;
use anygrad_graph::SUM_BLOCK;
use anygrad_graph::code::{Loop, Operand};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value, types};

use super::Emit;
use crate::plan::{Form, Inner, Part, Place};

/// Up to so many numbers that a body captures are brought into registers before the loop, together with its state and sums.
const HOISTED: usize = 12;

/// A loop being emitted: the row and what changes from row to row.
pub(super) struct Turn {
    pub(super) row: Value,
    /// The state, then what the rows so far have added to places of outputs that later rows add to as well.
    pub(super) state: Vec<Value>,
    pub(super) sums: Vec<Value>,
}

impl<'p, R: Real> Emit<'_, '_, 'p, R> {
    /// A loop of a block.
    pub(super) fn repeat(&mut self, part: &Part<'p, R>, def: u32, inner: &Inner<'p, R>) {
        let code = inner.code;
        let paths = match &inner.form {
            Form::Inline(paths) => paths,
            Form::Apart(number) => {
                // One by one: a long state would wait in registers that there are not.
                let place = self.shop.states[*number];
                for (at, &carry) in (0..).zip(&code.carry) {
                    let value = self.get(part, carry);
                    self.store(value, place.plus(at));
                }
                return self.call_apart(*number);
            }
        };
        let mut state: Vec<Value> = Vec::with_capacity(code.carry.len());
        for &carry in &code.carry {
            state.push(self.get(part, carry));
        }
        let nothing = self.constant(R::neg_zero());
        if paths.is_empty() {
            let sums = vec![nothing; code.sums as usize];
            return self.conclude(part, def, &state, &sums);
        }
        self.fill_outs(inner);
        let mark = self.known.mark();
        self.hoist(part, code);
        state.extend(inner.carried.iter().flat_map(|carried| (0..carried.shared()).map(|_| nothing)));
        let end = self.turns(inner, paths, state);
        self.known.forget(mark);
        let (state, shared) = end.state.split_at(code.carry.len());
        self.store_shared(inner, shared);
        self.conclude(part, def, state, &end.sums);
    }

    fn conclude(&mut self, part: &Part<'p, R>, def: u32, state: &[Value], sums: &[Value]) {
        for (at, &value) in (0..).zip(state.iter().chain(sums)) {
            self.define(part, def, at, value);
        }
    }

    /// Arrays that rows add to, or leave gaps in, begin with zeros of either sign.
    fn fill_outs(&mut self, inner: &Inner<'p, R>) {
        for (k, out) in inner.code.outs.iter().enumerate() {
            if !out.covers() && !inner.carried.iter().any(|carried| carried.out == k) {
                self.fill(inner.outs[k], out.len(inner.code.trips), out.start());
            }
        }
    }

    /// What the last row has added to places that no row follows to.
    fn store_shared(&mut self, inner: &Inner<'p, R>, mut shared: &[Value]) {
        for carried in &inner.carried {
            let (own, others) = shared.split_at(carried.shared() as usize);
            let end = inner.outs[carried.out].plus(inner.code.trips * carried.layout.step);
            (0..).zip(own).for_each(|(at, &value)| self.store(value, end.plus(at)));
            shared = others;
        }
    }

    /// Brings captured numbers into registers, if there are few.
    fn hoist(&mut self, part: &Part<'p, R>, code: &Loop<R>) {
        let captured: usize = code.captures.iter().map(|span| span.len as usize).sum();
        if captured + code.carry.len() + code.sums as usize > HOISTED {
            return;
        }
        for span in &code.captures {
            for offset in 0..span.len {
                let operand = Operand { at: span.first.at + offset, ..span.first };
                let source = self.shop.plan.source(&part.places, operand);
                let value = self.take(source);
                self.known.pin(source, value);
            }
        }
    }

    /// All rows; the state and the sums after them. Rows are added up in blocks, so that there is a loop over the blocks
    /// around the loop over rows if there is more than one.
    fn turns(&mut self, inner: &Inner<'p, R>, paths: &[(Part<'p, R>, Place)], state: Vec<Value>) -> Turn {
        let code = inner.code;
        let trips = i64::from(code.trips);
        let (first, past, step) = if code.reversed { (trips - 1, -1, -1) } else { (0, trips, 1) };
        let row = self.builder.ins().iconst(types::I64, first);
        if code.sums == 0 || code.trips <= SUM_BLOCK {
            let sums = self.empty_sums(inner, 0);
            let past = self.builder.ins().iconst(types::I64, past);
            let end = self.rows(inner, paths, Turn { row, state, sums }, past, step);
            return Turn { sums: self.sums(inner, 0, end.sums), ..end };
        }
        let before = self.empty_sums(inner, code.sums);
        let [head, done] = self.loop_blocks(state.len(), before.len());
        self.builder.ins().jump(head, &block_args(row, &state, &before));
        self.builder.switch_to_block(head);
        let Turn { row, state, sums: before } = self.turn_of(head, state.len());
        let limit = self.builder.ins().iadd_imm_s(row, step * i64::from(SUM_BLOCK));
        let past = self.builder.ins().iconst(types::I64, past);
        let limit = if step > 0 { self.builder.ins().smin(limit, past) } else { self.builder.ins().smax(limit, past) };
        let sums = self.empty_sums(inner, 0);
        let mark = self.known.mark();
        let end = self.rows(inner, paths, Turn { row, state, sums }, limit, step);
        self.known.forget(mark);
        let before = self.join_sums(inner, &before, &end.sums);
        let goes_on = self.builder.ins().icmp(IntCC::NotEqual, limit, past);
        let args = block_args(limit, &end.state, &before);
        self.builder.ins().brif(goes_on, head, &args, done, &args);
        self.builder.switch_to_block(done);
        let end = self.turn_of(done, end.state.len());
        Turn { sums: self.sums(inner, code.sums, end.sums), ..end }
    }

    /// Sums of nothing: in registers, or in memory from `first` of the totals on; then none are in registers.
    fn empty_sums(&mut self, inner: &Inner<'p, R>, first: u32) -> Vec<Value> {
        let nothing = self.constant(R::neg_zero());
        let Some(totals) = inner.totals else { return vec![nothing; inner.code.sums as usize] };
        (0..inner.code.sums).for_each(|k| self.store(nothing, totals.plus(first + k)));
        Vec::new()
    }

    /// The sums, wherever they are.
    fn sums(&mut self, inner: &Inner<'p, R>, first: u32, sums: Vec<Value>) -> Vec<Value> {
        let Some(totals) = inner.totals else { return sums };
        (0..inner.code.sums).map(|k| self.load(totals.plus(first + k))).collect()
    }

    /// The sums of a block of rows join those of the blocks before.
    fn join_sums(&mut self, inner: &Inner<'p, R>, before: &[Value], block: &[Value]) -> Vec<Value> {
        let Some(totals) = inner.totals else {
            return before.iter().zip(block).map(|(&before, &block)| self.builder.ins().fadd(before, block)).collect();
        };
        for k in 0..inner.code.sums {
            let (before, block) = (self.load(totals.plus(inner.code.sums + k)), self.load(totals.plus(k)));
            let sum = self.builder.ins().fadd(before, block);
            self.store(sum, totals.plus(inner.code.sums + k));
        }
        Vec::new()
    }

    /// The head of a loop and what follows it, both with a row, a state and sums.
    pub(super) fn loop_blocks(&mut self, state: usize, sums: usize) -> [Block; 2] {
        [(); 2].map(|()| {
            let block = self.builder.create_block();
            self.builder.append_block_param(block, types::I64);
            for _ in 0..state + sums {
                self.builder.append_block_param(block, self.shop.leaf.ty());
            }
            block
        })
    }

    pub(super) fn turn_of(&self, block: Block, state: usize) -> Turn {
        let params = self.builder.block_params(block);
        let (state, sums) = params[1..].split_at(state);
        Turn { row: params[0], state: state.to_vec(), sums: sums.to_vec() }
    }
}

pub(super) fn block_args(row: Value, state: &[Value], sums: &[Value]) -> Vec<BlockArg> {
    std::iter::once(&row).chain(state).chain(sums).map(|&value| BlockArg::Value(value)).collect()
}
