//! `Real`: the floats at the leaves, `f32` and `f64`.

use std::fmt::{Debug, Display, LowerExp};

use num_traits::FromPrimitive;

use crate::{Binary, Nary, Scalar, Unary, special::Special};

/// A leaf number: `f32` or `f64`. It is a [`Scalar`] that carries no derivative.
pub trait Real:
    Scalar<Real = Self> + Special + FromPrimitive + Default + LowerExp + Display + Debug + Send + Sync + 'static
{
    /// The nearest float of this type.
    fn narrow(x: f64) -> Self;

    /// The same number in `f64`, exactly.
    fn widen(self) -> f64;
}

macro_rules! impl_real {
    ($float:ident) => {
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
        }

        impl Scalar for $float {
            type Real = Self;

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
            fn is_constant(self) -> bool {
                true
            }
        }
    };
}

impl_real!(f32);
impl_real!(f64);
