//! How the loops of a block are laid out.

use std::ops::Range;

use anygrad_core::{Error, Real};
use anygrad_graph::code::{Loop, Op};

use crate::address::{Address, Stride};
use crate::cost::{LOOP, cost_of_loop};
use crate::layout::Layout;
use crate::marks::marks;
use crate::plan::{Apart, Delivery, Form, Home, Inner, Part, Place, Source, Target};
use crate::target::unavailable;

/// With more numbers that change from row to row, sums are in memory: a register that is spilled is moved at every row.
const REGISTERS: usize = 10;

impl<'p, R: Real> Layout<'_, 'p, R> {
    /// Finds places for what a loop defines, and for the numbers of its body.
    pub(crate) fn repeat(&mut self, def: u32, code: &'p Loop<R>) -> Result<Place, Error> {
        let width = code.width();
        let array = self.plan.slots.take(width);
        let values = code.carry.len() as u32 + code.sums;
        let first = self.plan.stored(array, values);
        let is_apart = cost_of_loop(code) > LOOP;
        let is_crowded = !is_apart && code.carry.len() + code.sums as usize > REGISTERS;
        let totals = is_crowded.then(|| self.plan.slots.take(2 * code.sums));
        let mut deliveries = self.row_deliveries(code, array, totals);
        let form = match code.trips {
            0 => Form::Inline(Vec::new()),
            _ if is_apart => self.apart(code, array)?,
            _ => self.inline_paths(code, &mut deliveries)?,
        };
        self.loops.insert(def, Inner { code, array, totals, deliveries, form });
        Ok(Place::Both { first, values, array })
    }

    /// What becomes of the results of a row when it is complete.
    fn row_deliveries(&mut self, code: &Loop<R>, array: Address, totals: Option<Address>) -> Vec<Delivery> {
        let sum = |k| {
            totals.map_or(Delivery::Register, |totals| Delivery::AtEnd(Target { address: totals.plus(k), adds: true }))
        };
        let mut deliveries: Vec<Delivery> = (0..code.sums).map(sum).collect();
        for (k, out) in code.outs.iter().enumerate() {
            let rows = self.plan.strides.with(array.rows, Stride { depth: self.depth, step: out.step });
            let first = Address { rows, ..array.plus(code.first_out(k)) };
            let adds = out.step < out.width;
            deliveries.extend((0..out.width).map(|at| Delivery::AtEnd(Target { address: first.plus(at), adds })));
        }
        deliveries
    }

    /// Delivers the results of the only path through a body when they are computed: a test that fails later ends the loop, so
    /// that what it has left in memory does not matter. `values` are those that the path computes.
    fn deliver_early(&mut self, path: &Part<'p, R>, values: Range<u32>, state: usize, deliveries: &mut [Delivery]) {
        for (delivery, &result) in deliveries.iter_mut().zip(&path.block.results[state..]) {
            if let (Delivery::AtEnd(target), Source::Value(value)) = (*delivery, self.plan.source(&path.places, result))
                && values.contains(&value)
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
            givens.push(match self.places[span.first.def as usize] {
                Place::Memory(array) | Place::Both { array, .. } => Place::Memory(array.plus(span.first.at)),
                Place::Values(first) => Place::Values(first + span.first.at),
            });
        }
        Ok(givens)
    }

    fn inline_paths(&mut self, code: &'p Loop<R>, deliveries: &mut [Delivery]) -> Result<Form<'p, R>, Error> {
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
                self.deliver_early(&path, values..self.plan.homes.len() as u32, code.carry.len(), deliveries);
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
