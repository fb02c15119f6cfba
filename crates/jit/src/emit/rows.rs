//! The rows of a loop: several at once or one by one, on the path that they take.

use anygrad_core::Real;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{BlockArg, InstBuilder, Value, types};

use super::Emit;
use super::lanes::Lanes;
use super::repeat::{Turn, block_args};
use crate::address::{Address, Base};
use crate::plan::{Carried, Delivery, Inner, Part, Place};

/// The results of a row.
enum Results<'a, 'p, R> {
    /// Those of the only path.
    Of(&'a Part<'p, R>),
    /// Those of the path that the row has taken.
    Joined(Vec<Value>),
}

impl<'p, R: Real> Emit<'_, '_, 'p, R> {
    /// The rows from one on to before another: several at once as long as there are so many, then one by one.
    pub(super) fn rows(
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
}
