//! `Opaque<R>`: a derivative of a gate as a gate itself, so that a program's derivatives run over any scalar.

use anygrad_core::{Nary, Real, Scalar};
use smallvec::SmallVec;

use crate::code::Gate;
use crate::derive::{Few, Row, derive};
use crate::own::OwnGate;

/// Component `component` of `Dᵏg(x)[v₁, …, vₖ₋₁, ·]` as a function of `x` and the directions; for `k = 0` the value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opaque<R> {
    pub(crate) gate: Named<R>,
    pub(crate) order: u32,
    pub(crate) component: u32,
    pub(crate) arity: u32,
}

/// A gate, by what is `Copy`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Named<R> {
    Row(Row<R>),
    /// The number of a gate that a program keeps.
    Own(u32),
}

impl<R: Real> From<&Gate<R>> for Named<R> {
    fn from(gate: &Gate<R>) -> Self {
        match gate {
            Gate::Unary(op) => Self::Row(Row::Unary(*op)),
            Gate::Binary(op) => Self::Row(Row::Binary(*op)),
            Gate::Nary(op) => Self::Row(Row::Nary(*op)),
            Gate::Own(own) => Self::Own(own.id()),
        }
    }
}

impl<R: Real> Named<R> {
    /// The gate itself, as long as there is a program that keeps it.
    pub(crate) fn gate(self) -> Option<Gate<R>> {
        Some(match self {
            Self::Row(Row::Unary(op)) => Gate::Unary(op),
            Self::Row(Row::Binary(op)) => Gate::Binary(op),
            Self::Row(Row::Nary(op)) => Gate::Nary(op),
            Self::Own(id) => Gate::Own(OwnGate::find(id)?),
        })
    }
}

impl<R: Real> Gate<R> {
    /// The derivative of order `order`, one number for each argument: see [`Op::Derivative`](crate::code::Op::Derivative).
    pub fn derive(&self, order: u32, operands: &[R], out: &mut [R]) {
        match self {
            Self::Unary(op) => derive(Row::Unary(*op), order, operands, out),
            Self::Binary(op) => derive(Row::Binary(*op), order, operands, out),
            Self::Nary(op) => derive(Row::Nary(*op), order, operands, out),
            Self::Own(own) => own.derive(order, operands, out),
        }
    }
}

impl<R: Real> Nary<R> for Opaque<R> {
    fn name(self) -> &'static str {
        self.gate.gate().map_or("dropped", |gate| gate.name())
    }

    fn value(self, args: &[R]) -> R {
        let Some(gate) = self.gate.gate() else { return R::nan() };
        if self.order == 0 {
            return gate.value(args);
        }
        let mut out: Few<R> = SmallVec::from_elem(R::zero(), self.arity as usize);
        gate.derive(self.order, args, &mut out);
        out[self.component as usize]
    }

    fn partials<T: Scalar<Real = R>>(self, args: &[T], _: T, mut edge: impl FnMut(usize, T)) {
        let arity = self.arity as usize;
        let unit = |j: usize| (0..arity).map(move |i| if i == j { T::one() } else { T::zero() });
        for (j, component) in (0..arity).zip(0..) {
            let steeper = Self { order: self.order + 1, ..self };
            edge(
                j,
                if self.order == 0 {
                    T::nary(Self { component, ..steeper }, args)
                } else {
                    let along: Few<T> = args.iter().copied().chain(unit(j)).collect();
                    T::nary(steeper, &along)
                },
            );
        }
        for j in arity..args.len() {
            let mut along: Few<T> = args.into();
            along[j - j % arity..][..arity].copy_from_slice(&unit(j % arity).collect::<Few<T>>());
            edge(j, T::nary(self, &along));
        }
    }

    fn is_piecewise(self) -> bool {
        self.order == 0 && self.gate.gate().is_some_and(|gate| gate.is_piecewise())
    }
}
