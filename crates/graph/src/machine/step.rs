//! `Step`: one operation of a machine, on one or more lanes.

use anygrad_core::{BinaryOp, Error, Real};
use smallvec::SmallVec;

use super::kernel::{Kernel, Lanes};
use super::looped::Looped;
use super::test::Test;
use crate::code::Gate;
use crate::own_block::OwnBlock;

/// One operation. Its results go to `to`, lane after lane.
#[derive(Clone, Debug)]
pub(super) enum Step<R> {
    Kernel {
        kernel: Kernel<R>,
        to: u32,
        len: u32,
        a: Lanes,
        b: Lanes,
    },
    /// Sums one after the other: the first adds the first lane of `b` to `a`, each other one the next lane to the sum before.
    Chain {
        to: u32,
        len: u32,
        a: u32,
        b: Lanes,
    },
    /// A gate of any number of arguments, listed: its value, or from order 1 on a derivative.
    Gate {
        gate: Gate<R>,
        order: u32,
        to: u32,
        width: u32,
        args: Box<[u32]>,
    },
    Copy {
        to: u32,
        from: Box<[u32]>,
    },
    Test {
        test: Test<R>,
        len: u32,
        a: Lanes,
        b: Lanes,
    },
    /// An operation on arrays, with the first slot and the length of each.
    Arrays {
        block: OwnBlock<R>,
        to: u32,
        width: u32,
        args: Box<[(u32, u32)]>,
    },
    Loop(Box<Looped<R>>),
}

impl<R: Real> Step<R> {
    /// This step and the next one as one chain of sums, if they are one.
    pub(super) fn joined(&self, next: &Self) -> Option<Self> {
        let chain = |step: &Self| match *step {
            Self::Chain { to, len, a, b } => Some((to, len, a, b)),
            Self::Kernel { kernel: Kernel::Binary(BinaryOp::Add), to, len: 1, a, b } => Some((to, 1, a.first, b)),
            _ => None,
        };
        let ((to, len, a, b), (next_to, 1, next_a, next_b)) = (chain(self)?, chain(next)?) else { return None };
        let stride = next_b.first.checked_sub(b.at(len - 1) as u32)?;
        let fits =
            next_to == to + len && next_a == to + len - 1 && (len == 1 || stride == b.stride) && next_b.first < to;
        fits.then_some(Self::Chain { to, len: len + 1, a, b: Lanes { first: b.first, stride } })
    }

    /// Runs the step; false if it is a test that fails.
    #[inline]
    pub(super) fn run(&mut self, slots: &mut [R], scratch: &mut Vec<R>) -> bool {
        match *self {
            Self::Kernel { kernel, to, len: 1, a, b } => {
                slots[to as usize] = kernel.value(slots[a.first as usize], slots[b.first as usize]);
                true
            }
            _ => self.run_lanes(slots, scratch),
        }
    }

    fn run_lanes(&mut self, slots: &mut [R], scratch: &mut Vec<R>) -> bool {
        match self {
            Self::Kernel { kernel, to, len, a, b } => kernel.run(slots, *to, *len, *a, *b),
            Self::Chain { to, len, a, b } => {
                let (before, to) = slots.split_at_mut(*to as usize);
                let mut sum = before[*a as usize];
                for (lane, to) in (0..*len).zip(to) {
                    sum += before[b.at(lane)];
                    *to = sum;
                }
            }
            Self::Gate { gate, order, to, width, args } => {
                gather(slots, args, scratch);
                gate.compute(*order, scratch, &mut slots[*to as usize..][..*width as usize]);
            }
            Self::Copy { to, from } => {
                gather(slots, from, scratch);
                slots[*to as usize..][..from.len()].copy_from_slice(scratch);
            }
            Self::Arrays { block, to, width, args } => {
                let (before, to) = slots.split_at_mut(*to as usize);
                let operand = |&(first, len): &(u32, u32)| &before[first as usize..][..len as usize];
                let args: SmallVec<[&[R]; 4]> = args.iter().map(operand).collect();
                block.write(&args, &mut to[..*width as usize]);
            }
            Self::Test { .. } => return self.failing_lane(slots).is_none(),
            Self::Loop(looped) => return looped.run(slots),
        }
        true
    }

    /// The operands of the first lane in which the test fails.
    fn failing_lane(&self, slots: &[R]) -> Option<(R, R)> {
        let Self::Test { test, len, a, b } = self else { return None };
        let operands = |lane| (slots[a.at(lane)], slots[b.at(lane)]);
        (0..*len).map(operands).find(|&(a, b)| !test.passes(a, b))
    }

    /// The error of the test that failed.
    pub(super) fn failure(&self, slots: &[R]) -> Error {
        match self {
            Self::Test { test, .. } => {
                let (a, b) = self.failing_lane(slots).unwrap_or((R::nan(), R::nan()));
                test.failure(a, b)
            }
            Self::Loop(looped) => looped.failure(),
            _ => Error::InvalidProgram { at: 0, reason: "a failure of what tests nothing".into() },
        }
    }
}

fn gather<R: Real>(slots: &[R], from: &[u32], scratch: &mut Vec<R>) {
    scratch.clear();
    scratch.extend(from.iter().map(|&slot| slots[slot as usize]));
}

impl<R: Real> Gate<R> {
    /// The value, or from order 1 on the derivative of that order.
    #[inline]
    pub(super) fn compute(&self, order: u32, args: &[R], out: &mut [R]) {
        if order == 0 { out[0] = self.value(args) } else { self.derive(order, args, out) }
    }
}
