//! `impl_scalar_traits!`: operators, comparisons, `Float` and the rest, once for every scalar.

/// Gives a scalar type everything that [`Scalar`](crate::Scalar) asks for besides the trait itself.
///
/// The first argument lists the generics, the second is the type, the third its leaf, or the scalar that has it:
///
/// ```text
/// impl_scalar_traits!([T: Scalar, const N: usize] Dual<T, N>, leaf of T);
/// impl_scalar_traits!([R: Real] ComplexNumber<R>, leaf R);
/// impl_scalar_traits!([] Pattern, leaf f64);
/// ```
///
/// A fourth argument, `tracked`, marks every operation `#[track_caller]`: the type's `unary`, `binary` and `nary`, so marked
/// themselves, then see the line of the program that applied a gate. No other scalar carries that argument along.
///
/// Operators become gates, floats on the right of an operator become gate constants, comparisons look at the
/// primal, and the methods of `Float` are the rows of the [gate table](crate::gates).
#[macro_export]
macro_rules! impl_scalar_traits {
    ($generics:tt $Type:ty, leaf of $Base:ident) => {
        $crate::impl_scalar_traits!(@all $generics [$Type] [Leaf [, Leaf: $crate::Real] [$Base: $crate::Scalar<Real = Leaf>]] [#[inline]]);
    };
    ($generics:tt $Type:ty, leaf $Leaf:ident) => {
        $crate::impl_scalar_traits!(@all $generics [$Type] [$Leaf [] []] [#[inline]]);
    };
    ($generics:tt $Type:ty, leaf $Leaf:ident, tracked) => {
        $crate::impl_scalar_traits!(@all $generics [$Type] [$Leaf [] []] [#[inline] #[track_caller]]);
    };

    (@all $generics:tt [$Type:ty] $leaf:tt $marks:tt) => {
        $crate::impl_scalar_traits!(@operators $generics [$Type] $leaf $marks);
        $crate::impl_scalar_traits!(@comparisons $generics [$Type] $marks);
        $crate::impl_scalar_traits!(@conversions $generics [$Type] $marks);
        $crate::impl_scalar_traits!(@folds $generics [$Type]);
        $crate::impl_scalar_traits!(@constants $generics [$Type] E FRAC_1_PI FRAC_1_SQRT_2 FRAC_2_PI FRAC_2_SQRT_PI FRAC_PI_2
            FRAC_PI_3 FRAC_PI_4 FRAC_PI_6 FRAC_PI_8 LN_10 LN_2 LOG10_E LOG2_E PI SQRT_2);
        $crate::impl_scalar_traits!(@float $generics [$Type] $marks);
    };

    (@operators $generics:tt $Type:tt $leaf:tt $marks:tt) => {
        $crate::impl_scalar_traits!(@operator $generics $Type $leaf $marks Add add AddAssign add_assign |x, c| x.unary($crate::gates::AddConst { c }));
        $crate::impl_scalar_traits!(@operator $generics $Type $leaf $marks Sub sub SubAssign sub_assign |x, c| x.unary($crate::gates::AddConst { c: -c }));
        $crate::impl_scalar_traits!(@operator $generics $Type $leaf $marks Mul mul MulAssign mul_assign |x, c| x.unary($crate::gates::MulConst { c }));
        $crate::impl_scalar_traits!(@operator $generics $Type $leaf $marks Div div DivAssign div_assign |x, c| x.unary($crate::gates::DivConst { c }));
        $crate::impl_scalar_traits!(@operator $generics $Type $leaf $marks Rem rem RemAssign rem_assign |x, c| {
            x.binary($crate::gates::Rem, $crate::Scalar::constant(c))
        });
        $crate::impl_scalar_traits!(@negation $generics $Type $marks);
    };

    (@operator [$($gen:tt)*] [$Type:ty] [$Leaf:ident [$($LeafParam:tt)*] [$($bound:tt)*]]
        [$($mark:tt)*] $Op:ident $op:ident $Assign:ident $assign:ident |$x:ident, $c:ident| $with_float:expr) => {
        impl<$($gen)*> ::std::ops::$Op for $Type {
            type Output = Self;
            $($mark)*
            fn $op(self, rhs: Self) -> Self {
                $crate::Scalar::binary(self, $crate::gates::$Op, rhs)
            }
        }
        impl<$($gen)* $($LeafParam)*> ::std::ops::$Op<$Leaf> for $Type
        where
            $($bound)*
        {
            type Output = Self;
            $($mark)*
            fn $op(self, $c: $Leaf) -> Self {
                use $crate::Scalar as _;
                let $x = self;
                $with_float
            }
        }
        impl<$($gen)*> ::std::ops::$Assign for $Type {
            $($mark)*
            fn $assign(&mut self, rhs: Self) {
                *self = ::std::ops::$Op::$op(*self, rhs);
            }
        }
        impl<$($gen)* $($LeafParam)*> ::std::ops::$Assign<$Leaf> for $Type
        where
            $($bound)*
        {
            $($mark)*
            fn $assign(&mut self, rhs: $Leaf) {
                *self = ::std::ops::$Op::$op(*self, rhs);
            }
        }
    };

    (@negation [$($gen:tt)*] [$Type:ty] [$($mark:tt)*]) => {
        impl<$($gen)*> ::std::ops::Neg for $Type {
            type Output = Self;
            $($mark)*
            fn neg(self) -> Self {
                $crate::Scalar::unary(self, $crate::gates::Neg)
            }
        }
    };

    (@comparisons [$($gen:tt)*] [$Type:ty] [$($mark:tt)*]) => {
        impl<$($gen)*> ::std::cmp::PartialEq for $Type {
            $($mark)*
            fn eq(&self, other: &Self) -> bool {
                $crate::Scalar::holds(*self, $crate::Relation::Equal, *other)
            }
        }
        impl<$($gen)*> ::std::cmp::PartialOrd for $Type {
            $($mark)*
            fn partial_cmp(&self, other: &Self) -> ::std::option::Option<::std::cmp::Ordering> {
                if $crate::Scalar::holds(*self, $crate::Relation::Less, *other) {
                    Some(::std::cmp::Ordering::Less)
                } else if $crate::Scalar::holds(*self, $crate::Relation::Equal, *other) {
                    Some(::std::cmp::Ordering::Equal)
                } else {
                    $crate::Scalar::holds(*other, $crate::Relation::Less, *self).then_some(::std::cmp::Ordering::Greater)
                }
            }
            $($mark)*
            fn lt(&self, other: &Self) -> bool {
                $crate::Scalar::holds(*self, $crate::Relation::Less, *other)
            }
            $($mark)*
            fn le(&self, other: &Self) -> bool {
                $crate::Scalar::holds(*self, $crate::Relation::LessOrEqual, *other)
            }
            $($mark)*
            fn gt(&self, other: &Self) -> bool {
                $crate::Scalar::holds(*other, $crate::Relation::Less, *self)
            }
            $($mark)*
            fn ge(&self, other: &Self) -> bool {
                $crate::Scalar::holds(*other, $crate::Relation::LessOrEqual, *self)
            }
        }
        impl<$($gen)*> ::std::fmt::Display for $Type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&$crate::Scalar::primal(*self), f)
            }
        }
    };

    (@conversions [$($gen:tt)*] [$Type:ty] [$($mark:tt)*]) => {
        impl<$($gen)*> $crate::num_traits::Zero for $Type {
            #[inline]
            fn zero() -> Self {
                $crate::Scalar::constant($crate::num_traits::Zero::zero())
            }
            $($mark)*
            fn is_zero(&self) -> bool {
                $crate::Scalar::holds(*self, $crate::Relation::Equal, $crate::num_traits::Zero::zero())
            }
        }
        impl<$($gen)*> $crate::num_traits::One for $Type {
            #[inline]
            fn one() -> Self {
                $crate::Scalar::constant($crate::num_traits::One::one())
            }
        }
        impl<$($gen)*> $crate::num_traits::Num for $Type {
            type FromStrRadixErr = <<Self as $crate::Scalar>::Real as $crate::num_traits::Num>::FromStrRadixErr;
            fn from_str_radix(text: &str, radix: u32) -> ::std::result::Result<Self, Self::FromStrRadixErr> {
                $crate::num_traits::Num::from_str_radix(text, radix).map($crate::Scalar::constant)
            }
        }
        impl<$($gen)*> $crate::num_traits::ToPrimitive for $Type {
            fn to_i64(&self) -> ::std::option::Option<i64> {
                $crate::num_traits::ToPrimitive::to_i64(&$crate::Scalar::primal(*self))
            }
            fn to_u64(&self) -> ::std::option::Option<u64> {
                $crate::num_traits::ToPrimitive::to_u64(&$crate::Scalar::primal(*self))
            }
            fn to_f64(&self) -> ::std::option::Option<f64> {
                $crate::num_traits::ToPrimitive::to_f64(&$crate::Scalar::primal(*self))
            }
        }
        impl<$($gen)*> $crate::num_traits::NumCast for $Type {
            fn from<Number: $crate::num_traits::ToPrimitive>(number: Number) -> ::std::option::Option<Self> {
                <<Self as $crate::Scalar>::Real as $crate::num_traits::NumCast>::from(number).map($crate::Scalar::constant)
            }
        }
        impl<$($gen)*> $crate::num_traits::FromPrimitive for $Type {
            fn from_i64(number: i64) -> ::std::option::Option<Self> {
                $crate::num_traits::FromPrimitive::from_i64(number).map($crate::Scalar::constant)
            }
            fn from_u64(number: u64) -> ::std::option::Option<Self> {
                $crate::num_traits::FromPrimitive::from_u64(number).map($crate::Scalar::constant)
            }
            fn from_f64(number: f64) -> ::std::option::Option<Self> {
                $crate::num_traits::FromPrimitive::from_f64(number).map($crate::Scalar::constant)
            }
        }
    };

    (@folds [$($gen:tt)*] [$Type:ty]) => {
        impl<$($gen)*> ::std::iter::Sum for $Type {
            fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
                // Of nothing, the standard library's sum of floats, which is −0.
                let empty = || $crate::Scalar::constant(::std::iter::empty::<<Self as $crate::Scalar>::Real>().sum());
                iter.reduce(|sum, x| sum + x).unwrap_or_else(empty)
            }
        }
        impl<'anygrad_sum, $($gen)*> ::std::iter::Sum<&'anygrad_sum Self> for $Type {
            fn sum<I: Iterator<Item = &'anygrad_sum Self>>(iter: I) -> Self {
                iter.copied().sum()
            }
        }
        impl<$($gen)*> ::std::iter::Product for $Type {
            fn product<I: Iterator<Item = Self>>(iter: I) -> Self {
                iter.reduce(|product, x| product * x).unwrap_or_else($crate::num_traits::One::one)
            }
        }
        impl<'anygrad_product, $($gen)*> ::std::iter::Product<&'anygrad_product Self> for $Type {
            fn product<I: Iterator<Item = &'anygrad_product Self>>(iter: I) -> Self {
                iter.copied().product()
            }
        }
    };

    (@constants [$($gen:tt)*] [$Type:ty] $($NAME:ident)+) => {
        #[allow(non_snake_case, reason = "the names of num_traits::FloatConst")]
        impl<$($gen)*> $crate::num_traits::FloatConst for $Type {
            $(#[inline]
            fn $NAME() -> Self {
                $crate::Scalar::constant($crate::num_traits::FloatConst::$NAME())
            })+
        }
    };

    (@float [$($gen:tt)*] [$Type:ty] $marks:tt) => {
        impl<$($gen)*> $crate::num_traits::Float for $Type {
            $crate::impl_scalar_traits!(@limits nan infinity neg_infinity neg_zero min_value min_positive_value epsilon max_value);
            $crate::impl_scalar_traits!(@tests $marks);
            $crate::impl_scalar_traits!(@unary $marks floor Floor, ceil Ceil, round Round, trunc Trunc, fract Fract, abs Abs, signum Signum,
                recip Recip, sqrt Sqrt, cbrt Cbrt, exp Exp, exp2 Exp2, exp_m1 ExpM1, ln Ln, log2 Log2, log10 Log10, ln_1p Ln1p,
                sin Sin, cos Cos, tan Tan, asin Asin, acos Acos, atan Atan, sinh Sinh, cosh Cosh, tanh Tanh,
                asinh Asinh, acosh Acosh, atanh Atanh);
            $crate::impl_scalar_traits!(@binary $marks log Log, max Max, min Min, hypot Hypot, atan2 Atan2, copysign Copysign);
            $crate::impl_scalar_traits!(@others $marks);
            fn integer_decode(self) -> (u64, i16, i8) {
                $crate::num_traits::Float::integer_decode($crate::Scalar::primal(self))
            }
        }
    };

    (@limits $($name:ident)+) => {
        $(#[inline]
        fn $name() -> Self {
            $crate::Scalar::constant($crate::num_traits::Float::$name())
        })+
    };
    (@tests [$($mark:tt)*]) => {
        $($mark)*
        fn is_nan(self) -> bool {
            !$crate::Scalar::holds(self, $crate::Relation::Equal, self)
        }
        $($mark)*
        fn is_infinite(self) -> bool {
            self == <Self as $crate::num_traits::Float>::infinity() || self == <Self as $crate::num_traits::Float>::neg_infinity()
        }
        $($mark)*
        fn is_finite(self) -> bool {
            self < <Self as $crate::num_traits::Float>::infinity() && self > <Self as $crate::num_traits::Float>::neg_infinity()
        }
        $($mark)*
        fn is_normal(self) -> bool {
            let least = <Self as $crate::num_traits::Float>::min_positive_value();
            let most = <Self as $crate::num_traits::Float>::max_value();
            (self >= least && self <= most) || (self <= -least && self >= -most)
        }
        $($mark)*
        fn is_subnormal(self) -> bool {
            let least = <Self as $crate::num_traits::Float>::min_positive_value();
            self < least && self > -least && !$crate::num_traits::Zero::is_zero(&self)
        }
        $($mark)*
        fn is_sign_positive(self) -> bool {
            !$crate::num_traits::Float::is_sign_negative(self)
        }
        $($mark)*
        fn is_sign_negative(self) -> bool {
            let zero: Self = $crate::num_traits::Zero::zero();
            if self < zero {
                true
            } else if self > zero {
                false
            } else {
                // A zero or NaN: the sign bit goes to a number that compares.
                let one: Self = $crate::num_traits::One::one();
                $crate::num_traits::Float::copysign(one, $crate::Scalar::detach(self)) < zero
            }
        }
        $($mark)*
        fn classify(self) -> ::std::num::FpCategory {
            if $crate::num_traits::Float::is_nan(self) {
                ::std::num::FpCategory::Nan
            } else if $crate::num_traits::Float::is_infinite(self) {
                ::std::num::FpCategory::Infinite
            } else if $crate::num_traits::Zero::is_zero(&self) {
                ::std::num::FpCategory::Zero
            } else if $crate::num_traits::Float::is_normal(self) {
                ::std::num::FpCategory::Normal
            } else {
                ::std::num::FpCategory::Subnormal
            }
        }
    };
    (@unary $marks:tt $($name:ident $Gate:ident),+) => {
        $($crate::impl_scalar_traits!(@unary_method $marks $name $Gate);)+
    };
    (@binary $marks:tt $($name:ident $Gate:ident),+) => {
        $($crate::impl_scalar_traits!(@binary_method $marks $name $Gate);)+
    };
    (@unary_method [$($mark:tt)*] $name:ident $Gate:ident) => {
        $($mark)*
        fn $name(self) -> Self {
            $crate::Scalar::unary(self, $crate::gates::$Gate)
        }
    };
    (@binary_method [$($mark:tt)*] $name:ident $Gate:ident) => {
        $($mark)*
        fn $name(self, other: Self) -> Self {
            $crate::Scalar::binary(self, $crate::gates::$Gate, other)
        }
    };
    (@others [$($mark:tt)*]) => {
        $($mark)*
        fn mul_add(self, factor: Self, addend: Self) -> Self {
            $crate::Scalar::nary($crate::gates::MulAdd, &[self, factor, addend])
        }
        $($mark)*
        fn clamp(self, low: Self, high: Self) -> Self {
            $crate::Scalar::nary($crate::gates::Clamp, &[self, low, high])
        }
        $($mark)*
        fn powi(self, n: i32) -> Self {
            if n == 0 { $crate::num_traits::One::one() } else { $crate::Scalar::unary(self, $crate::gates::Powi { n }) }
        }
        $($mark)*
        fn powf(self, exponent: Self) -> Self {
            if $crate::Scalar::is_constant(exponent) {
                $crate::Scalar::pow_const(self, $crate::Scalar::primal(exponent))
            } else {
                $crate::Scalar::binary(self, $crate::gates::Pow, exponent)
            }
        }
        $($mark)*
        fn to_degrees(self) -> Self {
            let c = $crate::num_traits::Float::to_degrees(<<Self as $crate::Scalar>::Real as $crate::num_traits::One>::one());
            $crate::Scalar::unary(self, $crate::gates::MulConst { c })
        }
        $($mark)*
        fn to_radians(self) -> Self {
            let c = $crate::num_traits::Float::to_radians(<<Self as $crate::Scalar>::Real as $crate::num_traits::One>::one());
            $crate::Scalar::unary(self, $crate::gates::MulConst { c })
        }
        $($mark)*
        fn abs_sub(self, other: Self) -> Self {
            if self <= other { $crate::num_traits::Zero::zero() } else { self - other }
        }
        $($mark)*
        fn sin_cos(self) -> (Self, Self) {
            ($crate::num_traits::Float::sin(self), $crate::num_traits::Float::cos(self))
        }
    };
}
