//! `Node<'g, R>`: a number that is recorded as part of a program.

use std::any::Any;
use std::fmt;
use std::panic::Location;

use anygrad_core::arrays::Block;
use anygrad_core::loops::Repeat;
use anygrad_core::{Binary, Nary, Real, Relation, Scalar, Unary, impl_scalar_traits};

use crate::code::{Gate, Op, Operand};
use crate::nodes::Nodes;
use crate::opaque::Opaque;
use crate::own::OwnGate;
use crate::recorder::Recorder;
use crate::structural::Masked;

/// A number of a program in the making, or a constant: where it is defined, and its value at the point of recording.
///
/// A comparison is answered by the values, and the answer is kept as a guard; [`primal`](Scalar::primal) pins the value
/// itself. What looks at a number's floats without asking for their order ([`every`](Scalar::every)) sees NaN, since a
/// program is for all values.
#[derive(Clone, Copy)]
pub struct Node<'g, R> {
    recorder: Option<&'g Recorder<R>>,
    frame: u32,
    operand: Operand,
    value: R,
}

impl<'g, R: Real> Node<'g, R> {
    pub(crate) fn constant_of(value: R) -> Self {
        Self { recorder: None, frame: 0, operand: Operand { def: 0, at: 0 }, value }
    }

    pub(crate) fn of(recorder: &'g Recorder<R>, frame: u32, operand: Operand, value: R) -> Self {
        Self { recorder: Some(recorder), frame, operand, value }
    }

    /// The value at the point of recording.
    pub(crate) fn value(&self) -> R {
        self.value
    }

    /// The block and the place in it; none for a constant.
    pub(crate) fn place(&self) -> Option<(u32, Operand)> {
        self.recorder.map(|_| (self.frame, self.operand))
    }

    pub(crate) fn recorder(&self) -> Option<&'g Recorder<R>> {
        self.recorder
    }

    /// A gate that has no form of its own, on arguments that are not all constant.
    fn gate(recorder: &'g Recorder<R>, gate: Gate<R>, args: &[Self], value: R) -> Self {
        recorder.node(recorder.emit(Op::Gate(gate), args, 1), value)
    }
}

impl<'g, R: Real> Scalar for Node<'g, R> {
    type Real = R;
    type Array = Nodes<'g, R>;

    fn constant(c: R) -> Self {
        Self::constant_of(c)
    }

    #[track_caller]
    fn primal(self) -> R {
        if let Some(recorder) = self.recorder {
            recorder.exactly(self, Location::caller());
        }
        self.value
    }

    fn unary<G: Unary<R>>(self, gate: G) -> Self {
        let value = gate.value(self.value);
        match (self.recorder, gate.opcode()) {
            (None, _) => Self::constant_of(value),
            (Some(recorder), Some(op)) => recorder.unary(op, self, value),
            (Some(recorder), None) => Self::gate(recorder, Gate::Own(OwnGate::unary(gate)), &[self], value),
        }
    }

    fn binary<G: Binary<R>>(self, gate: G, rhs: Self) -> Self {
        let value = gate.value(self.value, rhs.value);
        match (self.recorder.or(rhs.recorder), gate.opcode()) {
            (None, _) => Self::constant_of(value),
            (Some(recorder), Some(op)) => recorder.binary(op, self, rhs, value),
            (Some(recorder), None) => Self::gate(recorder, Gate::Own(OwnGate::binary(gate)), &[self, rhs], value),
        }
    }

    fn nary<G: Nary<R>>(gate: G, args: &[Self]) -> Self {
        let values: Vec<R> = args.iter().map(|arg| arg.value).collect();
        let value = gate.value(&values);
        let Some(recorder) = args.iter().find_map(|arg| arg.recorder) else {
            return Self::constant_of(value);
        };
        // What another program has an instruction for.
        let any = &gate as &dyn Any;
        if let Some(opaque) = any.downcast_ref::<Opaque<R>>() {
            return Self::opaque(recorder, *opaque, args, value);
        }
        if any.is::<Masked>() {
            return recorder.node(recorder.emit(Op::Masked, args, 1), value);
        }
        let gate = gate.opcode().map_or_else(|| Gate::Own(OwnGate::nary(gate)), Gate::Nary);
        Self::gate(recorder, gate, args, value)
    }

    #[track_caller]
    fn holds(self, relation: Relation, other: Self) -> bool {
        let outcome = relation.holds(self.value, other.value);
        if let Some(recorder) = self.recorder.or(other.recorder) {
            recorder.guard(relation, self, other, outcome, Location::caller());
        }
        outcome
    }

    fn is_constant(self) -> bool {
        self.recorder.is_none()
    }

    fn repeat<L: Repeat<Self>>(body: L) -> L::Output {
        crate::repeat::repeat(body)
    }

    fn block<B: Block<R>>(block: B, args: &[&Nodes<'g, R>]) -> Nodes<'g, R> {
        Nodes::block(block, args)
    }

    fn every(self, test: impl Fn(R) -> bool + Copy) -> bool {
        test(if self.recorder.is_some() { R::nan() } else { self.value })
    }
}

impl<'g, R: Real> Node<'g, R> {
    /// A derivative of a gate that another program keeps: an instruction of its own.
    fn opaque(recorder: &'g Recorder<R>, opaque: Opaque<R>, args: &[Self], value: R) -> Self {
        let Some(gate) = opaque.gate.gate() else { return Self::constant_of(value) };
        if opaque.order == 0 {
            return Self::gate(recorder, gate, args, value);
        }
        let op = Op::Derivative { gate: gate.clone(), order: opaque.order };
        let first = if opaque.order == 1 {
            let x: Vec<R> = args.iter().map(|arg| arg.value).collect();
            let y = Self::gate(recorder, gate.clone(), args, gate.value(&x));
            recorder.emit(op, &[args, &[y]].concat(), opaque.arity)
        } else {
            recorder.emit(op, args, opaque.arity)
        };
        recorder.node(first.plus(opaque.component), value)
    }
}

impl_scalar_traits!(['g, R: Real] Node<'g, R>, leaf R, tracked);

impl<R: fmt::Debug> fmt::Debug for Node<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.recorder {
            Some(_) => write!(f, "{:?} @ {}.{}", self.value, self.operand.def, self.operand.at),
            None => write!(f, "{:?} (constant)", self.value),
        }
    }
}
