//! `ComplexField`: the functions of a field, each a gate.

use anygrad_core::Scalar;
use anygrad_core::num_traits::{Float, FloatConst, One, Zero};
use simba::scalar::ComplexField;

use crate::Dual;

macro_rules! gates {
    ($($name:ident)+) => {
        $(#[inline]
        fn $name(self) -> Self {
            Float::$name(self)
        })+
    };
}

impl<T: Scalar + Send + Sync + 'static, const N: usize> ComplexField for Dual<T, N> {
    type RealField = Self;

    gates!(floor ceil round trunc fract abs signum recip sqrt cbrt exp exp2 exp_m1 ln ln_1p log2 log10);
    gates!(sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh);

    #[inline]
    fn from_real(re: Self) -> Self {
        re
    }

    #[inline]
    fn real(self) -> Self {
        self
    }

    #[inline]
    fn imaginary(self) -> Self {
        Self::zero()
    }

    #[inline]
    fn conjugate(self) -> Self {
        self
    }

    #[inline]
    fn modulus(self) -> Self {
        Float::abs(self)
    }

    #[inline]
    fn norm1(self) -> Self {
        Float::abs(self)
    }

    #[inline]
    fn modulus_squared(self) -> Self {
        self * self
    }

    #[inline]
    fn argument(self) -> Self {
        if self >= Self::zero() { Self::zero() } else { Self::PI() }
    }

    /// `(|x|, x/|x|)`, and `(x, 1)` at 0.
    #[inline]
    fn to_exp(self) -> (Self, Self) {
        if self >= Self::zero() { (self, Self::one()) } else { (-self, -Self::one()) }
    }

    #[inline]
    fn scale(self, factor: Self) -> Self {
        self * factor
    }

    #[inline]
    fn unscale(self, factor: Self) -> Self {
        self / factor
    }

    #[inline]
    fn mul_add(self, a: Self, b: Self) -> Self {
        Float::mul_add(self, a, b)
    }

    #[inline]
    fn hypot(self, other: Self) -> Self {
        Float::hypot(self, other)
    }

    #[inline]
    fn sin_cos(self) -> (Self, Self) {
        Float::sin_cos(self)
    }

    #[inline]
    fn log(self, base: Self) -> Self {
        Float::log(self, base)
    }

    #[inline]
    fn powi(self, n: i32) -> Self {
        Float::powi(self, n)
    }

    #[inline]
    fn powf(self, n: Self) -> Self {
        Float::powf(self, n)
    }

    #[inline]
    fn powc(self, n: Self) -> Self {
        Float::powf(self, n)
    }

    /// Whether the primal is finite.
    #[inline]
    fn is_finite(&self) -> bool {
        Float::is_finite(*self)
    }

    #[inline]
    fn try_sqrt(self) -> Option<Self> {
        (self >= Self::zero()).then(|| Float::sqrt(self))
    }
}
