//! `RealField`: order, signs, and the constants.

use anygrad_core::Scalar;
use anygrad_core::num_traits::{Float, FloatConst};
use simba::scalar::RealField;

use crate::Dual;

macro_rules! constants {
    ($($name:ident $NAME:ident,)+) => {
        $(#[inline]
        fn $name() -> Self {
            Self::constant(T::Real::$NAME())
        })+
    };
}

impl<T: Scalar + Send + Sync + 'static, const N: usize> RealField for Dual<T, N> {
    constants!(pi PI, two_pi TAU, frac_pi_2 FRAC_PI_2, frac_pi_3 FRAC_PI_3, frac_pi_4 FRAC_PI_4, frac_pi_6 FRAC_PI_6,);
    constants!(frac_pi_8 FRAC_PI_8, frac_1_pi FRAC_1_PI, frac_2_pi FRAC_2_PI, frac_2_sqrt_pi FRAC_2_SQRT_PI,);
    constants!(e E, log2_e LOG2_E, log10_e LOG10_E, ln_2 LN_2, ln_10 LN_10,);

    #[inline]
    fn is_sign_positive(&self) -> bool {
        Float::is_sign_positive(*self)
    }

    #[inline]
    fn is_sign_negative(&self) -> bool {
        Float::is_sign_negative(*self)
    }

    #[inline]
    fn copysign(self, sign: Self) -> Self {
        Float::copysign(self, sign)
    }

    #[inline]
    fn max(self, other: Self) -> Self {
        Float::max(self, other)
    }

    #[inline]
    fn min(self, other: Self) -> Self {
        Float::min(self, other)
    }

    #[inline]
    fn clamp(self, min: Self, max: Self) -> Self {
        Float::clamp(self, min, max)
    }

    #[inline]
    fn atan2(self, other: Self) -> Self {
        Float::atan2(self, other)
    }

    /// The least finite number, as that of floats.
    #[inline]
    fn min_value() -> Option<Self> {
        Some(Float::min_value())
    }

    #[inline]
    fn max_value() -> Option<Self> {
        Some(Float::max_value())
    }
}
