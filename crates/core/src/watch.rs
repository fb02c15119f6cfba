//! `Watch<R>`: a float that remembers the gate where it went wrong.

use std::fmt;
use std::panic::Location;

use crate::arrays::Elements;
use crate::{Binary, Error, Nary, Real, Scalar, Stage, Unary, impl_scalar_traits};

/// A float that carries the first gate on its way that made a NaN, an infinity or a partial that is not finite.
///
/// An incident travels to the output along those edges that a derivative travels, so the side that `max` drops, or an
/// argument that was [detached](Scalar::detach), brings none along.
///
/// With it travels the line of the program that applied the gate. The terms of an iterator's `sum` or `product` are joined
/// inside the standard library, so these have no line.
#[derive(Clone, Copy)]
pub struct Watch<R> {
    value: R,
    active: bool,
    incident: Option<Incident<R>>,
}

/// What happened, at which gate and line, and at which arguments (the first three of them).
#[derive(Clone, Copy, Debug)]
struct Incident<R> {
    gate: &'static str,
    stage: Stage,
    value: R,
    arguments: [Option<R>; 3],
    location: Option<&'static Location<'static>>,
}

impl<R: Real> Watch<R> {
    /// An input.
    pub fn variable(value: R) -> Self {
        Self { value, active: true, incident: None }
    }

    /// What went wrong on the way to this number, as an error; whose derivatives it reaches is for
    /// [`Checked`](crate::Checked) to say.
    pub fn incident(&self) -> Option<Error> {
        let Incident { gate, stage, value, arguments, location } = self.incident?;
        let at: Vec<String> = arguments.iter().flatten().map(|argument| format!("{argument:?}")).collect();
        let at = at.join(", ");
        Some(match stage {
            Stage::Value => Error::NonFinite { gate, stage, value: value.widen(), at, location, reaches: Vec::new() },
            Stage::Partial => Error::SingularPoint { gate, partial: value.widen(), at, location, reaches: Vec::new() },
        })
    }

    /// The number that a gate made of `arguments`, each with its partial.
    #[track_caller]
    fn made(gate: &'static str, piecewise: bool, value: R, arguments: &[Self], partial: impl Fn(usize) -> R) -> Self {
        let mut at = [None; 3];
        at.iter_mut().zip(arguments).for_each(|(slot, argument)| *slot = Some(argument.value));
        // `sum` and `product` add and multiply in this file, on behalf of a caller whom they do not know.
        let location = Some(Location::caller()).filter(|location| location.file() != file!());
        let incident = |stage, value| Incident { gate, stage, value, arguments: at, location };
        let mut made = Self { value, active: false, incident: None };
        let finite_before = arguments.iter().all(|argument| argument.value.is_finite());
        for (i, argument) in arguments.iter().enumerate().filter(|(_, argument)| argument.active) {
            let partial = partial(i);
            if piecewise && partial.is_zero() {
                continue;
            }
            made.active = true;
            let singular = !partial.is_finite() && argument.value.is_finite() && value.is_finite();
            let own = singular.then(|| incident(Stage::Partial, partial));
            made.incident = made.incident.or(argument.incident).or(own);
        }
        if made.active && made.incident.is_none() && finite_before && !value.is_finite() {
            made.incident = Some(incident(Stage::Value, value));
        }
        made
    }
}

impl<R: Real> Scalar for Watch<R> {
    type Real = R;
    type Array = Elements<Self>;

    fn constant(c: R) -> Self {
        Self { value: c, active: false, incident: None }
    }

    fn primal(self) -> R {
        self.value
    }

    #[track_caller]
    fn unary<G: Unary<R>>(self, gate: G) -> Self {
        let (value, partial) = gate.linearize(self.value);
        Self::made(gate.name(), gate.is_piecewise(), value, &[self], |_| partial)
    }

    #[track_caller]
    fn binary<G: Binary<R>>(self, gate: G, rhs: Self) -> Self {
        let (a, b) = (self.value, rhs.value);
        let value = gate.value(a, b);
        Self::made(gate.name(), gate.is_piecewise(), value, &[self, rhs], |i| match i {
            0 => gate.partial_lhs(a, b, value),
            _ => gate.partial_rhs(a, b, value),
        })
    }

    #[track_caller]
    fn nary<G: Nary<R>>(gate: G, args: &[Self]) -> Self {
        let values: Vec<R> = args.iter().map(|arg| arg.value).collect();
        let value = gate.value(&values);
        let mut partials = vec![R::zero(); args.len()];
        gate.partials(&values, value, |i, partial| partials[i] = partial);
        Self::made(gate.name(), gate.is_piecewise(), value, args, |i| partials[i])
    }

    fn is_constant(self) -> bool {
        !self.active
    }
}

impl_scalar_traits!([R: Real] Watch<R>, leaf R, tracked);

impl<R: Real> fmt::Debug for Watch<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.incident {
            Some(incident) => write!(f, "{:?} since `{}`", self.value, incident.gate),
            None => write!(f, "{:?}", self.value),
        }
    }
}
