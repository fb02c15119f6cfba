//! `Tangent<T>`: a number with one tangent, for derivatives of a gate that is not looked into.

use std::fmt;

use anygrad_core::arrays::Elements;
use anygrad_core::num_traits::Zero;
use anygrad_core::{Binary, Nary, Relation, Scalar, Unary, impl_scalar_traits};
use smallvec::SmallVec;

/// `x + ẋε`. Only partials of gates run over it, so a tangent that is exactly zero is a structural zero.
#[derive(Clone, Copy)]
pub(crate) struct Tangent<T> {
    pub(crate) primal: T,
    pub(crate) tangent: T,
}

impl<T: Scalar> Tangent<T> {
    fn fixed(primal: T) -> Self {
        Self { primal, tangent: T::zero() }
    }

    /// `partial·tangent`; nothing flows along a zero, whatever it meets.
    fn times(self, piecewise: bool, partial: T) -> T {
        if is_exactly_zero(self.tangent) || (piecewise && partial.is_zero()) {
            T::zero()
        } else {
            partial * self.tangent
        }
    }
}

fn is_exactly_zero<T: Scalar>(x: T) -> bool {
    x.every(|part| part.is_zero())
}

impl<T: Scalar> Scalar for Tangent<T> {
    type Real = T::Real;
    type Array = Elements<Self>;

    fn constant(c: T::Real) -> Self {
        Self::fixed(T::constant(c))
    }

    fn primal(self) -> T::Real {
        self.primal.primal()
    }

    fn unary<G: Unary<T::Real>>(self, gate: G) -> Self {
        let (primal, partial) = gate.linearize(self.primal);
        Self { primal, tangent: self.times(gate.is_piecewise(), partial) }
    }

    fn binary<G: Binary<T::Real>>(self, gate: G, rhs: Self) -> Self {
        let (a, b) = (self.primal, rhs.primal);
        let primal = a.binary(gate, b);
        let lhs = self.times(gate.is_piecewise(), gate.partial_lhs(a, b, primal));
        let tangent = lhs + rhs.times(gate.is_piecewise(), gate.partial_rhs(a, b, primal));
        Self { primal, tangent }
    }

    fn nary<G: Nary<T::Real>>(gate: G, args: &[Self]) -> Self {
        let primals: SmallVec<[T; 8]> = args.iter().map(|arg| arg.primal).collect();
        let primal = T::nary(gate, &primals);
        let mut tangent = T::zero();
        gate.partials(&primals, primal, |i, partial| tangent += args[i].times(gate.is_piecewise(), partial));
        Self { primal, tangent }
    }

    fn holds(self, relation: Relation, other: Self) -> bool {
        self.primal.holds(relation, other.primal)
    }

    fn every(self, test: impl Fn(T::Real) -> bool + Copy) -> bool {
        self.primal.every(test) && self.tangent.every(test)
    }
}

impl_scalar_traits!([T: Scalar] Tangent<T>, leaf of T);

impl<T: fmt::Debug> fmt::Debug for Tangent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} + {:?}ε", self.primal, self.tangent)
    }
}
