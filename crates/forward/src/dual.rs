//! `Dual<T, N>`: a number with `N` tangents.

use std::cell::Cell;
use std::fmt;

use anygrad_core::arrays::Block;
use anygrad_core::num_traits::{Float, Zero};
use anygrad_core::{Binary, Nary, Relation, Scalar, Unary, impl_scalar_traits};
use smallvec::SmallVec;

use crate::duals::Duals;
use crate::lanes::{Every, Lanes, Seeded};

/// A dual number `x + Σ ẋᵢ εᵢ` with `εᵢ εⱼ = 0`: a primal and `N` tangents, 1 to 64, over any scalar.
///
/// Every gate maps `(x, ẋ)` to `(g(x), g′(x)·ẋ)`, for all tangents at once. A lane is *active* once an input seeded it;
/// an inactive lane is a structural zero and stays exactly zero, whatever partial it meets (`∂√x = ∞` at 0).
/// Source: Clifford 1873; Wengert 1964; Griewank & Walther 2008, §3.1.
///
/// Duals nest: `Dual<Dual<f64, 1>, 1>` carries second derivatives. The levels are told apart by the type, so a
/// perturbation of one level is never taken for one of the other.
///
/// ```
/// use anygrad_forward::Dual;
///
/// // The seed of ∂/∂x on the first number, none on the second.
/// let x = Dual::new(3.0, [1.0]);
/// let y = Dual::<f64, 1>::from(4.0);
/// let product = x * y + 1.0;
/// assert_eq!((product.primal, product.tangents), (13.0, [4.0]));
/// ```
pub type Dual<T, const N: usize> = DualNumber<T, N, Seeded>;

/// A dual number without a look at its lanes: the arithmetic alone.
pub(crate) type Plain<T, const N: usize> = DualNumber<T, N, Every>;

/// A [`Dual`], with what it knows of its lanes as a parameter.
///
/// The tangents come first in memory, so that vector registers take them in pairs and leave the primal out.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct DualNumber<T, const N: usize, L> {
    /// The derivatives of the value, one a lane.
    pub tangents: [T; N],
    /// The value.
    pub primal: T,
    lanes: L,
}

impl<T: Scalar, const N: usize> Dual<T, N> {
    /// The most tangents that one number carries.
    pub const MAX_LANES: usize = 64;

    /// A number with all its lanes active, also those whose tangent is 0.
    pub fn new(primal: T, tangents: [T; N]) -> Self {
        const { assert!(N <= 64, "a dual number carries at most 64 tangents") }
        Self { primal, tangents, lanes: (0..N).fold(Seeded::INPUT, Seeded::seed) }
    }
}

impl<T: Scalar, const N: usize, L: Lanes> DualNumber<T, N, L> {
    /// An input: tangent 1 in one lane, the others inactive.
    ///
    /// # Panics
    /// If there is no such lane.
    #[inline]
    pub fn variable(primal: T, lane: usize) -> Self {
        let mut input = Self::input(primal);
        input.seed(lane, T::one());
        input
    }

    /// An input without an active lane.
    #[inline]
    pub(crate) fn input(primal: T) -> Self {
        Self { tangents: [T::zero(); N], primal, lanes: L::INPUT }
    }

    /// What the number knows of its lanes.
    #[inline]
    pub(crate) fn lanes(&self) -> L {
        self.lanes
    }

    /// A number with the given tangents, in the lanes that `lanes` says.
    #[inline]
    pub(crate) fn of_lanes(primal: T, tangents: [T; N], lanes: L) -> Self {
        Self { tangents, primal, lanes }
    }

    /// Makes a lane active, with the given tangent.
    ///
    /// # Panics
    /// If there is no such lane.
    #[inline]
    pub fn seed(&mut self, lane: usize, tangent: T) {
        self.tangents[lane] = tangent;
        self.lanes = self.lanes.seed(lane);
    }

    /// The tangent of a lane; exactly 0 where no input has seeded it.
    #[inline]
    pub fn tangent(&self, lane: usize) -> T {
        if self.lanes.is_active(lane) { self.tangents[lane] + T::zero() } else { T::zero() }
    }

    /// Whether some tangent may be NaN, or have a part that is: the sum of all parts is, also that of two infinities.
    #[inline]
    pub(crate) fn may_have_nan_tangent(&self) -> bool {
        let sum = Cell::new(T::Real::zero());
        let add = |part| {
            sum.set(sum.get() + part);
            true
        };
        self.tangents.iter().for_each(|tangent| {
            tangent.every(add);
        });
        sum.get().is_nan()
    }

    /// The same number, with every lane taking part from here on.
    #[inline]
    pub(crate) fn into_plain(self) -> Plain<T, N> {
        Plain { primal: self.primal, tangents: self.tangents, lanes: Every }
    }

    /// A function of `x` with the given value and partial.
    ///
    /// It and its helpers are always inlined: a nested scalar handed over in memory is written part by part and read as a
    /// whole, and such a read waits for all the writes. So a second derivative takes half the time.
    #[inline(always)]
    fn chain(primal: T, partial: T, x: &Self) -> Self {
        let mut y = Self { primal, tangents: [T::zero(); N], lanes: x.lanes };
        for lane in 0..N {
            y.tangents[lane] = x.times(partial, lane);
        }
        y
    }

    /// A function of `a` and `b` with the given value and partials.
    #[inline(always)]
    fn chain_both(primal: T, (pa, a): (T, &Self), (pb, b): (T, &Self)) -> Self {
        let mut y = Self { primal, tangents: [T::zero(); N], lanes: a.lanes.join(b.lanes) };
        for lane in 0..N {
            y.tangents[lane] = match (a.lanes.is_active(lane), b.lanes.is_active(lane)) {
                (true, true) => pa * a.tangents[lane] + pb * b.tangents[lane],
                (true, false) => pa * a.tangents[lane],
                (false, true) => pb * b.tangents[lane],
                (false, false) => T::zero(),
            };
        }
        y
    }

    /// Adds what a function owes to one of its arguments.
    #[inline]
    fn chain_more(&mut self, partial: T, x: &Self) {
        for lane in 0..N {
            self.tangents[lane] += x.times(partial, lane);
        }
        self.lanes = self.lanes.join(x.lanes);
    }

    /// `partial · tangent`, and 0 in an inactive lane.
    #[inline(always)]
    fn times(&self, partial: T, lane: usize) -> T {
        if self.lanes.is_active(lane) { partial * self.tangents[lane] } else { T::zero() }
    }
}

impl<T: Scalar, const N: usize, L: Lanes> From<T> for DualNumber<T, N, L> {
    /// A constant.
    #[inline]
    fn from(primal: T) -> Self {
        Self { primal, tangents: [T::zero(); N], lanes: L::CONSTANT }
    }
}

impl<T: Scalar, const N: usize, L: Lanes> Scalar for DualNumber<T, N, L> {
    type Real = T::Real;
    type Array = Duals<T, N, L>;

    #[inline]
    fn constant(c: T::Real) -> Self {
        Self::from(T::constant(c))
    }

    #[inline]
    fn primal(self) -> T::Real {
        self.primal.primal()
    }

    #[inline]
    fn unary<G: Unary<T::Real>>(self, gate: G) -> Self {
        let (primal, partial) = gate.linearize(self.primal);
        if gate.is_piecewise() && partial.is_zero() { Self::from(primal) } else { Self::chain(primal, partial, &self) }
    }

    #[inline]
    fn binary<G: Binary<T::Real>>(self, gate: G, rhs: Self) -> Self {
        let (a, b) = (self.primal, rhs.primal);
        let primal = a.binary(gate, b);
        let (pa, pb) = (gate.partial_lhs(a, b, primal), gate.partial_rhs(a, b, primal));
        match (gate.is_piecewise() && pa.is_zero(), gate.is_piecewise() && pb.is_zero()) {
            (false, false) => Self::chain_both(primal, (pa, &self), (pb, &rhs)),
            (false, true) => Self::chain(primal, pa, &self),
            (true, false) => Self::chain(primal, pb, &rhs),
            (true, true) => Self::from(primal),
        }
    }

    #[inline]
    fn nary<G: Nary<T::Real>>(gate: G, args: &[Self]) -> Self {
        let primals: SmallVec<[T; 32]> = args.iter().map(|arg| arg.primal).collect();
        let primal = T::nary(gate, &primals);
        let mut y = Self::from(primal);
        gate.partials(&primals, primal, |i, partial| {
            if !(gate.is_piecewise() && partial.is_zero()) {
                y.chain_more(partial, &args[i]);
            }
        });
        y
    }

    fn block<B: Block<T::Real>>(block: B, args: &[&Duals<T, N, L>]) -> Duals<T, N, L> {
        Duals::apply(block, args)
    }

    #[inline]
    #[track_caller]
    fn holds(self, relation: Relation, other: Self) -> bool {
        self.primal.holds(relation, other.primal)
    }

    #[inline]
    fn is_constant(self) -> bool {
        self.lanes.is_constant() && self.primal.is_constant()
    }

    #[inline]
    fn every(self, test: impl Fn(T::Real) -> bool + Copy) -> bool {
        self.primal.every(test) && self.tangents.iter().all(|tangent| tangent.every(test))
    }
}

impl_scalar_traits!([T: Scalar, const N: usize, L: Lanes] DualNumber<T, N, L>, leaf of T);

impl<T: fmt::Debug, const N: usize, L> fmt::Debug for DualNumber<T, N, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} + {:?}ε", self.primal, self.tangents)
    }
}
