//! Products of all arguments but one, without overflow or underflow on the way.

use num_traits::{Float, ToPrimitive};
use smallvec::SmallVec;

use crate::{Real, Scalar};

/// For each of some factors the product of the others, in linear time: a product of those before times one of those after.
pub(super) struct ProductsOfOthers<'a, T: Scalar> {
    factors: &'a [T],
    /// Whether some of the products need an exponent of their own.
    wide: bool,
}

impl<'a, T: Scalar> ProductsOfOthers<'a, T> {
    pub(super) fn of(factors: &'a [T]) -> Self {
        // Every product of some of the factors lies between these two.
        let one = <T::Real as num_traits::One>::one();
        let sizes = || factors.iter().map(|x| x.primal().abs()).filter(|size| size.is_normal());
        let least = sizes().fold(one, |product, size| product * size.min(one));
        let most = sizes().fold(one, |product, size| product * size.max(one));
        Self { factors, wide: !(least.is_normal() && most.is_finite()) }
    }

    pub(super) fn for_each(self, take: impl FnMut(usize, T)) {
        if self.wide { self.multiply::<Scaled<T>>(take) } else { self.multiply::<T>(take) }
    }

    fn multiply<P: Partial<T>>(self, mut take: impl FnMut(usize, T)) {
        let mut after: SmallVec<[P; 16]> = SmallVec::from_elem(P::empty(), self.factors.len());
        for i in (1..self.factors.len()).rev() {
            after[i - 1] = after[i].times(P::from_factor(self.factors[i]));
        }
        let mut before = P::empty();
        for (i, (&x, &after)) in self.factors.iter().zip(&after).enumerate() {
            take(i, before.times(after).into_number());
            before = before.times(P::from_factor(x));
        }
    }
}

/// A product in the making.
trait Partial<T>: Copy {
    fn empty() -> Self;
    fn from_factor(x: T) -> Self;
    fn times(self, other: Self) -> Self;
    fn into_number(self) -> T;
}

impl<T: Scalar> Partial<T> for T {
    #[inline]
    fn empty() -> Self {
        T::one()
    }

    #[inline]
    fn from_factor(x: T) -> Self {
        x
    }

    #[inline]
    fn times(self, other: Self) -> Self {
        self * other
    }

    #[inline]
    fn into_number(self) -> T {
        self
    }
}

/// `number·2^exponent`, with the number near 1 unless it is zero, infinite or NaN.
#[derive(Clone, Copy)]
struct Scaled<T> {
    number: T,
    exponent: i64,
}

impl<T: Scalar> Partial<T> for Scaled<T> {
    fn empty() -> Self {
        Self { number: T::one(), exponent: 0 }
    }

    fn from_factor(x: T) -> Self {
        let size = x.primal().abs().log2().floor();
        if !size.is_finite() {
            return Self { number: x, exponent: 0 };
        }
        let half = (size * T::Real::narrow(0.5)).floor();
        Self { number: x * (-half).exp2() * (half - size).exp2(), exponent: size.to_i64().unwrap_or(0) }
    }

    fn times(self, other: Self) -> Self {
        let product = Self::from_factor(self.number * other.number);
        Self { number: product.number, exponent: self.exponent + other.exponent + product.exponent }
    }

    /// The powers of two are exact; at most the last of them rounds, into a subnormal.
    fn into_number(self) -> T {
        let step = T::Real::max_value().log2().floor() - <T::Real as num_traits::One>::one();
        let step = step.to_i64().unwrap_or(1);
        let (mut number, mut exponent) = (self.number, self.exponent.clamp(-4 * step, 4 * step));
        while exponent != 0 {
            let part = exponent.clamp(-step, step);
            number *= T::Real::narrow((part as f64).exp2());
            exponent -= part;
        }
        number
    }
}
