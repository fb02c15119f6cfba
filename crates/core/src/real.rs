//! `Real`: the floats at the leaves, `f32` and `f64`.

use std::fmt::{Debug, Display, LowerExp};

use num_traits::FromPrimitive;

use crate::arrays::{Block, Buffer};
use crate::{Binary, Nary, Scalar, Unary, special::Special};

/// A leaf number: `f32` or `f64`. It is a [`Scalar`] that carries no derivative.
pub trait Real:
    Scalar<Real = Self, Array = Buffer<Self>>
    + Special
    + FromPrimitive
    + Default
    + LowerExp
    + Display
    + Debug
    + Send
    + Sync
    + 'static
{
    /// The nearest float of this type.
    fn narrow(x: f64) -> Self;

    /// The same number in `f64`, exactly.
    fn widen(self) -> f64;

    /// The floats as what they are, for a library that knows `f32` and `f64` by name.
    fn floats(of: &[Self]) -> Floats<'_>;

    /// The same for writing.
    fn floats_mut(of: &mut [Self]) -> FloatsMut<'_>;
}

/// Floats of one of the two types.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Floats<'a> {
    /// Single precision.
    Single(&'a [f32]),
    /// Double precision.
    Double(&'a [f64]),
}

/// Floats of one of the two types, for writing.
#[derive(Debug, PartialEq)]
pub enum FloatsMut<'a> {
    /// Single precision.
    Single(&'a mut [f32]),
    /// Double precision.
    Double(&'a mut [f64]),
}

macro_rules! impl_real {
    ($float:ident $Kind:ident) => {
        impl Real for $float {
            #[inline]
            #[allow(clippy::cast_possible_truncation, reason = "rounding to the leaf is what it is for")]
            fn narrow(x: f64) -> Self {
                x as $float
            }

            #[inline]
            fn widen(self) -> f64 {
                f64::from(self)
            }

            #[inline]
            fn floats(of: &[Self]) -> Floats<'_> {
                Floats::$Kind(of)
            }

            #[inline]
            fn floats_mut(of: &mut [Self]) -> FloatsMut<'_> {
                FloatsMut::$Kind(of)
            }
        }

        impl Scalar for $float {
            type Real = Self;
            type Array = Buffer<Self>;

            #[inline]
            fn constant(c: Self) -> Self {
                c
            }

            #[inline]
            fn primal(self) -> Self {
                self
            }

            #[inline]
            fn unary<G: Unary<Self>>(self, gate: G) -> Self {
                gate.value(self)
            }

            #[inline]
            fn binary<G: Binary<Self>>(self, gate: G, rhs: Self) -> Self {
                gate.value(self, rhs)
            }

            #[inline]
            fn nary<G: Nary<Self>>(gate: G, args: &[Self]) -> Self {
                gate.value(args)
            }

            #[inline]
            fn block<B: Block<Self>>(block: B, args: &[&Buffer<Self>]) -> Buffer<Self> {
                block.output(args)
            }

            #[inline]
            fn is_constant(self) -> bool {
                true
            }
        }
    };
}

impl_real!(f32 Single);
impl_real!(f64 Double);
