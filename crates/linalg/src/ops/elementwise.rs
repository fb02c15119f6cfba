//! Gates applied element by element.

use anygrad_core::arrays::{Array, At, Block, Buffer};
use anygrad_core::{Binary, Real, Scalar, Unary, UnaryOp};

/// `yᵢ = g(xᵢ)` with a gate `g`. Tangent `ẏᵢ = g′(xᵢ)·ẋᵢ`, adjoint `x̄ᵢ = g′(xᵢ)·ȳᵢ`; the partial is the gate's row in the table.
/// Exponentials are made several at once, under every scalar, and may have another last bit than one by one.
#[derive(Clone, Copy, Debug)]
pub struct Map<G> {
    /// The gate.
    pub gate: G,
    /// The number of elements.
    pub len: usize,
}

/// `zᵢ = g(xᵢ, yᵢ)` with a gate `g` of two arguments, and its two partials.
#[derive(Clone, Copy, Debug)]
pub struct Zip<G> {
    /// The gate.
    pub gate: G,
    /// The number of elements.
    pub len: usize,
}

/// `partial · change`; nothing through the side that a gate of pieces did not choose.
#[inline]
fn chain<T: Scalar>(piecewise: bool, partial: T, change: T) -> T {
    if piecewise && partial.is_zero() { T::zero() } else { partial * change }
}

impl<G> Map<G> {
    /// Whether there is a kernel for many numbers at once.
    fn is_vectorised<R: Real>(self) -> bool
    where
        G: Unary<R>,
    {
        self.gate.opcode().is_some_and(anygrad_elementary::is_vectorised)
    }

    /// What both rules are: the gate's partial times the change, element by element.
    fn linear<T: Scalar>(self, at: At<'_, T>, change: &T::Array) -> T::Array
    where
        G: Unary<T::Real>,
    {
        let gate = self.gate;
        let times = move |[x, y, change]: [T; 3]| chain(gate.is_piecewise(), gate.partial(x, y), change);
        match gate.opcode() {
            // This partial is at hand in `y`: `x`, which may have no place of its own, need not be read.
            Some(UnaryOp::Exp(_)) => T::Array::elementwise_later([at.y, at.y, change], times),
            _ => T::Array::elementwise([at.args[0], at.y, change], times),
        }
    }
}

impl<R: Real, G: Unary<R>> Block<R> for Map<G> {
    fn name(self) -> &'static str {
        self.gate.name()
    }

    fn size(self) -> usize {
        self.len
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index == 0).then_some(self.len)
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        anygrad_elementary::apply(self.gate, args[0], out);
    }

    fn overwrites(self) -> bool {
        true
    }

    fn output(self, args: &[&Buffer<R>]) -> Buffer<R> {
        if self.is_vectorised() {
            return Buffer::once(self.len, [args[0]], move |[x], y| anygrad_elementary::apply(self.gate, x, y));
        }
        Buffer::elementwise([args[0]], |[x]| self.gate.value(x))
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        tangents[0].map(|tangent| self.linear(at, tangent))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        add(0, self.linear(at, adjoint));
    }

    fn gates<S: Scalar<Real = R>>(self, args: &[&S::Array]) -> Option<S::Array> {
        if !self.is_vectorised() {
            return Some(S::Array::elementwise([args[0]], |[x]| x.unary(self.gate)));
        }
        // A number is an array of one: the gate itself has other bits than the kernel.
        let one = Self { len: 1, ..self };
        let apply = |[x]: [S; 1]| S::block(one, &[&S::Array::collect(1, |_| x)]).get(0);
        (self.len != 1).then(|| S::Array::elementwise([args[0]], apply))
    }

    fn is_fused(self) -> bool {
        !self.is_vectorised()
    }
}

impl<G> Zip<G> {
    /// The partial by operand `index` times the change, element by element.
    fn linear<T: Scalar>(self, at: At<'_, T>, index: usize, change: &T::Array) -> T::Array
    where
        G: Binary<T::Real>,
    {
        let gate = self.gate;
        let operands = [at.args[0], at.args[1], at.y, change];
        // A loop for each partial, without a question inside.
        if index == 0 {
            T::Array::elementwise(operands, |[a, b, y, change]| {
                chain(gate.is_piecewise(), gate.partial_lhs(a, b, y), change)
            })
        } else {
            T::Array::elementwise(operands, |[a, b, y, change]| {
                chain(gate.is_piecewise(), gate.partial_rhs(a, b, y), change)
            })
        }
    }
}

impl<R: Real, G: Binary<R>> Block<R> for Zip<G> {
    fn name(self) -> &'static str {
        self.gate.name()
    }

    fn size(self) -> usize {
        self.len
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index < 2).then_some(self.len)
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        out.iter_mut().zip(args[0].iter().zip(args[1])).for_each(|(z, (&x, &y))| *z = self.gate.value(x, y));
    }

    fn overwrites(self) -> bool {
        true
    }

    fn output(self, args: &[&Buffer<R>]) -> Buffer<R> {
        Buffer::elementwise([args[0], args[1]], |[x, y]| self.gate.value(x, y))
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let each = tangents.iter().enumerate();
        let parts = each.filter_map(|(index, tangent)| tangent.map(|tangent| self.linear(at, index, tangent)));
        super::total::<T>(parts)
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        (0..2).filter(|&index| at.wants(index)).for_each(|index| add(index, self.linear(at, index, adjoint)));
    }

    fn gates<S: Scalar<Real = R>>(self, args: &[&S::Array]) -> Option<S::Array> {
        Some(S::Array::elementwise([args[0], args[1]], |[x, y]| x.binary(self.gate, y)))
    }
}
