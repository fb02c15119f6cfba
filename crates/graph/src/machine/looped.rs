//! `Looped<R>`: a loop as a step of a machine.

use anygrad_core::{Error, Real};

use super::Machine;
use crate::code::{Layout, Loop, Operand};
use crate::run::Sum;

/// A loop with a machine for each path through its body.
#[derive(Clone, Debug)]
pub(super) struct Looped<R> {
    trips: u32,
    reversed: bool,
    /// The slot of each array of rows.
    rows: Vec<(u32, Layout)>,
    captures: Vec<(u32, u32)>,
    carry: Vec<u32>,
    outs: Vec<Layout>,
    to: u32,
    width: u32,
    paths: Vec<Machine<R>>,
    state: Vec<R>,
    sums: Vec<Sum<R>>,
}

impl<R: Real> Looped<R> {
    pub(super) fn of(body: &Loop<R>, to: u32, slot: impl Fn(Operand) -> u32) -> Self {
        Self {
            trips: body.trips,
            reversed: body.reversed,
            rows: body.rows.iter().map(|row| (slot(row.first), row.layout)).collect(),
            captures: body.captures.iter().map(|span| (slot(span.first), span.len)).collect(),
            carry: body.carry.iter().map(|&operand| slot(operand)).collect(),
            outs: body.outs.clone(),
            to,
            width: body.width(),
            paths: body.body.iter().map(Machine::of_body).collect(),
            state: vec![R::zero(); body.carry.len()],
            sums: vec![Sum::new(); body.sums as usize],
        }
    }

    /// Runs all rows; false where one takes a path that is not known.
    pub(super) fn run(&mut self, slots: &mut [R]) -> bool {
        let (before, own) = slots.split_at_mut(self.to as usize);
        let own = &mut own[..self.width as usize];
        own.fill(R::zero());
        self.state.iter_mut().zip(&self.carry).for_each(|(state, &slot)| *state = before[slot as usize]);
        self.sums.fill(Sum::new());
        for (k, &(first, len)) in self.captures.iter().enumerate() {
            let values = &before[first as usize..][..len as usize];
            self.paths.iter_mut().for_each(|path| path.fill(self.rows.len() + k, values));
        }
        for trip in 0..self.trips {
            let row = if self.reversed { self.trips - 1 - trip } else { trip };
            let Some(path) = self.take_path(before, row) else { return false };
            self.keep(path, trip, row, own);
        }
        let sums = self.sums.iter().map(|sum| sum.total());
        own.iter_mut().zip(self.state.iter().copied().chain(sums)).for_each(|(own, value)| *own = value);
        true
    }

    /// Runs a row by the first path whose tests it passes.
    fn take_path(&mut self, before: &[R], row: u32) -> Option<usize> {
        let Self { rows, captures, state, paths, .. } = self;
        paths.iter_mut().position(|path| {
            for (k, &(first, layout)) in rows.iter().enumerate() {
                path.fill(k, &before[(first + row * layout.step) as usize..][..layout.width as usize]);
            }
            path.fill(rows.len() + captures.len(), state);
            path.execute()
        })
    }

    /// Takes the results of a row in.
    fn keep(&mut self, path: usize, trip: u32, row: u32, own: &mut [R]) {
        let mut results = self.paths[path].results();
        self.state.iter_mut().zip(&mut results).for_each(|(state, value)| *state = value);
        self.sums.iter_mut().zip(&mut results).for_each(|(sum, term)| sum.add(trip, term));
        let mut first = self.state.len() + self.sums.len();
        for layout in &self.outs {
            let place = &mut own[first + (row * layout.step) as usize..][..layout.width as usize];
            let adds = layout.step < layout.width;
            for (slot, value) in place.iter_mut().zip(&mut results) {
                *slot = if adds { *slot + value } else { value };
            }
            first += layout.len(self.trips) as usize;
        }
    }

    /// The error of the row that takes a path that is not known: the test of the first one.
    pub(super) fn failure(&self) -> Error {
        self.paths
            .first()
            .map_or_else(|| Error::InvalidProgram { at: 0, reason: "a loop without a body".into() }, Machine::failure)
    }
}
