//! `Path<R>`: one path through the body of a loop, made ready to run.

use anygrad_core::{Error, Real};

use super::Machine;
use super::chunk::{Chunk, Strip};
use super::group::Group;
use super::split::split;
use super::wide::Wide;
use super::widen::widen;
use crate::code::Block;

/// A path: what all rows have in common is computed once, the rest row by row or for many rows at once.
#[derive(Clone, Debug)]
pub(crate) struct Path<R> {
    rows: u32,
    common: Machine<R>,
    /// What the rest reads of it.
    shared: Vec<R>,
    /// Whether all rows pass the tests that they have in common.
    passes: bool,
    rest: Rest<R>,
}

#[derive(Clone, Debug)]
enum Rest<R> {
    Wide(Wide<R>),
    ByRow(Machine<R>),
}

impl<R: Real> Path<R> {
    /// A path whose parameters are so many rows, so many captures, and the state.
    pub(crate) fn of(block: &Block<R>, rows: u32, captures: u32) -> Self {
        let split = split(block, rows, captures);
        let by_row = Machine::of_body(&split.rest);
        // Many rows at once are worth it if there are fewer steps to a row.
        let wide = widen(&split.rest, rows).filter(|wide| wide.steps.len() < by_row.steps.len() * wide.width as usize);
        let rest = wide.map_or(Rest::ByRow(by_row), Rest::Wide);
        let shared = vec![R::zero(); split.common.results.len()];
        Self { rows, common: Machine::of_body(&split.common), shared, passes: false, rest }
    }

    /// Whether rows run one after the other.
    pub(super) fn is_by_row(&self) -> bool {
        matches!(self.rest, Rest::ByRow(_))
    }

    /// Begins a loop: sets what is captured.
    pub(crate) fn begin<'a>(&mut self, captures: impl Iterator<Item = &'a [R]>) {
        self.passes = self.common.run_body(captures, &mut self.shared);
        match &mut self.rest {
            Rest::Wide(wide) => wide.begin(&self.shared),
            Rest::ByRow(machine) => machine.fill(self.rows as usize, &self.shared),
        }
    }

    /// Runs the open rows of a chunk, and closes those that take this path.
    pub(crate) fn run<'a>(&mut self, chunk: &mut Chunk<R>, strip: impl Fn(usize) -> Strip<'a, R>, state: &[R]) {
        if !self.passes || chunk.open() == Group::NONE {
            return;
        }
        match &mut self.rest {
            Rest::Wide(wide) => wide.run(chunk, strip),
            Rest::ByRow(machine) => {
                for lane in chunk.open().lanes() {
                    let row = chunk.first() + lane;
                    (0..self.rows as usize).for_each(|k| machine.fill(k, strip(k).row(row)));
                    machine.fill(self.rows as usize + 1, state);
                    if machine.execute() {
                        chunk.close(row, machine.results());
                    }
                }
            }
        }
    }

    /// The error of a test that kept a row from this path, the only one of the last run.
    pub(super) fn failure(&self) -> Option<Error> {
        if !self.passes {
            return Some(self.common.failure());
        }
        match &self.rest {
            Rest::Wide(wide) => wide.failure(),
            Rest::ByRow(machine) => Some(machine.failure()),
        }
    }
}
