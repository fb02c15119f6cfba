//! What a field asks for: signs, a single SIMD lane, and the floats as constants.

use anygrad_core::num_traits::{Float, Num, Signed, Zero};
use anygrad_core::{Real, Scalar};
use simba::scalar::{Field, SubsetOf};
use simba::simd::{PrimitiveSimdValue, SimdValue};

use crate::Dual;

impl<T: Scalar + Send + Sync + 'static, const N: usize> Field for Dual<T, N> {}

impl<T: Scalar, const N: usize> Signed for Dual<T, N>
where
    Self: Num,
{
    #[inline]
    fn abs(&self) -> Self {
        Float::abs(*self)
    }

    #[inline]
    fn abs_sub(&self, other: &Self) -> Self {
        Float::abs_sub(*self, *other)
    }

    #[inline]
    fn signum(&self) -> Self {
        Float::signum(*self)
    }

    #[inline]
    fn is_positive(&self) -> bool {
        *self > Self::zero()
    }

    #[inline]
    fn is_negative(&self) -> bool {
        *self < Self::zero()
    }
}

impl<T: Scalar, const N: usize> PrimitiveSimdValue for Dual<T, N> {}

/// One lane: the number itself. (The tangents are no lanes of this kind.)
#[allow(unsafe_code, reason = "the trait declares two methods unsafe; nothing in these bodies is")]
impl<T: Scalar, const N: usize> SimdValue for Dual<T, N> {
    const LANES: usize = 1;
    type Element = Self;
    type SimdBool = bool;

    #[inline]
    fn splat(val: Self) -> Self {
        val
    }

    #[inline]
    fn extract(&self, _: usize) -> Self {
        *self
    }

    // SAFETY: nothing here needs care; the trait declares it so.
    #[inline]
    unsafe fn extract_unchecked(&self, _: usize) -> Self {
        *self
    }

    #[inline]
    fn replace(&mut self, _: usize, val: Self) {
        *self = val;
    }

    // SAFETY: nothing here needs care; the trait declares it so.
    #[inline]
    unsafe fn replace_unchecked(&mut self, _: usize, val: Self) {
        *self = val;
    }

    #[inline]
    fn select(self, cond: bool, other: Self) -> Self {
        if cond { self } else { other }
    }
}

impl<T: Scalar, const N: usize> SubsetOf<Self> for Dual<T, N> {
    #[inline]
    fn to_superset(&self) -> Self {
        *self
    }

    #[inline]
    fn from_superset_unchecked(element: &Self) -> Self {
        *element
    }

    #[inline]
    fn is_in_subset(_: &Self) -> bool {
        true
    }
}

macro_rules! impl_subset {
    ($($float:ident)+) => {
        $(
            /// A float is a constant. The other way leads to the primal, always: nalgebra decides by such floats, how often
            /// to square in the exponential of a matrix for one.
            impl<T: Scalar, const N: usize> SubsetOf<Dual<T, N>> for $float {
                #[inline]
                fn to_superset(&self) -> Dual<T, N> {
                    Dual::lit((*self).widen())
                }

                #[inline]
                fn from_superset_unchecked(element: &Dual<T, N>) -> Self {
                    Real::narrow(element.primal().widen())
                }

                #[inline]
                fn is_in_subset(_: &Dual<T, N>) -> bool {
                    true
                }
            }
        )+
    };
}

impl_subset!(f32 f64);
