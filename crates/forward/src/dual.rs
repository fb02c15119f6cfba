//! `Dual<T, N>`: a number with `N` tangents.

use std::cell::Cell;
use std::fmt;

use anygrad_core::num_traits::{Float, Zero};
use anygrad_core::{Binary, Nary, Scalar, Unary, impl_scalar_traits};
use smallvec::SmallVec;

/// A dual number `x + Σ ẋᵢ εᵢ` with `εᵢ εⱼ = 0`: a primal and `N` tangents, over any scalar.
///
/// Every gate maps `(x, ẋ)` to `(g(x), g′(x)·ẋ)`, for all tangents at once. A lane is *active* once an input seeded it;
/// an inactive lane is a structural zero and stays exactly zero, whatever partial it meets (`∂√x = ∞` at 0). At most
/// [`MAX_LANES`](Self::MAX_LANES) tangents. Source: Clifford 1873; Wengert 1964; Griewank & Walther 2008, §3.1.
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
#[derive(Clone, Copy)]
pub struct Dual<T, const N: usize> {
    /// The value.
    pub primal: T,
    /// The derivatives of the value, one a lane.
    pub tangents: [T; N],
    /// Which lanes some input has seeded, one bit a lane.
    active: u64,
}

impl<T, const N: usize> Dual<T, N> {
    /// The most tangents that one number carries.
    pub const MAX_LANES: usize = 64;

    const ALL: u64 = {
        assert!(N <= Self::MAX_LANES, "a dual number carries at most 64 tangents");
        if N == 64 { u64::MAX } else { (1 << N) - 1 }
    };
}

impl<T: Scalar, const N: usize> Dual<T, N> {
    /// A number with all its lanes active, also those whose tangent is 0.
    #[inline]
    pub fn new(primal: T, tangents: [T; N]) -> Self {
        Self { primal, tangents, active: Self::ALL }
    }

    /// An input: tangent 1 in one lane, the others inactive.
    #[inline]
    pub fn variable(primal: T, lane: usize) -> Self {
        let mut seeded = Self::from(primal);
        seeded.seed(lane, T::one());
        seeded
    }

    /// Makes a lane active, with the given tangent.
    ///
    /// # Panics
    /// If there is no such lane.
    #[inline]
    pub fn seed(&mut self, lane: usize, tangent: T) {
        self.tangents[lane] = tangent;
        self.active |= 1 << lane;
    }

    /// Makes all lanes inactive.
    #[inline]
    pub(crate) fn clear(&mut self) {
        if self.active != 0 {
            *self = Self::from(self.primal);
        }
    }

    /// The tangent of a lane; exactly 0 where no input has seeded it.
    #[inline]
    pub fn tangent(&self, lane: usize) -> T {
        if self.is_active(lane) { self.tangents[lane] + T::zero() } else { T::zero() }
    }

    #[inline]
    fn is_active(&self, lane: usize) -> bool {
        self.active >> lane & 1 == 1
    }

    /// The number with the given primal and the tangents `partial · x.tangents`.
    #[inline]
    fn chain(primal: T, partial: T, x: &Self) -> Self {
        if are_finite([partial]) {
            let tangents = std::array::from_fn(|lane| partial * x.tangents[lane]);
            Self { primal, tangents, active: x.active }
        } else {
            Self::chain_active(primal, partial, *x)
        }
    }

    /// The number with the given primal and the tangents `pa · a.tangents + pb · b.tangents`.
    #[inline]
    fn chain_two(primal: T, [pa, pb]: [T; 2], a: &Self, b: &Self) -> Self {
        if are_finite([pa, pb]) {
            let tangents = std::array::from_fn(|lane| pa * a.tangents[lane] + pb * b.tangents[lane]);
            Self { primal, tangents, active: a.active | b.active }
        } else {
            Self::chain_two_active(primal, [pa, pb], *a, *b)
        }
    }

    /// [`chain`](Self::chain) in the active lanes alone: a partial that is not finite would make a NaN of the zero in an
    /// inactive one. By value, so that the numbers of the usual path need no place in memory.
    #[cold]
    #[inline(never)]
    fn chain_active(primal: T, partial: T, x: Self) -> Self {
        let mut y = Self::from(primal);
        y.accumulate_active(partial, &x);
        y
    }

    /// [`chain_two`](Self::chain_two) in the active lanes alone.
    #[cold]
    #[inline(never)]
    fn chain_two_active(primal: T, [pa, pb]: [T; 2], a: Self, b: Self) -> Self {
        let mut y = Self::from(primal);
        y.accumulate_active(pa, &a);
        y.accumulate_active(pb, &b);
        y
    }

    /// Adds `partial · x.tangents`.
    #[inline]
    fn accumulate(&mut self, partial: T, x: &Self) {
        if are_finite([partial]) {
            for (sum, &tangent) in self.tangents.iter_mut().zip(&x.tangents) {
                *sum += partial * tangent;
            }
            self.active |= x.active;
        } else {
            self.accumulate_active(partial, x);
        }
    }

    #[cold]
    fn accumulate_active(&mut self, partial: T, x: &Self) {
        for lane in (0..N).filter(|&lane| x.is_active(lane)) {
            self.tangents[lane] += partial * x.tangents[lane];
        }
        self.active |= x.active;
    }
}

/// Whether every float of the partials is finite, so that an inactive lane stays zero under them: `x·0` is 0 for a
/// finite `x` and NaN for any other, and one comparison tests the sum.
#[inline]
fn are_finite<T: Scalar, const K: usize>(partials: [T; K]) -> bool {
    let sum = Cell::new(T::Real::neg_zero());
    let add = |x: T::Real| {
        sum.set(sum.get() + x * T::Real::zero());
        true
    };
    partials.iter().all(|partial| partial.every(add)) && sum.get() == T::Real::zero()
}

impl<T: Scalar, const N: usize> From<T> for Dual<T, N> {
    /// A number with no active lane.
    #[inline]
    fn from(primal: T) -> Self {
        Self { primal, tangents: [T::zero(); N], active: 0 }
    }
}

impl<T: Scalar, const N: usize> Scalar for Dual<T, N> {
    type Real = T::Real;

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
            (false, false) => Self::chain_two(primal, [pa, pb], &self, &rhs),
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
                y.accumulate(partial, &args[i]);
            }
        });
        y
    }

    #[inline]
    fn is_constant(self) -> bool {
        self.active == 0 && self.primal.is_constant()
    }

    #[inline]
    fn every(self, test: impl Fn(T::Real) -> bool + Copy) -> bool {
        self.primal.every(test) && self.tangents.iter().all(|tangent| tangent.every(test))
    }
}

impl_scalar_traits!([T: Scalar, const N: usize] Dual<T, N>, leaf of T);

impl<T: fmt::Debug, const N: usize> fmt::Debug for Dual<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} + {:?}ε", self.primal, self.tangents)
    }
}
