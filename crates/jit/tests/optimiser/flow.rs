//! `Flow<R>`: how far rounding can move the derivatives of a program, whatever the order of its products and sums.

use std::cell::Cell;
use std::fmt::{self, Debug};

use anygrad_core::arrays::Elements;
use anygrad_core::{Binary, Nary, Real, Scalar, Unary, impl_scalar_traits};

use crate::spell::MOST_INPUTS;

/// More roundings than the edge of any spelled program sees: its product, and the sums at both of its ends.
const ROUNDINGS: f64 = 8192.0;

/// What flows to a number from one input: the sum of the magnitudes of all paths, each a product of partials, and how far two
/// modes of differentiation may be apart because of rounding (see `Bounds` of `anygrad_verify`).
#[derive(Clone, Copy, Default)]
struct Share {
    depends: bool,
    paths: f64,
    error: f64,
}

/// A number with what flows to it.
#[derive(Clone, Copy)]
pub(crate) struct Flow<R> {
    value: R,
    from: [Share; MOST_INPUTS as usize],
    /// The magnitudes of all paths that end here, wherever they begin.
    anywhere: f64,
}

thread_local! {
    /// The largest of all magnitudes on the way.
    static LARGEST: Cell<f64> = const { Cell::new(0.0) };
}

/// For each output and each input the bound of the derivative at a point; none where numbers on the way are not finite, or so
/// large that another order could overflow. `run` runs the program.
pub(crate) fn bounds<R: Real, E>(
    x: &[R],
    run: impl FnOnce(&[Flow<R>]) -> Result<Vec<Flow<R>>, E>,
) -> Option<Vec<Vec<f64>>> {
    LARGEST.set(0.0);
    let input = |(i, &value): (usize, &R)| {
        let mut input = Flow::of(value);
        input.from[i] = Share { depends: true, paths: 1.0, error: 0.0 };
        input
    };
    let outputs = run(&x.iter().enumerate().map(input).collect::<Vec<_>>()).ok()?;
    let least = R::min_positive_value().widen() * LARGEST.get().max(1.0) * ROUNDINGS;
    let bound = |share: &Share| 2.0 * share.error + least * (1.0 + share.paths);
    (LARGEST.get() < R::max_value().sqrt().sqrt().widen())
        .then(|| outputs.iter().map(|y| y.from[..x.len()].iter().map(bound).collect()).collect())
}

/// Keeps the largest magnitude; of what is not finite, infinity.
fn see(size: f64) {
    LARGEST.set(if size.is_finite() { LARGEST.get().max(size) } else { f64::INFINITY });
}

impl<R: Real> Flow<R> {
    fn of(value: R) -> Self {
        see(value.abs().widen());
        Self { value, from: [Share::default(); MOST_INPUTS as usize], anywhere: 0.0 }
    }

    /// Adds what flows along an edge. `inner` is the size of the sums inside of the partial.
    fn along(&mut self, x: Self, partial: R, piecewise: bool, inner: f64) {
        let size = partial.abs().widen();
        let unit = R::epsilon().widen() / 2.0 * ROUNDINGS;
        self.anywhere += size * (1.0 + x.anywhere);
        see(self.anywhere);
        if piecewise && partial.is_zero() {
            return;
        }
        for (to, from) in self.from.iter_mut().zip(x.from).filter(|(_, from)| from.depends) {
            to.depends = true;
            to.paths += size * from.paths;
            to.error += size * from.error + (size + inner) * unit * from.paths;
            see(to.paths);
        }
    }
}

impl<R: Real> Scalar for Flow<R> {
    type Real = R;
    type Array = Elements<Self>;

    fn constant(c: R) -> Self {
        Self::of(c)
    }

    fn primal(self) -> R {
        self.value
    }

    fn unary<G: Unary<R>>(self, gate: G) -> Self {
        let mut y = Self::of(gate.value(self.value));
        y.along(self, gate.partial(self.value, y.value), gate.is_piecewise(), 0.0);
        y
    }

    fn binary<G: Binary<R>>(self, gate: G, rhs: Self) -> Self {
        let (a, b) = (self.value, rhs.value);
        let mut y = Self::of(gate.value(a, b));
        y.along(self, gate.partial_lhs(a, b, y.value), gate.is_piecewise(), 0.0);
        y.along(rhs, gate.partial_rhs(a, b, y.value), gate.is_piecewise(), 0.0);
        y
    }

    fn nary<G: Nary<R>>(gate: G, args: &[Self]) -> Self {
        let values: Vec<R> = args.iter().map(|arg| arg.value).collect();
        let mut y = Self::of(gate.value(&values));
        let mut partials = vec![R::zero(); args.len()];
        gate.partials(&values, y.value, |i, partial| partials[i] = partial);
        // Partials of the table's rows are the same numbers in every mode. A derivative of a row has partials that are sums of
        // its own; what cancels in them is about as large as what goes in and comes out.
        let sizes = values.iter().chain(&partials).map(|x| x.abs().widen());
        let inner = if gate.opcode().is_some() { 0.0 } else { sizes.fold(1.0, f64::max).powi(2) };
        for (&arg, partial) in args.iter().zip(partials) {
            y.along(arg, partial, gate.is_piecewise(), inner);
        }
        y
    }
}

impl_scalar_traits!([R: Real] Flow<R>, leaf R);

impl<R: Debug> Debug for Flow<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.value)
    }
}
