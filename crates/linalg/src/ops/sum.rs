//! Sums along an axis, their adjoint, and a sum with an array that is repeated.

use anygrad_core::arrays::{At, Block, Buffer};
use anygrad_core::{Real, Scalar, gates};

use super::{by_length, impl_linear};

/// `outer × axis × inner` numbers summed along the axis, to `outer × inner`; +0 over an empty axis. The adjoint is [`Spread`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// How often the axis occurs.
    pub outer: usize,
    /// The length of the axis.
    pub axis: usize,
    /// The numbers at each place of the axis.
    pub inner: usize,
}

/// `outer × inner` numbers repeated along an axis, to `outer × axis × inner`. The adjoint is [`Sum`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread(pub Sum);

/// `a + b` with `b: outer × inner` repeated along the axis of `a: outer × axis × inner`. Adjoints: `ā = ȳ`, `b̄` the sum of `ȳ` along
/// the axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddSpread(pub Sum);

/// So many partial sums are kept of a long run of numbers.
const LANES: usize = 8;

impl Sum {
    pub(crate) fn whole(self) -> usize {
        self.outer * self.axis * self.inner
    }

    pub(crate) fn part(self) -> usize {
        self.outer * self.inner
    }

    /// One sum of many numbers is made where they are read.
    fn output_of<R: Real>(self, args: &[&Buffer<R>]) -> Option<Buffer<R>> {
        (self.part() == 1 && self.axis >= LANES).then(|| {
            let mut lanes = [R::zero(); LANES];
            args[0].visit(|x| add_lanes(&mut lanes, x));
            Buffer::from(vec![total(&lanes)])
        })
    }

    fn compute<R: Real>(self, args: &[&[R]], y: &mut [R]) {
        let x = args[0];
        if self.whole() == 0 {
            return;
        }
        if self.inner == 1 {
            by_length!(self.axis, |axis| x.chunks_exact(axis).zip(y).for_each(|(x, y)| *y = sum_of(x)));
            return;
        }
        for (x, y) in x.chunks_exact(self.axis * self.inner).zip(y.chunks_exact_mut(self.inner)) {
            by_length!(self.inner, |inner| x.chunks_exact(inner).for_each(|row| add(&mut y[..inner], row)));
        }
    }
}

/// `y += x`.
#[inline]
pub(super) fn add<R: Real>(y: &mut [R], x: &[R]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y = y.binary(gates::Add, x);
    }
}

/// The sum of a run, in lanes.
#[inline]
fn sum_of<R: Real>(x: &[R]) -> R {
    if x.len() < LANES {
        return total(x);
    }
    let mut lanes = [R::zero(); LANES];
    add_lanes(&mut lanes, x);
    total(&lanes)
}

/// Adds a run to lanes.
#[inline]
fn add_lanes<R: Real>(lanes: &mut [R; LANES], x: &[R]) {
    let (chunks, rest) = x.as_chunks::<LANES>();
    // Lanes that nobody else may read stay in registers.
    let mut own = *lanes;
    chunks.iter().for_each(|chunk| add(&mut own, chunk));
    add(&mut own, rest);
    *lanes = own;
}

/// The sum of a few numbers, one after the other.
#[inline]
fn total<R: Real>(x: &[R]) -> R {
    x.iter().fold(R::zero(), |sum, &x| sum.binary(gates::Add, x))
}

impl Spread {
    fn output_of<R: Real>(self, args: &[&Buffer<R>]) -> Option<Buffer<R>> {
        (self.0.part() == 1).then(|| {
            let x = args[0][0];
            Buffer::later(self.0.whole(), [], move |[], y| y.fill(x))
        })
    }

    fn compute<R: Real>(self, args: &[&[R]], y: &mut [R]) {
        let x = args[0];
        let Sum { axis, inner, .. } = self.0;
        if self.0.whole() == 0 {
            return;
        }
        if inner == 1 {
            by_length!(axis, |axis| x.iter().zip(y.chunks_exact_mut(axis)).for_each(|(&x, y)| y.fill(x)));
            return;
        }
        for (x, y) in x.chunks_exact(inner).zip(y.chunks_exact_mut(axis * inner)) {
            by_length!(inner, |inner| y.chunks_exact_mut(inner).for_each(|row| row.copy_from_slice(&x[..inner])));
        }
    }
}

impl_linear!(Sum, "sum", output output_of, |this| len this.part(), operand this.whole(), adjoint Spread(this));
impl_linear!(Spread, "spread", overwrites true, output output_of, |this| len this.0.whole(), operand this.0.part(), adjoint this.0);

impl<R: Real> Block<R> for AddSpread {
    fn name(self) -> &'static str {
        "add"
    }

    fn size(self) -> usize {
        self.0.whole()
    }

    fn operand(self, index: usize) -> Option<usize> {
        [self.0.whole(), self.0.part()].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        let Sum { axis, inner, .. } = self.0;
        if self.0.whole() == 0 {
            return;
        }
        if inner == 1 {
            by_length!(axis, |axis| {
                for ((a, &b), y) in args[0].chunks_exact(axis).zip(args[1]).zip(out.chunks_exact_mut(axis)) {
                    y.iter_mut().zip(a).for_each(|(y, &a)| *y = a.binary(gates::Add, b));
                }
            });
            return;
        }
        out.copy_from_slice(args[0]);
        for (b, y) in args[1].chunks_exact(inner).zip(out.chunks_exact_mut(axis * inner)) {
            by_length!(inner, |inner| y.chunks_exact_mut(inner).for_each(|row| add(row, &b[..inner])));
        }
    }

    fn overwrites(self) -> bool {
        true
    }

    fn output(self, args: &[&Buffer<R>]) -> Buffer<R> {
        if self.0.part() == 1 {
            let b = args[1][0];
            return Buffer::later(self.0.whole(), [args[0]], move |[a], y| {
                y.iter_mut().zip(a).for_each(|(y, &a)| *y = a.binary(gates::Add, b));
            });
        }
        self.by_value(args)
    }

    fn pushforward<T: Scalar<Real = R>>(self, _: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        match *tangents {
            [Some(a), Some(b)] => Some(T::block(self, &[a, b])),
            [Some(a), None] => Some(a.clone()),
            [None, Some(b)] => Some(T::block(Spread(self.0), &[b])),
            _ => None,
        }
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        if at.wants(0) {
            add(0, adjoint.clone());
        }
        if at.wants(1) {
            add(1, T::block(self.0, &[adjoint]));
        }
    }
}
