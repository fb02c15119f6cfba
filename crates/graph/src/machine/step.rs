//! `Step`: one operation of a machine, on one or more lanes.

use anygrad_core::{Binary, BinaryOp, Error, Real, Relation, Unary, UnaryOp};

use super::looped::Looped;
use crate::code::Gate;
use crate::failure::{comparison_changed, number_changed};
use crate::place::Place;
use crate::run::is_same;

/// Where the lanes of an operand are: from `first` on, `stride` apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lanes {
    pub(super) first: u32,
    pub(super) stride: u32,
}

/// One operation. Its results go to `to`, lane after lane.
#[derive(Clone, Debug)]
pub(super) enum Step<R> {
    Unary {
        op: UnaryOp<R>,
        to: u32,
        len: u32,
        x: Lanes,
    },
    Binary {
        op: BinaryOp,
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
    /// A gate of any number of arguments, listed.
    Gate {
        gate: Gate<R>,
        to: u32,
        args: Box<[u32]>,
    },
    /// The partial of a row of one argument.
    Slope {
        op: UnaryOp<R>,
        to: u32,
        len: u32,
        x: Lanes,
        y: Lanes,
    },
    Derivative {
        gate: Gate<R>,
        order: u32,
        to: u32,
        width: u32,
        args: Box<[u32]>,
    },
    Masked {
        to: u32,
        len: u32,
        test: Lanes,
        x: Lanes,
    },
    Copy {
        to: u32,
        from: Box<[u32]>,
    },
    Guard {
        relation: Relation,
        expected: bool,
        len: u32,
        a: Lanes,
        b: Lanes,
        place: Option<Place>,
    },
    Exactly {
        value: R,
        x: u32,
        place: Option<Place>,
    },
    Loop(Box<Looped<R>>),
}

impl<R: Real> Step<R> {
    /// This step and the next one as one chain of sums, if they are one.
    pub(super) fn joined(&self, next: &Self) -> Option<Self> {
        let chain = |step: &Self| match *step {
            Self::Chain { to, len, a, b } => Some((to, len, a, b)),
            Self::Binary { op: BinaryOp::Add, to, len: 1, a, b } => Some((to, 1, a.first, b)),
            _ => None,
        };
        let ((to, len, a, b), (next_to, 1, next_a, next_b)) = (chain(self)?, chain(next)?) else { return None };
        let stride = next_b.first.checked_sub(b.at(len - 1) as u32)?;
        let fits =
            next_to == to + len && next_a == to + len - 1 && (len == 1 || stride == b.stride) && next_b.first < to;
        fits.then_some(Self::Chain { to, len: len + 1, a, b: Lanes { first: b.first, stride } })
    }

    /// Runs the step; false if it is a test that fails.
    pub(super) fn run(&mut self, slots: &mut [R], scratch: &mut Vec<R>) -> bool {
        match self {
            Self::Unary { op, to, len, x } => unary(slots, *to, *len, *x, |x| op.value(x)),
            Self::Binary { op, to, len, a, b } => match op {
                BinaryOp::Add => binary(slots, *to, *len, *a, *b, |a, b| a + b),
                BinaryOp::Sub => binary(slots, *to, *len, *a, *b, |a, b| a - b),
                BinaryOp::Mul => binary(slots, *to, *len, *a, *b, |a, b| a * b),
                BinaryOp::Div => binary(slots, *to, *len, *a, *b, |a, b| a / b),
                _ => binary(slots, *to, *len, *a, *b, |a, b| op.value(a, b)),
            },
            Self::Chain { to, len, a, b } => {
                let (before, to) = slots.split_at_mut(*to as usize);
                let mut sum = before[*a as usize];
                for (lane, to) in (0..*len).zip(to) {
                    sum += before[b.at(lane)];
                    *to = sum;
                }
            }
            Self::Gate { gate, to, args } => {
                gather(slots, args, scratch);
                slots[*to as usize] = gate.value(scratch);
            }
            Self::Slope { op, to, len, x, y } => binary(slots, *to, *len, *x, *y, |x, y| op.partial(x, y)),
            Self::Derivative { gate, order, to, width, args } => {
                gather(slots, args, scratch);
                gate.derive(*order, scratch, &mut slots[*to as usize..][..*width as usize]);
            }
            Self::Masked { to, len, test, x } => {
                binary(slots, *to, *len, *test, *x, |test, x| if test.is_zero() { R::zero() } else { x });
            }
            Self::Copy { to, from } => {
                gather(slots, from, scratch);
                slots[*to as usize..][..from.len()].copy_from_slice(scratch);
            }
            Self::Guard { .. } => return self.failing_lane(slots).is_none(),
            Self::Exactly { value, x, .. } => return is_same(slots[*x as usize], *value),
            Self::Loop(looped) => return looped.run(slots),
        }
        true
    }

    /// The operands of the first lane in which the comparison comes out otherwise.
    fn failing_lane(&self, slots: &[R]) -> Option<(R, R)> {
        let Self::Guard { relation, expected, len, a, b, .. } = self else { return None };
        let operands = |lane| (slots[a.at(lane)], slots[b.at(lane)]);
        (0..*len).map(operands).find(|&(a, b)| relation.holds(a, b) != *expected)
    }

    /// The error of the test that failed.
    pub(super) fn failure(&self, slots: &[R]) -> Error {
        match self {
            Self::Guard { relation, place, .. } => {
                let (a, b) = self.failing_lane(slots).unwrap_or((R::nan(), R::nan()));
                comparison_changed(*relation, a, b, place)
            }
            Self::Exactly { value, place, .. } => number_changed(*value, place),
            Self::Loop(looped) => looped.failure(),
            _ => Error::InvalidProgram { at: 0, reason: "a failure of what tests nothing".into() },
        }
    }
}

impl Lanes {
    #[inline]
    fn at(self, lane: u32) -> usize {
        (self.first + lane * self.stride) as usize
    }

    /// The slots, where they are side by side.
    fn side_by_side<R>(self, slots: &[R], len: u32) -> Option<&[R]> {
        (self.stride == 1).then(|| &slots[self.first as usize..][..len as usize])
    }
}

fn gather<R: Real>(slots: &[R], from: &[u32], scratch: &mut Vec<R>) {
    scratch.clear();
    scratch.extend(from.iter().map(|&slot| slots[slot as usize]));
}

/// One operation on all lanes. What a step writes lies behind all that it reads.
#[inline]
fn unary<R: Real>(slots: &mut [R], to: u32, len: u32, x: Lanes, f: impl Fn(R) -> R) {
    let (before, to) = slots.split_at_mut(to as usize);
    if let Some(x) = x.side_by_side(before, len) {
        to.iter_mut().zip(x).for_each(|(to, &x)| *to = f(x));
    } else {
        (0..len).zip(to).for_each(|(lane, to)| *to = f(before[x.at(lane)]));
    }
}

#[inline]
fn binary<R: Real>(slots: &mut [R], to: u32, len: u32, a: Lanes, b: Lanes, f: impl Fn(R, R) -> R) {
    let (before, to) = slots.split_at_mut(to as usize);
    if len == 1 {
        to[0] = f(before[a.first as usize], before[b.first as usize]);
        return;
    }
    match (a.side_by_side(before, len), b.side_by_side(before, len)) {
        (Some(a), Some(b)) => to.iter_mut().zip(a).zip(b).for_each(|((to, &a), &b)| *to = f(a, b)),
        (Some(a), None) if b.stride == 0 => {
            let b = before[b.first as usize];
            to.iter_mut().zip(a).for_each(|(to, &a)| *to = f(a, b));
        }
        (None, Some(b)) if a.stride == 0 => {
            let a = before[a.first as usize];
            to.iter_mut().zip(b).for_each(|(to, &b)| *to = f(a, b));
        }
        _ => (0..len).zip(to).for_each(|(lane, to)| *to = f(before[a.at(lane)], before[b.at(lane)])),
    }
}
