//! Products of all arguments but one, without overflow or underflow on the way.

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
        let [least, most] = factors.iter().fold([T::one(); 2], |[least, most], &x| {
            let size = size(x);
            [least * size.min(T::one()), most * size.max(T::one())]
        });
        let safe = T::constant(safe_exponent()).exp2();
        Self { factors, wide: most.max(least.recip()) > safe }
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
            take(i, before.product(after));
            before = before.times(P::from_factor(x));
        }
    }
}

/// A product in the making.
trait Partial<T>: Copy {
    fn empty() -> Self;
    fn from_factor(x: T) -> Self;
    fn times(self, other: Self) -> Self;
    /// The same, as the number that it is.
    fn product(self, other: Self) -> T;
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
    fn product(self, other: Self) -> T {
        self * other
    }
}

/// `number·2^exponent`, with the number near 1 unless it is zero, infinite, NaN or subnormal.
#[derive(Clone, Copy)]
struct Scaled<T> {
    number: T,
    /// An integer, whatever the number is.
    exponent: T,
}

/// `|x|`, and 1 for what is zero, infinite or NaN: in one way for all of them, without a comparison for each.
#[inline]
fn size<T: Scalar>(x: T) -> T {
    let or_zero = x.detach().abs().max(T::zero());
    let finite = or_zero.recip().select(or_zero, T::one());
    finite.select(finite, T::one())
}

/// An exponent of which the power of two and its reciprocal are normal floats, and are so still when doubled or halved.
fn safe_exponent<R: Real>() -> R {
    // The logarithm of the largest float rounds up to an exponent that no float has.
    R::max_value().log2().floor() - R::narrow(3.0)
}

impl<T: Scalar> Partial<T> for Scaled<T> {
    fn empty() -> Self {
        Self { number: T::one(), exponent: T::zero() }
    }

    fn from_factor(x: T) -> Self {
        let safe = T::constant(safe_exponent());
        let exponent = size(x).log2().floor().max(-safe).min(safe);
        Self { number: x * (-exponent).exp2(), exponent }
    }

    fn times(self, other: Self) -> Self {
        let product = Self::from_factor(self.number * other.number);
        Self { number: product.number, exponent: self.exponent + other.exponent + product.exponent }
    }

    /// Two powers of two are enough for every float. They are exact; at most the second one rounds, into a subnormal.
    fn product(self, other: Self) -> T {
        let safe = T::constant(safe_exponent());
        let exponent = self.exponent + other.exponent;
        let part = exponent.max(-safe).min(safe);
        self.number * other.number * part.exp2() * (exponent - part).max(-safe).min(safe).exp2()
    }
}
