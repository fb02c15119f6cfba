//! `Traced<R>`: a float that writes down every gate it goes through.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::Location;

use anygrad_core::arrays::Elements;
use anygrad_core::{Binary, Nary, Real, Scalar, Unary, impl_scalar_traits};

use crate::parting::Place;
use crate::trace::{Applied, MOST_GATES, Operand, Rule};

/// The gates of one run.
pub(crate) struct Tape<R> {
    /// The number of inputs, the values before the first gate's.
    pub(crate) inputs: Cell<usize>,
    pub(crate) gates: RefCell<Vec<Applied<R>>>,
}

impl<R> Default for Tape<R> {
    fn default() -> Self {
        Self { inputs: Cell::new(0), gates: RefCell::new(Vec::new()) }
    }
}

/// A float, and its number among the values of a run if it depends on an input.
#[derive(Clone, Copy)]
pub(crate) struct Traced<'t, R> {
    pub(crate) value: R,
    pub(crate) at: Option<(&'t Tape<R>, usize)>,
}

impl<R: Real> Traced<'_, R> {
    /// The number that a gate made of `args`.
    #[track_caller]
    fn made(name: &'static str, value: R, args: &[Self], rule: impl FnOnce() -> Rule<R>) -> Self {
        let tape = args.iter().find_map(|arg| arg.at).map(|(tape, _)| tape);
        let Some(tape) = tape.filter(|tape| tape.gates.borrow().len() < MOST_GATES) else {
            return Self::constant(value);
        };
        let operand = |arg: &Self| arg.at.map_or(Operand::Constant(arg.value), |(_, at)| Operand::Value(at));
        // `sum` and `product` add and multiply in this file, on behalf of a caller whom they do not know.
        let location = Some(Location::caller()).filter(|location| location.file() != file!());
        let applied = Applied {
            name,
            rule: rule(),
            operands: args.iter().map(operand).collect(),
            arguments: args.iter().map(|arg| arg.value).collect(),
            value,
            place: location.map_or(Place::Unknown, Place::Line),
        };
        let mut gates = tape.gates.borrow_mut();
        gates.push(applied);
        Self { value, at: Some((tape, tape.inputs.get() + gates.len() - 1)) }
    }
}

impl<R: Real> Scalar for Traced<'_, R> {
    type Real = R;
    type Array = Elements<Self>;

    fn constant(c: R) -> Self {
        Self { value: c, at: None }
    }

    fn primal(self) -> R {
        self.value
    }

    #[track_caller]
    fn unary<G: Unary<R>>(self, gate: G) -> Self {
        let (x, y) = (self.value, gate.value(self.value));
        let own = || Rule::Own { value: Box::new(move |args| gate.value(args[0])), partials: vec![gate.partial(x, y)] };
        Self::made(gate.name(), y, &[self], || gate.opcode().map_or_else(own, Rule::Unary))
    }

    #[track_caller]
    fn binary<G: Binary<R>>(self, gate: G, rhs: Self) -> Self {
        let (a, b) = (self.value, rhs.value);
        let y = gate.value(a, b);
        let own = || Rule::Own {
            value: Box::new(move |args| gate.value(args[0], args[1])),
            partials: vec![gate.partial_lhs(a, b, y), gate.partial_rhs(a, b, y)],
        };
        Self::made(gate.name(), y, &[self, rhs], || gate.opcode().map_or_else(own, Rule::Binary))
    }

    #[track_caller]
    fn nary<G: Nary<R>>(gate: G, args: &[Self]) -> Self {
        let values: Vec<R> = args.iter().map(|arg| arg.value).collect();
        let y = gate.value(&values);
        let own = || {
            let mut partials = vec![R::zero(); values.len()];
            gate.partials(&values, y, |i, partial| partials[i] = partial);
            Rule::Own { value: Box::new(move |args| gate.value(args)), partials }
        };
        Self::made(gate.name(), y, args, || gate.opcode().map_or_else(own, Rule::Nary))
    }

    fn is_constant(self) -> bool {
        self.at.is_none()
    }
}

impl_scalar_traits!(['t, R: Real] Traced<'t, R>, leaf R, tracked);

impl<R: Real> fmt::Debug for Traced<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.value)
    }
}
