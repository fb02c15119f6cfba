//! `Var<'t, T>`: a number that records what is done to it.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use anygrad_core::arrays::Block;
use anygrad_core::{Binary, Nary, Real, Relation, Scalar, Unary, impl_scalar_traits};
use smallvec::SmallVec;

use crate::tape::{Edge, NO_ENTRY};
use crate::{Tape, Vars};

/// Marks what belongs to one recording: no lifetime is a substitute for another.
pub(crate) type Brand<'t> = PhantomData<Cell<&'t ()>>;

/// A variable of a tape, or a constant: a value, and the edge that leads to the entry it was computed from.
///
/// As long as a number depends on one entry alone, gates only multiply the partial of its edge, `∂value/∂entry`, and the
/// tape learns nothing. An operation on two numbers with edges to different entries makes an entry of its own.
///
/// Over any scalar: `Var<'_, f64>` for gradients, `Var<'_, Dual<f64, N>>` for Hessian-vector products, and so on.
#[derive(Clone, Copy)]
pub struct Var<'t, T: Scalar> {
    tape: Option<&'t Tape<T>>,
    /// [`NO_ENTRY`] for a constant.
    entry: u32,
    own: Own,
    partial: T,
    value: T,
    recording: Brand<'t>,
}

/// Whether the value is that of the entry, and the partial 1 for that reason.
///
/// As wide as the number of the entry beside it: a variable without a gap is copied in whole words.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
enum Own {
    No,
    Yes,
}

impl<'t, T: Scalar> Var<'t, T> {
    /// A number that depends on no input.
    #[inline]
    pub(crate) fn constant_of(value: T) -> Self {
        Self { tape: None, entry: NO_ENTRY, own: Own::No, partial: T::zero(), value, recording: PhantomData }
    }

    /// The value of an entry.
    #[inline]
    pub(crate) fn of_entry(tape: &'t Tape<T>, entry: u32, value: T) -> Self {
        Self { tape: Some(tape), entry, own: Own::Yes, partial: T::one(), value, recording: PhantomData }
    }

    /// The same number with an entry of its own on the tape, so that its adjoint can be asked for; use what is returned in
    /// its place. A constant stays one.
    ///
    /// ```
    /// use anygrad_reverse::Tape;
    ///
    /// let pull = Tape::new().record(|recording| {
    ///     let x = recording.variable(2.0);
    ///     let square = (x * x).keep();
    ///     recording.adjoints(square * square).map(|adjoints| adjoints.of(square))
    /// });
    /// assert_eq!(pull, Ok(Some(8.0)));
    /// ```
    pub fn keep(self) -> Self {
        match self.tape {
            Some(tape) if !self.is_entry() => tape.push(self.value, [self.edge(T::one()), Edge::none()]),
            _ => self,
        }
    }

    /// The entry whose value this is; none for a constant and for what was computed from an entry.
    pub(crate) fn own_entry(&self) -> Option<u32> {
        self.is_entry().then_some(self.entry)
    }

    #[inline]
    fn is_entry(&self) -> bool {
        self.own == Own::Yes
    }

    /// The tape; none for a constant.
    pub(crate) fn own_tape(&self) -> Option<&'t Tape<T>> {
        self.tape
    }

    /// `y`, a function of this number alone with `∂y/∂self = partial`.
    #[inline]
    fn then(self, value: T, partial: T) -> Self {
        Self { own: Own::No, partial: self.by(partial), value, ..self }
    }

    /// `partial` times that of this number's edge. Over a scalar that records, a product with 1 costs more than a look at
    /// whether it is one.
    #[inline]
    fn by(&self, partial: T) -> T {
        let records = size_of::<T>() > size_of::<T::Real>() && T::zero().is_constant();
        if records && self.is_entry() { partial } else { partial * self.partial }
    }

    /// Whether any derivative flows: not to a constant, nor through the structural zero of a piecewise gate.
    #[inline]
    fn is_reached(&self, piecewise: bool, partial: T) -> bool {
        self.tape.is_some() && !(piecewise && partial.is_zero())
    }

    /// The edge of an operation that has the given partial with respect to this number.
    #[inline]
    fn edge(&self, partial: T) -> Edge<T> {
        Edge { entry: self.entry, partial: self.by(partial) }
    }

    /// The edge that an adjoint of this number flows along; none for a constant.
    #[inline]
    pub(crate) fn seeded(&self, adjoint: T) -> Option<Edge<T>> {
        self.tape.map(|_| self.edge(adjoint))
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The value, over the base scalar.
    #[inline]
    pub fn value(&self) -> T {
        self.value
    }
}

impl<'t, T: Scalar> Scalar for Var<'t, T> {
    type Real = T::Real;
    type Array = Vars<'t, T>;

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
        if self.tape.is_none() {
            return Self::constant_of(self.value.unary(gate));
        }
        let (value, partial) = gate.linearize(self.value);
        if self.is_reached(gate.is_piecewise(), partial) { self.then(value, partial) } else { Self::constant_of(value) }
    }

    #[inline]
    fn binary<G: Binary<T::Real>>(self, gate: G, rhs: Self) -> Self {
        let (a, b) = (self.value, rhs.value);
        let value = a.binary(gate, b);
        let pa = if self.tape.is_some() { gate.partial_lhs(a, b, value) } else { T::zero() };
        let pb = if rhs.tape.is_some() { gate.partial_rhs(a, b, value) } else { T::zero() };
        match (self.is_reached(gate.is_piecewise(), pa), rhs.is_reached(gate.is_piecewise(), pb)) {
            (false, false) => Self::constant_of(value),
            (true, false) => self.then(value, pa),
            (false, true) => rhs.then(value, pb),
            (true, true) if self.entry == rhs.entry => {
                Self { own: Own::No, partial: self.by(pa) + rhs.by(pb), value, ..self }
            }
            (true, true) => match self.tape {
                Some(tape) => tape.push(value, [self.edge(pa), rhs.edge(pb)]),
                None => Self::constant_of(value),
            },
        }
    }

    fn nary<G: Nary<T::Real>>(gate: G, args: &[Self]) -> Self {
        let values: SmallVec<[T; 32]> = args.iter().map(|arg| arg.value).collect();
        let value = T::nary(gate, &values);
        let Some(tape) = args.iter().find_map(|arg| arg.tape) else {
            return Self::constant_of(value);
        };
        let mut edges: SmallVec<[Edge<T>; 32]> = SmallVec::new();
        gate.partials(&values, value, |i, partial| {
            if args[i].is_reached(gate.is_piecewise(), partial) {
                edges.push(args[i].edge(partial));
            }
        });
        if edges.is_empty() { Self::constant_of(value) } else { tape.push_many(value, &edges) }
    }

    fn block<B: Block<T::Real>>(block: B, args: &[&Vars<'t, T>]) -> Vars<'t, T> {
        Vars::apply(block, args)
    }

    #[inline]
    #[track_caller]
    fn holds(self, relation: Relation, other: Self) -> bool {
        self.value.holds(relation, other.value)
    }

    #[inline]
    fn is_constant(self) -> bool {
        self.tape.is_none() && self.value.is_constant()
    }

    /// A variable has derivatives that are not known yet, so it counts as one that carries a 1: it is not a zero that nothing
    /// flows from.
    #[inline]
    fn every(self, test: impl Fn(T::Real) -> bool + Copy) -> bool {
        self.value.every(test) && (self.tape.is_none() || test(T::Real::narrow(1.0)))
    }
}

impl_scalar_traits!(['t, T: Scalar] Var<'t, T>, leaf of T);

impl<T: Scalar> fmt::Debug for Var<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tape {
            Some(_) if self.is_entry() => write!(f, "{:?} @ {}", self.value, self.entry),
            Some(_) => write!(f, "{:?} by {:?} @ {}", self.value, self.partial, self.entry),
            None => write!(f, "{:?} (constant)", self.value),
        }
    }
}
