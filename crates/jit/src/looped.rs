//! How the loops of a block are laid out.

use std::ops::Range;

use anygrad_core::{Error, Real};
use anygrad_graph::code::{Gate, Loop, Op, Operand, Span};
use smallvec::smallvec;

use crate::address::{Address, Stride};
use crate::cost::{LOOP, cost_of_loop};
use crate::emit::is_gate_for_all;
use crate::layout::Layout;
use crate::leaf::Leaf;
use crate::marks::{is_array, marks};
use crate::plan::{Apart, Carried, Delivery, Form, Home, Inner, Part, Place, Source, Stretches, Target};
use crate::target::unavailable;

/// With more numbers that change from row to row, sums are in memory: a register that is spilled is moved at every row.
const REGISTERS: usize = 10;

/// Up to so many numbers that a row shares with the next are kept in registers.
const CARRIED: u32 = 4;

impl<'p, R: Real> Layout<'_, 'p, R> {
    /// Finds places for what a loop defines, and for the numbers of its body.
    pub(crate) fn repeat(&mut self, def: u32, code: &'p Loop<R>) -> Result<Place, Error> {
        let (at_once, is_apart) = (rows_at_once(code), is_apart(code));
        let stretches = self.stretches(def, code, is_apart);
        let outs: Vec<Address> = (0..code.outs.len()).map(|k| stretches.address(code.first_out(k))).collect();
        let array = stretches.own;
        let number = self.plan.stretches.len() as u32;
        self.plan.stretches.push(stretches);
        let values = code.carry.len() as u32 + code.sums;
        let first = self.plan.stored(array, values);
        let is_crowded = !is_apart && (values as usize) > REGISTERS;
        let totals = is_crowded.then(|| self.plan.slots.take(2 * code.sums));
        let (mut deliveries, carried) = self.row_deliveries(code, &outs, totals);
        let form = match code.trips {
            0 => Form::Inline(Vec::new()),
            _ if is_apart => self.apart(code, array)?,
            _ => self.inline_paths(code, &mut deliveries, at_once.is_some())?,
        };
        if let Form::Inline(_) = form {
            for at in 0..values {
                if let Some(targets) = self.delivered.get(&Operand { def, at }) {
                    self.plan.copies.insert(first + at, targets.clone());
                }
            }
        }
        self.loops.insert(def, Inner { code, outs, totals, deliveries, carried, at_once, form });
        Ok(Place::Both { first, values, stretches: number })
    }

    /// The memory of what a loop defines: outputs that are results lie where those belong, everything else in slots.
    fn stretches(&mut self, def: u32, code: &Loop<R>, is_apart: bool) -> Stretches {
        let range = |k: usize| code.first_out(k)..code.first_out(k + 1);
        let delivered = |k| self.delivered_array(def, range(k)).filter(|_| !is_apart);
        let delivered: Vec<Option<Address>> = (0..code.outs.len()).map(delivered).collect();
        let values = code.first_out(0);
        let outs: u32 = (0..code.outs.len()).filter(|&k| delivered[k].is_none()).map(|k| range(k).len() as u32).sum();
        let own = self.plan.slots.take(values + outs);
        let (mut list, mut next) = (smallvec![(0, own)], own.plus(values));
        for (k, &delivered) in delivered.iter().enumerate() {
            let Range { start, end } = range(k);
            list.push((start, delivered.unwrap_or(next)));
            if delivered.is_none() {
                next = next.plus(end - start);
            }
        }
        Stretches { list, own, len: values + outs }
    }

    /// Where an array is to be delivered, if it is to be as a whole, and nobody reads it together with its neighbours.
    fn delivered_array(&self, def: u32, range: Range<u32>) -> Option<Address> {
        let first = Operand { def, at: range.start };
        let address = self.delivered.get(&first).filter(|_| !range.is_empty())?.first()?.address;
        let is_there = |at: u32| {
            let target = Target::from(address.plus(at - range.start));
            self.delivered.get(&Operand { def, at }).is_some_and(|targets| targets.contains(&target))
        };
        let is_cut = |span: &Span| {
            let (start, end) = (span.first.at, span.first.at + span.len);
            [range.start, range.end].iter().any(|&at| start < at && at < end)
        };
        let is_whole = self.spans.get(&def).is_none_or(|spans| !spans.iter().any(is_cut));
        (is_whole && range.clone().all(is_there)).then_some(address)
    }

    /// What becomes of the results of a row when it is complete.
    fn row_deliveries(
        &mut self,
        code: &Loop<R>,
        outs: &[Address],
        totals: Option<Address>,
    ) -> (Vec<Delivery>, Vec<Carried>) {
        let sum = |k| {
            totals.map_or(Delivery::Register, |totals| Delivery::AtEnd(Target { address: totals.plus(k), adds: true }))
        };
        let mut deliveries: Vec<Delivery> = (0..code.sums).map(sum).collect();
        let (mut carried, mut registers) = (Vec::new(), 0);
        for (out, (&layout, &first)) in code.outs.iter().zip(outs).enumerate() {
            let rows = self.plan.strides.with(first.rows, Stride { depth: self.depth, step: layout.step });
            let row = Address { rows, ..first };
            let shared = layout.width.saturating_sub(layout.step);
            if shared > 0 && layout.step > 0 && !code.reversed && registers + shared <= CARRIED {
                registers += shared;
                carried.push(Carried { out, layout, term: deliveries.len(), row });
                deliveries.extend((0..layout.width).map(|_| Delivery::Carried));
            } else {
                let target = |at| Target { address: row.plus(at), adds: shared > 0 };
                deliveries.extend((0..layout.width).map(|at| Delivery::AtEnd(target(at))));
            }
        }
        (deliveries, carried)
    }

    /// Delivers the results of the only path through a body when they are computed: a test that fails later ends the loop, so
    /// that what it has left in memory does not matter. `values` are those that the path computes.
    fn deliver_early(
        &mut self,
        path: &Part<'p, R>,
        values: Range<u32>,
        state: usize,
        deliveries: &mut [Delivery],
        at_once: bool,
    ) {
        for (delivery, &result) in deliveries.iter_mut().zip(&path.block.results[state..]) {
            if let (Delivery::AtEnd(target), Source::Value(value)) = (*delivery, self.plan.source(&path.places, result))
                && values.contains(&value)
                && !(at_once && target.adds && self.plan.strides.step(target.address.rows, self.depth) != 0)
            {
                self.plan.copies.entry(value).or_default().push(target);
                *delivery = Delivery::Early;
            }
        }
    }

    /// What the paths of a loop are given besides their state.
    fn givens(&mut self, code: &Loop<R>) -> Result<Vec<Place>, Error> {
        let mut givens = Vec::with_capacity(code.rows.len() + code.captures.len() + 1);
        for row in &code.rows {
            let first =
                self.plan.memory(&self.places, row.first).ok_or_else(|| unavailable("rows that are not in memory"))?;
            let stride = Stride { depth: self.depth, step: row.layout.step };
            let rows = self.plan.strides.with(first.rows, stride);
            givens.push(Place::Memory(Address { rows, ..first }));
        }
        for span in &code.captures {
            let at = span.first.at;
            givens.push(match self.places[span.first.def as usize] {
                Place::Values(first) => Place::Values(first + at),
                Place::Memory(array) => Place::Memory(array.plus(at)),
                Place::Both { stretches, .. } => Place::Memory(self.plan.stretches[stretches as usize].address(at)),
            });
        }
        Ok(givens)
    }

    fn inline_paths(
        &mut self,
        code: &'p Loop<R>,
        deliveries: &mut [Delivery],
        at_once: bool,
    ) -> Result<Form<'p, R>, Error> {
        let givens = self.givens(code)?;
        let state = (code.rows.len() + code.captures.len()) as u32;
        let mut paths = Vec::with_capacity(code.body.len());
        for path in &code.body {
            let len = code.carry.len() as u32;
            let is_marked = path
                .code
                .iter()
                .zip(marks(path))
                .any(|(instruction, marked)| marked && matches!(instruction.op, Op::Parameter(k) if k == state));
            let first = if is_marked {
                let array = self.plan.slots.take(len);
                self.plan.stored(array, len)
            } else {
                self.plan.homes((0..len).map(|_| Home::Local))
            };
            let mut givens = givens.clone();
            givens.push(Place::Values(first));
            let values = self.plan.homes.len() as u32;
            let path = self.plan.inline(path, &givens, self.depth + 1)?;
            if code.body.len() == 1 {
                let (values, state) = (values..self.plan.homes.len() as u32, code.carry.len());
                self.deliver_early(&path, values, state, deliveries, at_once);
            }
            paths.push((path, Place::Values(first)));
        }
        Ok(Form::Inline(paths))
    }

    fn apart(&mut self, code: &'p Loop<R>, array: Address) -> Result<Form<'p, R>, Error> {
        let mut givens = self.givens(code)?;
        let state = self.plan.slots.take(code.carry.len() as u32);
        let results = self.plan.slots.take(code.body.first().map_or(0, |path| path.results.len() as u32));
        let sums = self.plan.slots.take(2 * code.sums);
        givens.push(Place::Memory(state));
        let depth = self.depth;
        let paths = code.body.iter().map(|path| self.plan.routine(path, &givens, depth + 1, results));
        let paths = paths.collect::<Result<Vec<_>, _>>()?;
        self.plan.apart.push(Apart { code, depth, array, state, results, sums, paths });
        Ok(Form::Apart(self.plan.apart.len() - 1))
    }
}

/// Whether the body of a loop is functions of its own.
pub(crate) fn is_apart<R: Real>(code: &Loop<R>) -> bool {
    cost_of_loop(code) > LOOP && rows_at_once(code).is_none()
}

/// A loop with more code than this runs row by row unless it has many rows: the code for several rows at once comes on top.
const LONG: u32 = 300;

/// A loop with more code than this runs row by row.
const LONGEST: u32 = 3000;

/// So many instructions of a long body are worth a row.
const PER_ROW: u32 = 16;

/// How many rows of a loop run side by side. They have to take the same path whatever they are, without tests and inner loops,
/// and mostly by instructions that there are for all of them at once.
fn rows_at_once<R: Real>(code: &Loop<R>) -> Option<u32> {
    let lanes = Leaf::of::<R>()?.lanes_ty().lane_count();
    let [path] = &*code.body else { return None };
    let cost = cost_of_loop(code);
    let is_worth_it = cost <= LONG || cost <= LONGEST && cost / PER_ROW <= code.trips;
    let fits = code.carry.is_empty() && !code.reversed && code.trips >= 4 * lanes && is_worth_it;
    let (mut at_once, mut by_lane) = (0, 0);
    for instruction in &path.code {
        match &instruction.op {
            Op::Parameter(_) | Op::Constant(_) | Op::Pack => {}
            Op::Gate(Gate::Own(_)) | Op::Guard { .. } | Op::Exactly { .. } | Op::Arrays(_) | Op::Loop(_) => {
                return None;
            }
            _ if is_array(instruction) => return None,
            Op::Gate(gate) if is_gate_for_all(gate, true) => at_once += 1,
            _ => by_lane += 1,
        }
    }
    (fits && at_once > WORTH * by_lane).then_some(lanes)
}

/// So many operations at once make up for one that goes lane by lane.
const WORTH: usize = 3;
