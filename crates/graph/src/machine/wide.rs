//! `Wide<R>`: the body of a loop made ready to run on many rows at once.

use anygrad_core::{Error, Real};

use super::chunk::{Chunk, Strip};
use super::group::Group;
use super::kernel::{Kernel, Lanes};
use super::test::Test;
use crate::code::Gate;

/// A body whose numbers have a slot for each of some rows, side by side; what all rows have in common has one.
#[derive(Clone, Debug)]
pub(super) struct Wide<R> {
    /// The number of these slots.
    pub(super) width: u32,
    pub(super) inputs: Vec<Input>,
    /// Where that is what all rows have in common.
    pub(super) common: u32,
    pub(super) steps: Vec<Step<R>>,
    pub(super) slots: Vec<R>,
    pub(super) results: Vec<Lanes>,
    pub(super) scratch: Vec<R>,
}

/// An element of a row, and where its lanes go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input {
    pub(super) strip: u32,
    pub(super) at: u32,
    pub(super) to: u32,
}

/// One operation on all lanes.
#[derive(Clone, Debug)]
pub(super) enum Step<R> {
    Kernel {
        kernel: Kernel<R>,
        to: u32,
        a: Lanes,
        b: Lanes,
    },
    /// The value of a gate, or from order 1 on a derivative, whose components have lanes of their own.
    Gate {
        gate: Gate<R>,
        order: u32,
        to: Box<[u32]>,
        args: Box<[Lanes]>,
    },
    Test {
        test: Test<R>,
        a: Lanes,
        b: Lanes,
    },
}

impl<R: Real> Wide<R> {
    /// Sets what all rows have in common.
    pub(super) fn begin(&mut self, common: &[R]) {
        self.slots[self.common as usize..][..common.len()].copy_from_slice(common);
    }

    /// Runs the open rows of a chunk, and closes those that pass all tests.
    pub(super) fn run<'a>(&mut self, chunk: &mut Chunk<R>, strip: impl Fn(usize) -> Strip<'a, R>) {
        let mut open = chunk.open();
        while open != Group::NONE {
            let group = open.take(self.width);
            open = open.without(group);
            for input in &self.inputs {
                let to = &mut self.slots[input.to as usize..];
                chunk.gather(group, strip(input.strip as usize), input.at, to);
            }
            let failed = self.execute(group.len());
            chunk.keep(group, failed, &self.slots, &self.results);
        }
    }

    /// Runs all steps on so many lanes; returns those in which a test fails. Stops where one failed in each.
    fn execute(&mut self, len: u32) -> Group {
        let Self { steps, slots, scratch, .. } = self;
        let mut failed = Group::NONE;
        for step in steps {
            failed = failed.with(step.run(slots, len, scratch));
            if failed.len() == len {
                break;
            }
        }
        failed
    }

    /// The error of the first test that the first row of the last run failed.
    pub(super) fn failure(&self) -> Option<Error> {
        self.steps.iter().find_map(|step| match step {
            Step::Test { test, a, b } => {
                let [a, b] = [a, b].map(|operand| self.slots[operand.first as usize]);
                (!test.passes(a, b)).then(|| test.failure(a, b))
            }
            _ => None,
        })
    }
}

impl<R: Real> Step<R> {
    /// Runs the step; returns the lanes in which it is a test that fails.
    fn run(&self, slots: &mut [R], len: u32, scratch: &mut Vec<R>) -> Group {
        match self {
            Self::Kernel { kernel, to, a, b } => kernel.run(slots, *to, len, *a, *b),
            Self::Gate { gate, order, to, args } => {
                for lane in 0..len {
                    scratch.clear();
                    scratch.extend(args.iter().map(|arg| slots[arg.at(lane)]));
                    scratch.resize(args.len() + to.len(), R::zero());
                    let (args, out) = scratch.split_at_mut(args.len());
                    gate.compute(*order, args, out);
                    to.iter().zip(out).for_each(|(&to, &mut value)| slots[(to + lane) as usize] = value);
                }
            }
            Self::Test { test, a, b } => {
                let fails = |lane: &u32| !test.passes(slots[a.at(*lane)], slots[b.at(*lane)]);
                return (0..len).filter(fails).collect();
            }
        }
        Group::NONE
    }
}
