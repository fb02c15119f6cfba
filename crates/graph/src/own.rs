//! `OwnGate<R>`: a gate that is not in the table, kept by a program.

use std::any::TypeId;
use std::fmt::{self, Debug};
use std::sync::Arc;

use anygrad_core::{Binary, Nary, Real, Unary};

use crate::derive::{Many, One, Request, Two};
use crate::kept::Kept;

/// A gate of the user's: its value and its derivatives at floats.
#[derive(Clone)]
pub struct OwnGate<R>(Arc<Kept<Own<R>>>);

/// A gate, and the type that says all about it, if one does.
struct Own<R> {
    identity: Option<TypeId>,
    gate: Box<dyn Behaviour<R>>,
}

/// What a program asks of a gate.
trait Behaviour<R>: Send + Sync {
    fn name(&self) -> &'static str;
    fn arity(&self) -> Option<usize>;
    fn is_piecewise(&self) -> bool;
    fn value(&self, args: &[R]) -> R;
    fn derive(&self, order: u32, operands: &[R], out: &mut [R]);
    fn print(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl<R: Real> OwnGate<R> {
    pub(crate) fn unary<G: Unary<R>>(gate: G) -> Self {
        Self::keep::<G>(One(gate))
    }

    pub(crate) fn binary<G: Binary<R>>(gate: G) -> Self {
        Self::keep::<G>(Two(gate))
    }

    pub(crate) fn nary<G: Nary<R>>(gate: G) -> Self {
        Self::keep::<G>(Many(gate))
    }

    fn keep<G: 'static>(gate: impl Behaviour<R> + 'static) -> Self {
        // All values of a type without content are the same gate.
        let identity = (size_of::<G>() == 0).then(TypeId::of::<G>);
        Self(Kept::new(Own { identity, gate: Box::new(gate) }))
    }

    /// The gate that [`id`](Self::id) stands for, as long as some program keeps it.
    pub(crate) fn find(id: u32) -> Option<Self> {
        Kept::find(id).map(Self)
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id
    }

    /// The name that reports print.
    pub fn name(&self) -> &'static str {
        self.0.thing.gate.name()
    }

    /// The number of its arguments; none if any will do.
    pub(crate) fn arity(&self) -> Option<usize> {
        self.0.thing.gate.arity()
    }

    /// Whether zero partials are structural.
    pub fn is_piecewise(&self) -> bool {
        self.0.thing.gate.is_piecewise()
    }

    /// The value at floats.
    pub fn value(&self, args: &[R]) -> R {
        self.0.thing.gate.value(args)
    }

    /// A derivative; see [`Op::Derivative`](crate::code::Op::Derivative) for the operands.
    pub fn derive(&self, order: u32, operands: &[R], out: &mut [R]) {
        self.0.thing.gate.derive(order, operands, out);
    }
}

impl<R> OwnGate<R> {
    /// What two equal gates have in common.
    pub(crate) fn key(&self) -> (Option<TypeId>, u32) {
        (self.0.thing.identity, if self.0.thing.identity.is_some() { 0 } else { self.0.id })
    }
}

impl<R> PartialEq for OwnGate<R> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<R> Debug for OwnGate<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.thing.gate.print(f)
    }
}

macro_rules! impl_behaviour {
    ($($Kind:ident $Gate:ident of $count:expr, |$gate:ident, $args:ident| $value:expr, $arity:expr;)+) => {
        $(impl<R: Real, G: $Gate<R>> Behaviour<R> for $Kind<G> {
            fn name(&self) -> &'static str {
                self.0.name()
            }

            fn arity(&self) -> Option<usize> {
                $count
            }

            fn is_piecewise(&self) -> bool {
                self.0.is_piecewise()
            }

            fn value(&self, $args: &[R]) -> R {
                let $gate = self.0;
                $value
            }

            fn derive(&self, order: u32, operands: &[R], out: &mut [R]) {
                Request { order, arity: $arity(out), operands }.answer(self, out);
            }

            fn print(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Debug::fmt(&self.0, f)
            }
        })+
    };
}

impl_behaviour! {
    One Unary of Some(1), |gate, args| gate.value(args[0]), |_: &mut [R]| 1;
    Two Binary of Some(2), |gate, args| gate.value(args[0], args[1]), |_: &mut [R]| 2;
    Many Nary of None, |gate, args| gate.value(args), |out: &mut [R]| out.len();
}
