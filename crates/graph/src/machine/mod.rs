//! `Machine<R>`: a program made ready to run over floats again and again.
//!
//! Instructions that do the same and do not wait for each other run side by side, as one step over several lanes: what an
//! unrolled loop does a thousand times is decoded once.

mod chunk;
mod group;
mod kernel;
mod looped;
mod lower;
mod path;
mod split;
mod step;
mod test;
mod wide;
mod widen;

use anygrad_core::{Error, Real};

use crate::Program;
use crate::code::Block;
use crate::failure::check_length;
use step::Step;

pub(crate) use chunk::{Chunk, Strip};
pub(crate) use path::Path;

/// A program made ready to run, with its working memory. One per thread; a run allocates nothing.
#[derive(Clone, Debug)]
pub(crate) struct Machine<R> {
    steps: Vec<Step<R>>,
    /// Constants, then parameters, then everything that the steps compute.
    slots: Vec<R>,
    /// Where each parameter is, and its length.
    parameters: Vec<(u32, u32)>,
    results: Vec<u32>,
    /// The same as stretches of slots side by side, or of one slot again and again.
    stretches: Vec<Stretch>,
    scratch: Vec<R>,
    /// The test that failed in the last run.
    failed: usize,
}

/// Slots, `stride` apart, which is 0 or 1.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    first: u32,
    stride: u32,
    len: u32,
}

impl Stretch {
    fn all_of(slots: &[u32]) -> Vec<Self> {
        let mut stretches: Vec<Self> = Vec::new();
        for &slot in slots {
            match stretches.last_mut() {
                Some(last) if last.len == 1 && slot.wrapping_sub(last.first) < 2 => {
                    (last.stride, last.len) = (slot - last.first, 2);
                }
                Some(last) if last.len > 1 && slot == last.first + last.stride * last.len => last.len += 1,
                _ => stretches.push(Self { first: slot, stride: 1, len: 1 }),
            }
        }
        stretches
    }
}

impl<R: Real> Machine<R> {
    pub(crate) fn of(program: &Program<R>) -> Self {
        let mut machine = Self::of_body(program.block());
        for (k, data) in program.data().iter().enumerate() {
            machine.fill(k + 1, data);
        }
        machine
    }

    pub(crate) fn of_body(block: &Block<R>) -> Self {
        lower::lower(block)
    }

    /// Computes the results of these inputs, which are given in parts.
    pub(crate) fn run(&mut self, x: &[&[R]], out: &mut [R]) -> Result<(), Error> {
        let (first, expected) = self.parameters.first().map_or((0, 0), |&(first, len)| (first as usize, len as usize));
        check_length("inputs", expected, x.iter().map(|part| part.len()).sum())?;
        check_length("outputs", self.results.len(), out.len())?;
        let mut slot = first;
        for part in x {
            self.slots[slot..slot + part.len()].copy_from_slice(part);
            slot += part.len();
        }
        if !self.execute() {
            return Err(self.failure());
        }
        let mut rest = out;
        for &Stretch { first, stride, len } in &self.stretches {
            let (own, others) = rest.split_at_mut(len as usize);
            match stride {
                0 => own.fill(self.slots[first as usize]),
                _ => own.copy_from_slice(&self.slots[first as usize..][..own.len()]),
            }
            rest = others;
        }
        Ok(())
    }

    /// Computes the results of all parameters; false where a test fails.
    pub(crate) fn run_body<'a>(&mut self, parameters: impl Iterator<Item = &'a [R]>, out: &mut [R]) -> bool {
        parameters.enumerate().for_each(|(k, values)| self.fill(k, values));
        let passed = self.execute();
        self.results().zip(out).for_each(|(result, out)| *out = result);
        passed
    }

    /// Sets a parameter; one that no instruction reads has no place.
    fn fill(&mut self, parameter: usize, values: &[R]) {
        if let Some(&(first, len)) = self.parameters.get(parameter)
            && len as usize == values.len()
        {
            self.slots[first as usize..][..values.len()].copy_from_slice(values);
        }
    }

    fn results(&self) -> impl ExactSizeIterator<Item = R> {
        self.results.iter().map(|&slot| self.slots[slot as usize])
    }

    /// Runs all steps; false at the first test that fails.
    fn execute(&mut self) -> bool {
        let Self { steps, slots, scratch, .. } = self;
        match steps.iter_mut().position(|step| !step.run(slots, scratch)) {
            None => true,
            Some(step) => {
                self.failed = step;
                false
            }
        }
    }

    /// The error of the test that failed last.
    fn failure(&self) -> Error {
        self.steps[self.failed].failure(&self.slots)
    }
}
