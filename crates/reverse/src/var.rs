//! `Var<'t, T>`: a number that records what is done to it.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use anygrad_core::{Binary, Nary, Scalar, Unary, impl_scalar_traits};
use smallvec::SmallVec;

use crate::Tape;
use crate::tape::NO_PARENT;

/// Marks what belongs to one recording: no lifetime is a substitute for another.
pub(crate) type Brand<'t> = PhantomData<Cell<&'t ()>>;

/// A variable of a tape, or a constant: a value, and the place of the operation that made it.
///
/// Over any scalar: `Var<'_, f64>` for gradients, `Var<'_, Dual<f64, N>>` for Hessian-vector products, and so on.
#[derive(Clone, Copy)]
pub struct Var<'t, T> {
    tape: Option<&'t Tape<T>>,
    /// [`NO_PARENT`] for a constant.
    index: u32,
    value: T,
    recording: Brand<'t>,
}

impl<'t, T> Var<'t, T> {
    /// A number that depends on no input.
    #[inline]
    pub(crate) fn constant_of(value: T) -> Self {
        Self { tape: None, index: NO_PARENT, value, recording: PhantomData }
    }

    #[inline]
    pub(crate) fn on(tape: &'t Tape<T>, index: u32, value: T) -> Self {
        Self { tape: Some(tape), index, value, recording: PhantomData }
    }

    /// The place on the tape; none for a constant.
    #[inline]
    pub(crate) fn index(&self) -> Option<u32> {
        self.tape.map(|_| self.index)
    }
}

impl<T: Copy> Var<'_, T> {
    /// The value, over the base scalar.
    #[inline]
    pub fn value(&self) -> T {
        self.value
    }
}

/// Whether no derivative flows: the structural zero of a piecewise gate.
#[inline]
fn is_severed<T: Scalar>(piecewise: bool, partial: T) -> bool {
    piecewise && partial.is_zero()
}

impl<'t, T: Scalar> Scalar for Var<'t, T> {
    type Real = T::Real;

    #[inline]
    fn constant(c: T::Real) -> Self {
        Self::constant_of(T::constant(c))
    }

    #[inline]
    fn primal(self) -> T::Real {
        self.value.primal()
    }

    #[inline]
    fn unary<G: Unary<T::Real>>(self, gate: G) -> Self {
        let Some(tape) = self.tape else {
            return Self::constant_of(self.value.unary(gate));
        };
        let (value, partial) = gate.linearize(self.value);
        if is_severed(gate.is_piecewise(), partial) {
            return Self::constant_of(value);
        }
        tape.push(value, [self.index, NO_PARENT], [partial, T::zero()])
    }

    #[inline]
    fn binary<G: Binary<T::Real>>(self, gate: G, rhs: Self) -> Self {
        let (a, b) = (self.value, rhs.value);
        let value = a.binary(gate, b);
        let Some(tape) = self.tape.or(rhs.tape) else {
            return Self::constant_of(value);
        };
        let (mut parents, mut partials) = ([self.index, rhs.index], [T::zero(); 2]);
        if self.tape.is_some() {
            partials[0] = gate.partial_lhs(a, b, value);
        }
        if rhs.tape.is_some() {
            partials[1] = gate.partial_rhs(a, b, value);
        }
        if gate.is_piecewise() {
            parents[0] = if partials[0].is_zero() { NO_PARENT } else { parents[0] };
            parents[1] = if partials[1].is_zero() { NO_PARENT } else { parents[1] };
            if parents == [NO_PARENT; 2] {
                return Self::constant_of(value);
            }
        }
        tape.push(value, parents, partials)
    }

    fn nary<G: Nary<T::Real>>(gate: G, args: &[Self]) -> Self {
        let values: SmallVec<[T; 32]> = args.iter().map(|arg| arg.value).collect();
        let value = T::nary(gate, &values);
        let Some(tape) = args.iter().find_map(|arg| arg.tape) else {
            return Self::constant_of(value);
        };
        let mut edges: SmallVec<[(u32, T); 32]> = SmallVec::new();
        gate.partials(&values, value, |i, partial| {
            if let Some(parent) = args[i].index().filter(|_| !is_severed(gate.is_piecewise(), partial)) {
                edges.push((parent, partial));
            }
        });
        if edges.is_empty() { Self::constant_of(value) } else { tape.push_many(value, &edges) }
    }

    #[inline]
    fn is_constant(self) -> bool {
        self.tape.is_none() && self.value.is_constant()
    }

    #[inline]
    fn every(self, test: impl Fn(T::Real) -> bool + Copy) -> bool {
        self.value.every(test)
    }
}

impl_scalar_traits!(['t, T: Scalar] Var<'t, T>, leaf of T);

impl<T: fmt::Debug> fmt::Debug for Var<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tape {
            Some(_) => write!(f, "{:?} @ {}", self.value, self.index),
            None => write!(f, "{:?} (constant)", self.value),
        }
    }
}
