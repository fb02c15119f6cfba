//! `Structural<R>`: a float that may be a structural zero, for the derivatives where IEEE arithmetic ends in NaN.

use std::any::Any;
use std::fmt;

use anygrad_core::arrays::Elements;
use anygrad_core::{Binary, BinaryOp, Nary, Real, Scalar, Unary, UnaryOp, impl_scalar_traits};

use crate::derive::Few;
use crate::opaque::Opaque;

/// The second argument, and 0 where the first one is 0: nothing flows along a structural zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Masked;

impl<R: Real> Nary<R> for Masked {
    fn name(self) -> &'static str {
        "masked"
    }

    fn value(self, args: &[R]) -> R {
        if args[0].is_zero() { R::zero() } else { args[1] }
    }

    fn partials<T: Scalar<Real = R>>(self, args: &[T], _: T, mut edge: impl FnMut(usize, T)) {
        edge(0, T::zero());
        edge(1, if args[0].is_zero() { T::zero() } else { T::one() });
    }

    fn is_piecewise(self) -> bool {
        true
    }
}

/// A float, or a zero because nothing flows: that absorbs what it is multiplied by, and is nothing beside what it is added to.
#[derive(Clone, Copy)]
pub(crate) struct Structural<R> {
    value: R,
    nothing: bool,
}

impl<R: Real> Structural<R> {
    const fn number(value: R) -> Self {
        Self { value, nothing: false }
    }

    fn nothing() -> Self {
        Self { value: R::zero(), nothing: true }
    }

    /// A seed or a tangent, where exactly zero means that nothing flows.
    pub(crate) fn given(value: R) -> Self {
        if value.is_zero() { Self::nothing() } else { Self::number(value) }
    }

    pub(crate) fn value(self) -> R {
        self.value
    }
}

impl<R: Real> Scalar for Structural<R> {
    type Real = R;
    type Array = Elements<Self>;

    fn constant(c: R) -> Self {
        Self::number(c)
    }

    fn primal(self) -> R {
        self.value
    }

    fn unary<G: Unary<R>>(self, gate: G) -> Self {
        let linear = matches!(gate.opcode(), Some(UnaryOp::Neg(_) | UnaryOp::MulConst(_) | UnaryOp::DivConst(_)));
        if self.nothing && linear { self } else { Self::number(gate.value(self.value)) }
    }

    fn binary<G: Binary<R>>(self, gate: G, rhs: Self) -> Self {
        match gate.opcode() {
            Some(BinaryOp::Add) if self.nothing => rhs,
            Some(BinaryOp::Add | BinaryOp::Sub) if rhs.nothing => self,
            Some(BinaryOp::Sub) if self.nothing => Self::number(-rhs.value),
            Some(BinaryOp::Mul) if self.nothing || rhs.nothing => Self::nothing(),
            Some(BinaryOp::Div) if self.nothing && !rhs.nothing => self,
            _ => Self::number(gate.value(self.value, rhs.value)),
        }
    }

    fn nary<G: Nary<R>>(gate: G, args: &[Self]) -> Self {
        let any = &gate as &dyn Any;
        if any.is::<Masked>() {
            return if args[0].value.is_zero() { Self::nothing() } else { args[1] };
        }
        if let Some(Opaque { arity, .. }) = any.downcast_ref::<Opaque<R>>() {
            // A derivative along nothing.
            if args.chunks(*arity as usize).any(|direction| direction.iter().all(|v| v.nothing)) {
                return Self::nothing();
            }
        }
        let values: Few<R> = args.iter().map(|arg| arg.value).collect();
        Self::number(gate.value(&values))
    }

    fn is_constant(self) -> bool {
        true
    }
}

impl_scalar_traits!([R: Real] Structural<R>, leaf R);

impl<R: fmt::Debug> fmt::Debug for Structural<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nothing { write!(f, "nothing") } else { write!(f, "{:?}", self.value) }
    }
}
