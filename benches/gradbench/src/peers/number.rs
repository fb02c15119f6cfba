//! The arithmetic that all of the crates have in common.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number of a crate: its own operators and functions.
pub(super) trait Number:
    Copy + Neg<Output = Self> + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// A constant, kept where this number is kept.
    fn constant(self, c: f64) -> Self;
    /// What it is without its derivatives.
    fn value(self) -> f64;
    /// `self + c`, by the operator that has a float on its right.
    fn shift(self, c: f64) -> Self;
    /// `self·c`, by the operator that has a float on its right.
    fn scale(self, c: f64) -> Self;
    fn recip(self) -> Self;
    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn sqrt(self) -> Self;
    fn tanh(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;

    /// The greater of two. A tape that is recorded once keeps the choice open.
    fn max(self, other: Self) -> Self {
        if other.value() > self.value() { other } else { self }
    }
}

/// A number whose functions are those of `num_traits::Float`, with its constants, what stands to the right of an operator for a float
/// `c`, and its value.
macro_rules! number_by_float {
    ([$($parameters:tt)*] $Number:ty, $c:ident => $constant:expr, $right:expr, $x:ident => $value:expr $(, $more:item)?) => {
        impl<$($parameters)*> $crate::peers::number::Number for $Number {
            fn constant(self, $c: f64) -> Self {
                $constant
            }

            fn value(self) -> f64 {
                let $x = self;
                $value
            }

            fn shift(self, $c: f64) -> Self {
                self + $right
            }

            fn scale(self, $c: f64) -> Self {
                self * $right
            }

            $crate::peers::number::functions!(Float: self, self, recip exp ln sqrt tanh sin cos);
            $($more)?
        }
    };
}
pub(super) use number_by_float;

/// Functions of a number: those of `num_traits::Float`, its own, or those of another trait, handed as it is or as a reference.
macro_rules! functions {
    (Float: $self:ident, $handed:expr, $($name:ident)+) => {$(
        fn $name($self) -> Self {
            anygrad::num_traits::Float::$name($handed)
        }
    )+};
    (Own: $self:ident, $handed:expr, $($name:ident)+) => {$(
        fn $name($self) -> Self {
            Self::$name($handed)
        }
    )+};
    ($Trait:ident: $self:ident, $handed:expr, $($name:ident)+) => {$(
        fn $name($self) -> Self {
            $Trait::$name($handed)
        }
    )+};
}
pub(super) use functions;

number_by_float!([] f64, c => c, c, x => x);
