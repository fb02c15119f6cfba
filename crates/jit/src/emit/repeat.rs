//! Loops: rows from the array's memory, the state and the sums in registers.

use anygrad_core::Real;
use anygrad_graph::SUM_BLOCK;
use anygrad_graph::code::{Loop, Operand};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, Value, types};

use super::Emit;
use super::lanes::Lanes;
use crate::address::{Address, Base};
use crate::plan::{Carried, Delivery, Form, Inner, Part, Place};

/// Up to so many numbers that a body captures are brought into registers before the loop, together with its state and sums.
const HOISTED: usize = 12;

/// The results of a row.
enum Results<'a, 'p, R> {
    /// Those of the only path.
    Of(&'a Part<'p, R>),
    /// Those of the path that the row has taken.
    Joined(Vec<Value>),
}

/// A loop being emitted: the row and what changes from row to row.
struct Turn {
    row: Value,
    /// The state, then what the rows so far have added to places of outputs that later rows add to as well.
    state: Vec<Value>,
    sums: Vec<Value>,
}

impl<'p, R: Real> Emit<'_, '_, 'p, R> {
    /// A loop of a block.
    pub(super) fn repeat(&mut self, part: &Part<'p, R>, def: u32, inner: &Inner<'p, R>) {
        let code = inner.code;
        let mut state: Vec<Value> = Vec::with_capacity(code.carry.len());
        for &carry in &code.carry {
            state.push(self.get(part, carry));
        }
        match &inner.form {
            Form::Apart(number) => {
                let place = self.shop.states[*number];
                (0..).zip(state).for_each(|(at, value)| self.store(value, place.plus(at)));
                self.call_apart(*number);
            }
            Form::Inline(paths) if paths.is_empty() => {
                let nothing = self.constant(R::neg_zero());
                let sums = vec![nothing; code.sums as usize];
                self.conclude(part, def, &state, &sums);
            }
            Form::Inline(paths) => {
                self.fill_outs(inner);
                let mark = self.known.mark();
                self.hoist(part, code);
                let nothing = self.constant(R::neg_zero());
                state.extend(inner.carried.iter().flat_map(|carried| (0..carried.shared()).map(|_| nothing)));
                let end = self.turns(inner, paths, state);
                self.known.forget(mark);
                let (state, shared) = end.state.split_at(code.carry.len());
                self.store_shared(inner, shared);
                self.conclude(part, def, state, &end.sums);
            }
        }
    }

    fn conclude(&mut self, part: &Part<'p, R>, def: u32, state: &[Value], sums: &[Value]) {
        for (at, &value) in (0..).zip(state.iter().chain(sums)) {
            self.define(part, def, at, value);
        }
    }

    /// Arrays that rows add to, or leave gaps in, begin with zeros of either sign.
    fn fill_outs(&mut self, inner: &Inner<'p, R>) {
        for (k, out) in inner.code.outs.iter().enumerate() {
            if out.step != out.width && !inner.carried.iter().any(|carried| carried.out == k) {
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

    /// Adds a row to an output that the next row adds to as well: what no later row adds to is stored, the rest is returned.
    fn carry(&mut self, carried: &Carried, terms: &[Value], shared: &[Value]) -> Vec<Value> {
        let mut open = Vec::with_capacity(shared.len());
        for (at, &term) in (0..).zip(terms) {
            let sum = shared.get(at as usize).map_or(term, |&before| self.builder.ins().fadd(before, term));
            if at < carried.layout.step {
                self.store(sum, carried.row.plus(at));
            } else {
                open.push(sum);
            }
        }
        open
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

    /// The rows from one on to before another: several at once as long as there are so many, then one by one.
    fn rows(
        &mut self,
        inner: &Inner<'p, R>,
        paths: &[(Part<'p, R>, Place)],
        start: Turn,
        past: Value,
        step: i64,
    ) -> Turn {
        let Some(count) = inner.at_once else {
            return self.rows_to(inner, paths, start, past, step, Lanes::One);
        };
        let left = self.builder.ins().isub(past, start.row);
        let whole = self.builder.ins().band_imm_s(left, -i64::from(count));
        let limit = self.builder.ins().iadd(start.row, whole);
        let rest = self.rows_to(inner, paths, start, limit, i64::from(count), Lanes::All(count));
        self.rows_to(inner, paths, rest, past, step, Lanes::One)
    }

    fn rows_to(
        &mut self,
        inner: &Inner<'p, R>,
        paths: &[(Part<'p, R>, Place)],
        start: Turn,
        past: Value,
        step: i64,
        lanes: Lanes,
    ) -> Turn {
        let [head, done] = self.loop_blocks(start.state.len(), start.sums.len());
        let args = block_args(start.row, &start.state, &start.sums);
        if inner.at_once.is_some() {
            let is_any = self.builder.ins().icmp(IntCC::NotEqual, start.row, past);
            self.builder.ins().brif(is_any, head, &args, done, &args);
        } else {
            self.builder.ins().jump(head, &args);
        }
        self.builder.switch_to_block(head);
        let turn = self.turn_of(head, start.state.len());
        self.rows.push(turn.row);
        let mark = self.known.mark();
        let (state, sums) = self.row(inner, paths, &turn, lanes);
        self.known.forget(mark);
        self.rows.pop();
        let row = self.builder.ins().iadd_imm_s(turn.row, step);
        let goes_on = self.builder.ins().icmp(IntCC::NotEqual, row, past);
        let args = block_args(row, &state, &sums);
        self.builder.ins().brif(goes_on, head, &args, done, &args);
        self.builder.switch_to_block(done);
        self.turn_of(done, start.state.len())
    }

    /// A row, or several at once: the state and the sums after it.
    fn row(
        &mut self,
        inner: &Inner<'p, R>,
        paths: &[(Part<'p, R>, Place)],
        turn: &Turn,
        lanes: Lanes,
    ) -> (Vec<Value>, Vec<Value>) {
        let state = &turn.state[..inner.code.carry.len()];
        let results = match paths {
            [(only, place)] => {
                self.lanes = lanes;
                self.begin_path(only, *place, state);
                Results::Of(only)
            }
            _ => Results::Joined(self.several_paths(paths, state)),
        };
        let mut after = (turn.state.clone(), turn.sums.clone());
        match lanes {
            Lanes::All(count) => {
                for lane in 0..count {
                    self.lanes = Lanes::Only(lane, count);
                    after = self.end_row(inner, &results, &after.0, &after.1);
                }
            }
            _ => after = self.end_row(inner, &results, &after.0, &after.1),
        }
        self.lanes = Lanes::One;
        after
    }

    /// Delivers the results of a row: the state and the sums after it.
    fn end_row(
        &mut self,
        inner: &Inner<'p, R>,
        results: &Results<'_, 'p, R>,
        state: &[Value],
        sums: &[Value],
    ) -> (Vec<Value>, Vec<Value>) {
        let result = |emit: &mut Self, k: usize| match results {
            Results::Of(path) => emit.get(path, path.block.results[k]),
            Results::Joined(values) => values[k],
        };
        let (count, mut shared) = (inner.code.carry.len(), &state[inner.code.carry.len()..]);
        let mut state: Vec<Value> = (0..count).map(|k| result(self, k)).collect();
        let mut after = Vec::with_capacity(sums.len());
        for (k, &delivery) in inner.deliveries.iter().enumerate() {
            match delivery {
                Delivery::Register => {
                    let term = result(self, count + k);
                    after.push(self.builder.ins().fadd(sums[k], term));
                }
                Delivery::AtEnd(target) => {
                    let value = result(self, count + k);
                    self.put(value, target);
                }
                Delivery::Early | Delivery::Carried => {}
            }
        }
        for carried in &inner.carried {
            let (own, others) = shared.split_at(carried.shared() as usize);
            let terms = (0..carried.layout.width as usize).map(|at| result(self, count + carried.term + at));
            let terms: Vec<Value> = terms.collect();
            state.extend(self.carry(carried, &terms, own));
            shared = others;
        }
        (state, after)
    }

    /// The results of the path that a row takes.
    fn several_paths(&mut self, paths: &[(Part<'p, R>, Place)], state: &[Value]) -> Vec<Value> {
        let outer = self.fail;
        let joined = self.builder.create_block();
        let count = paths.first().map_or(0, |(path, _)| path.block.results.len());
        for _ in 0..count {
            self.builder.append_block_param(joined, self.shop.leaf.ty());
        }
        for (number, (path, place)) in paths.iter().enumerate() {
            let next = (number + 1 < paths.len()).then(|| {
                let next = self.builder.create_block();
                self.builder.append_block_param(next, types::I32);
                next
            });
            self.fail.target = next.or(outer.target);
            let mark = self.known.mark();
            self.begin_path(path, *place, state);
            let results = path.block.results.iter();
            let args: Vec<BlockArg> = results.map(|&result| BlockArg::Value(self.get(path, result))).collect();
            self.known.forget(mark);
            self.builder.ins().jump(joined, &args);
            if let Some(next) = next {
                self.builder.switch_to_block(next);
                let code = self.builder.block_params(next)[0];
                self.fail.first = Some(outer.first.unwrap_or(code));
            }
        }
        self.fail = outer;
        self.builder.switch_to_block(joined);
        self.builder.block_params(joined).to_vec()
    }

    /// The code of a path, given the state.
    fn begin_path(&mut self, path: &Part<'p, R>, place: Place, state: &[Value]) {
        if let Place::Values(first) = place {
            (first..).zip(state).for_each(|(number, &value)| self.define_value(number, value));
        }
        self.work(path, Address::new(Base::Slots, 0), &path.work);
    }

    /// The head of a loop and what follows it, both with a row, a state and sums.
    fn loop_blocks(&mut self, state: usize, sums: usize) -> [Block; 2] {
        [(); 2].map(|()| {
            let block = self.builder.create_block();
            self.builder.append_block_param(block, types::I64);
            for _ in 0..state + sums {
                self.builder.append_block_param(block, self.shop.leaf.ty());
            }
            block
        })
    }

    fn turn_of(&self, block: Block, state: usize) -> Turn {
        let params = self.builder.block_params(block);
        let (state, sums) = params[1..].split_at(state);
        Turn { row: params[0], state: state.to_vec(), sums: sums.to_vec() }
    }
}

fn block_args(row: Value, state: &[Value], sums: &[Value]) -> Vec<BlockArg> {
    std::iter::once(&row).chain(state).chain(sums).map(|&value| BlockArg::Value(value)).collect()
}
