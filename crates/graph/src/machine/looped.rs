//! `Looped<R>`: a loop as a step of a machine.

use anygrad_core::{Error, Real};

use super::chunk::{Chunk, Strip};
use super::path::Path;
use crate::code::{Layout, Loop, Operand};
use crate::run::Sum;

/// A loop with the paths through its body.
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
    len: u32,
    paths: Vec<Path<R>>,
    chunk: Chunk<R>,
    state: Vec<R>,
    sums: Vec<Sum<R>>,
}

impl<R: Real> Looped<R> {
    pub(super) fn of(body: &Loop<R>, to: u32, slot: impl Fn(Operand) -> u32) -> Self {
        let (rows, captures) = (body.rows.len() as u32, body.captures.len() as u32);
        let paths: Vec<_> = body.body.iter().map(|path| Path::of(path, rows, captures)).collect();
        Self {
            trips: body.trips,
            reversed: body.reversed,
            rows: body.rows.iter().map(|row| (slot(row.first), row.layout)).collect(),
            captures: body.captures.iter().map(|span| (slot(span.first), span.len)).collect(),
            carry: body.carry.iter().map(|&operand| slot(operand)).collect(),
            outs: body.outs.clone(),
            to,
            len: body.width(),
            chunk: Chunk::of(paths.iter().all(Path::is_by_row)),
            paths,
            state: vec![R::zero(); body.carry.len()],
            sums: vec![Sum::new(); body.sums as usize],
        }
    }

    /// Runs all rows; false where one takes a path that is not known.
    pub(super) fn run(&mut self, slots: &mut [R]) -> bool {
        let (before, own) = slots.split_at_mut(self.to as usize);
        let own = &mut own[..self.len as usize];
        self.begin(before, own);
        let width = self.chunk.width();
        for trip in (0..self.trips).step_by(width as usize) {
            let len = width.min(self.trips - trip);
            self.chunk.begin(if self.reversed { self.trips - trip - len } else { trip }, len);
            if !self.take_paths(before) {
                return false;
            }
            self.keep(trip, own);
        }
        let sums = self.sums.iter().map(|sum| sum.total());
        own.iter_mut().zip(self.state.iter().copied().chain(sums)).for_each(|(own, value)| *own = value);
        true
    }

    fn begin(&mut self, before: &[R], own: &mut [R]) {
        self.state.iter_mut().zip(&self.carry).for_each(|(state, &slot)| *state = before[slot as usize]);
        self.sums.fill(Sum::new());
        if self.trips > 0 {
            let captures = self.captures.iter().map(|&(first, len)| &before[first as usize..][..len as usize]);
            self.paths.iter_mut().for_each(|path| path.begin(captures.clone()));
        }
        let mut first = self.state.len() + self.sums.len();
        for layout in &self.outs {
            let array = &mut own[first..][..layout.len(self.trips) as usize];
            first += array.len();
            layout.begin(array);
        }
    }

    /// Runs each row of the chunk by the first path whose tests it passes. False if a row passes those of none; then the first
    /// path runs that row once more, for its test to be told.
    fn take_paths(&mut self, before: &[R]) -> bool {
        let Self { rows, state, paths, chunk, .. } = self;
        let strip = |k: usize| {
            let (first, layout): (u32, _) = rows[k];
            Strip { values: &before[first as usize..], layout }
        };
        paths.iter_mut().for_each(|path| path.run(chunk, strip, state));
        let Some((first, last)) = chunk.open_rows() else { return true };
        chunk.begin(if self.reversed { last } else { first }, 1);
        paths.iter_mut().take(1).for_each(|path| path.run(chunk, strip, state));
        false
    }

    /// Takes the results of the chunk in, in the order of its trips.
    fn keep(&mut self, trip: u32, own: &mut [R]) {
        let Self { chunk, state, sums, reversed, .. } = self;
        let lane = |i: u32| (if *reversed { chunk.len() - 1 - i } else { i }) as usize;
        // Where there is a state, chunks have one row.
        state.iter_mut().zip(chunk.results(0)).for_each(|(state, lanes)| *state = lanes[0]);
        if let Some(results) = chunk.only_row() {
            sums.iter_mut().zip(&results[state.len()..]).for_each(|(sum, &term)| sum.add(trip, term));
        } else {
            sums.iter_mut().zip(chunk.results(state.len())).for_each(|(sum, terms)| {
                // A copy, which need not go through memory.
                let mut total = *sum;
                (0..chunk.len()).for_each(|i| total.add(trip + i, terms[lane(i)]));
                *sum = total;
            });
        }
        let first = state.len() + sums.len();
        let (mut rest, mut result) = (&mut own[first..], first);
        for layout in &self.outs {
            let (array, others) = rest.split_at_mut(layout.len(self.trips) as usize);
            self.keep_output(*layout, result, array);
            (rest, result) = (others, result + layout.width as usize);
        }
    }

    /// Takes an output in. What falls on one place comes from different elements of rows, the later rows from the earlier
    /// elements, unless all rows are at one place.
    fn keep_output(&self, layout: Layout, first: usize, array: &mut [R]) {
        let (chunk, adds) = (&self.chunk, layout.adds());
        let put = |place: &mut R, &value: &R| *place = if adds { *place + value } else { value };
        for i in 0..layout.width {
            let at = if self.reversed { i } else { layout.width - 1 - i };
            let values = chunk.result(first + at as usize);
            let places = &mut array[(chunk.first() * layout.step + at) as usize..];
            match layout.step as usize {
                0 if self.reversed => values.iter().rev().for_each(|value| put(&mut places[0], value)),
                0 => values.iter().for_each(|value| put(&mut places[0], value)),
                1 => places.iter_mut().zip(values).for_each(|(place, value)| put(place, value)),
                step => places.iter_mut().step_by(step).zip(values).for_each(|(place, value)| put(place, value)),
            }
        }
    }

    /// The error of the row that takes a path that is not known: the test of the first one.
    pub(super) fn failure(&self) -> Error {
        let failure = self.paths.first().and_then(Path::failure);
        failure.unwrap_or_else(|| Error::InvalidProgram { at: 0, reason: "a loop without a body".into() })
    }
}
