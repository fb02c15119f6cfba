//! `Kernel<R>`: one operation on lanes, the same on each.

use anygrad_core::{Binary, BinaryOp, Real, Unary, UnaryOp};

use crate::code::{Gate, Op};

/// Where the lanes of an operand are: from `first` on, `stride` apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lanes {
    pub(super) first: u32,
    pub(super) stride: u32,
}

/// An operation of one or two operands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kernel<R> {
    Unary(UnaryOp<R>),
    Binary(BinaryOp),
    /// The partial of a row of one argument, at `x` and `y`.
    Slope(UnaryOp<R>),
    Masked,
}

/// The second operand of a kernel.
#[derive(Clone, Copy, Debug)]
pub(super) enum Second<R> {
    /// The second operand of the instruction.
    Own,
    /// The first one once more.
    First,
    Constant(R),
}

impl<R: Real> Kernel<R> {
    /// What an instruction does, if it is the same for each of its lanes.
    pub(super) fn of(op: &Op<R>) -> Option<(Self, Second<R>)> {
        Some(match op {
            Op::Gate(Gate::Unary(op)) => Self::of_unary(*op),
            Op::Gate(Gate::Binary(op)) => (Self::Binary(*op), Second::Own),
            Op::Derivative { gate: Gate::Unary(op), order: 1 } => (Self::Slope(*op), Second::Own),
            Op::Masked => (Self::Masked, Second::Own),
            _ => return None,
        })
    }

    /// Gates with a constant are gates of two arguments, and `x²` is `x·x` to the bit.
    fn of_unary(op: UnaryOp<R>) -> (Self, Second<R>) {
        match op {
            UnaryOp::AddConst(gate) => (Self::Binary(BinaryOp::Add), Second::Constant(gate.c)),
            UnaryOp::MulConst(gate) => (Self::Binary(BinaryOp::Mul), Second::Constant(gate.c)),
            UnaryOp::DivConst(gate) => (Self::Binary(BinaryOp::Div), Second::Constant(gate.c)),
            UnaryOp::Powi(gate) if gate.n == 2 => (Self::Binary(BinaryOp::Mul), Second::First),
            _ => (Self::Unary(op), Second::First),
        }
    }

    /// What kernels of one kind have in common: a name, and a constant.
    pub(super) fn name(self) -> (&'static str, u32, Option<u64>) {
        match self {
            Self::Unary(op) => (op.name(), 0, op.constant().map(f64::to_bits)),
            Self::Binary(op) => (Binary::<R>::name(op), 0, None),
            Self::Slope(op) => (op.name(), 1, op.constant().map(f64::to_bits)),
            Self::Masked => ("masked", 2, None),
        }
    }

    /// One lane.
    #[inline]
    pub(super) fn value(self, a: R, b: R) -> R {
        match self {
            Self::Unary(op) => op.value(a),
            Self::Binary(BinaryOp::Add) => a + b,
            Self::Binary(BinaryOp::Sub) => a - b,
            Self::Binary(BinaryOp::Mul) => a * b,
            Self::Binary(op) => op.value(a, b),
            Self::Slope(op) => op.partial(a, b),
            Self::Masked if a.is_zero() => R::zero(),
            Self::Masked => b,
        }
    }

    /// Computes `len` lanes; the results go to `to`, which lies behind all operands, lane after lane.
    pub(super) fn run(self, slots: &mut [R], to: u32, len: u32, a: Lanes, b: Lanes) {
        match self {
            Self::Unary(op) => match op {
                UnaryOp::Neg(gate) => unary(slots, to, len, a, |x| gate.value(x)),
                UnaryOp::Recip(gate) => unary(slots, to, len, a, |x| gate.value(x)),
                UnaryOp::FromZero(gate) => unary(slots, to, len, a, |x| gate.value(x)),
                UnaryOp::Sqrt(gate) => unary(slots, to, len, a, |x| gate.value(x)),
                UnaryOp::Abs(gate) => unary(slots, to, len, a, |x| gate.value(x)),
                UnaryOp::Relu(gate) => unary(slots, to, len, a, |x| gate.value(x)),
                _ => unary(slots, to, len, a, |x| op.value(x)),
            },
            Self::Binary(op) => match op {
                BinaryOp::Add => binary(slots, to, len, a, b, |a, b| a + b),
                BinaryOp::Sub => binary(slots, to, len, a, b, |a, b| a - b),
                BinaryOp::Mul => binary(slots, to, len, a, b, |a, b| a * b),
                BinaryOp::Div => binary(slots, to, len, a, b, |a, b| a / b),
                _ => binary(slots, to, len, a, b, |a, b| op.value(a, b)),
            },
            Self::Slope(op) => binary(slots, to, len, a, b, |x, y| op.partial(x, y)),
            Self::Masked => binary(slots, to, len, a, b, |a, b| self.value(a, b)),
        }
    }
}

impl Lanes {
    #[inline]
    pub(super) fn at(self, lane: u32) -> usize {
        (self.first + lane * self.stride) as usize
    }

    /// The slots, where they are side by side.
    pub(super) fn side_by_side<R>(self, slots: &[R], len: u32) -> Option<&[R]> {
        (self.stride == 1).then(|| &slots[self.first as usize..][..len as usize])
    }
}

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
