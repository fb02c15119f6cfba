//! From rows to gate types.

use crate::Real;

/// The constant of a gate: a float of the leaf, or an integer.
pub(super) trait Constant: Sized {
    fn widened(self) -> f64;

    /// The constant that widens to this number.
    fn narrowed(c: f64) -> Option<Self>;
}

impl<R: Real> Constant for R {
    fn widened(self) -> f64 {
        self.widen()
    }

    fn narrowed(c: f64) -> Option<Self> {
        let narrow = Self::narrow(c);
        (narrow.widen() == c || c.is_nan()).then_some(narrow)
    }
}

macro_rules! impl_constant {
    ($($Integer:ident)+) => {
        $(impl Constant for $Integer {
            fn widened(self) -> f64 {
                f64::from(self)
            }

            fn narrowed(c: f64) -> Option<Self> {
                num_traits::NumCast::from(c).filter(|&n: &Self| f64::from(n) == c)
            }
        })+
    };
}

impl_constant!(i32 u32);

/// Rows of one argument: `Name name on [lo, hi] |x| value => |x, y| partial;`, with the gate's constants in braces
/// behind its name and `piecewise` in front of it where zero partials are structural.
macro_rules! unary_table {
    ($(
        $(#[$doc:meta])*
        $([$kind:ident])? $Name:ident $({ $($field:ident : $Type:ty = $sample:expr),+ })? $(<$R:ident>{ $($rfield:ident = $rsample:expr),+ })?
        $name:ident on [$lo:expr, $hi:expr]
        |$vx:pat_param| $value:expr => |$px:pat_param, $py:pat_param| $partial:expr;
    )+) => {
        $(unary_table!(@gate [$(#[$doc])*] [$($kind)?] $Name [$($($field: $Type),+)?] [$($R $($rfield),+)?] $name
            [$vx] [$value] [$px] [$py] [$partial]);)+

        /// A row of the table of gates of one argument: the opcode of a recorded program.
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum UnaryOp<R> {
            $(#[doc = concat!("See [`", stringify!($Name), "`].")]
            $Name($Name $(<$R>)?),)+
        }

        impl<R: Real> UnaryOp<R> {
            /// Every row with its test interval; gates with constants appear at a sample of them.
            pub fn samples() -> Vec<(Self, [f64; 2])> {
                vec![$((
                    Self::$Name(unary_table!(@sample $Name [$($($field = $sample),+)?] [$($($rfield = $rsample),+)?])),
                    [$lo, $hi],
                )),+]
            }

            /// The gate's constant, if it has one, exactly.
            pub fn constant(self) -> Option<f64> {
                match self {
                    $(Self::$Name(gate) => unary_table!(@constant gate [$($($field),+)?] [$($($rfield),+)?]),)+
                }
            }

            /// The row of that name, with its constant; `None` if there is no such row, or if a constant is missing, is not
            /// wanted, or is none of its type.
            pub fn named(name: &str, constant: Option<f64>) -> Option<Self> {
                let row = match name {
                    $(stringify!($name) => Self::$Name(unary_table!(@named constant $Name [$($($field),+)?] [$($($rfield),+)?])),)+
                    _ => return None,
                };
                (row.constant().is_some() == constant.is_some()).then_some(row)
            }
        }

        impl<R: Real> Unary<R> for UnaryOp<R> {
            fn name(self) -> &'static str {
                match self { $(Self::$Name(gate) => Unary::<R>::name(gate),)+ }
            }
            fn value(self, x: R) -> R {
                match self { $(Self::$Name(gate) => gate.value(x),)+ }
            }
            fn partial<T: Scalar<Real = R>>(self, x: T, y: T) -> T {
                match self { $(Self::$Name(gate) => gate.partial(x, y),)+ }
            }
            fn is_piecewise(self) -> bool {
                match self { $(Self::$Name(gate) => Unary::<R>::is_piecewise(gate),)+ }
            }
            fn opcode(self) -> Option<UnaryOp<R>> {
                Some(self)
            }
        }
    };

    (@constant $gate:ident [] []) => {{
        let _ = $gate;
        None
    }};
    (@constant $gate:ident [$($field:ident)?] [$($rfield:ident)?]) => { Some(super::table::Constant::widened($gate$(.$field)?$(.$rfield)?)) };

    (@named $constant:ident $Name:ident [] []) => { $Name };
    (@named $constant:ident $Name:ident [$($field:ident)?] [$($rfield:ident)?]) => {
        $Name { $($field)?$($rfield)?: $constant.and_then(|c| super::table::Constant::narrowed(c))? }
    };

    (@sample $Name:ident [] []) => { $Name };
    (@sample $Name:ident [$($field:ident = $sample:expr),+] []) => { $Name { $($field: $sample),+ } };
    (@sample $Name:ident [] [$($field:ident = $sample:expr),+]) => { $Name { $($field: R::narrow($sample)),+ } };

    (@gate [$($doc:tt)*] [$($kind:ident)?] $Name:ident [] [] $($rest:tt)+) => {
        $($doc)*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $Name;
        unary_table!(@impl $Name, $Name [$($kind)?] [] $($rest)+);
    };
    (@gate [$($doc:tt)*] [$($kind:ident)?] $Name:ident [$($field:ident : $Type:ty),+] [] $($rest:tt)+) => {
        $($doc)*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $Name { $(#[doc = "The gate's constant."] pub $field: $Type),+ }
        unary_table!(@impl $Name, $Name [$($kind)?] [$($field),+] $($rest)+);
    };
    (@gate [$($doc:tt)*] [$($kind:ident)?] $Name:ident [] [$R:ident $($field:ident),+] $($rest:tt)+) => {
        $($doc)*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $Name<$R> { $(#[doc = "The gate's constant."] pub $field: $R),+ }
        unary_table!(@impl $Name, $Name<R> [$($kind)?] [$($field),+] $($rest)+);
    };

    (@impl $Name:ident, $Gate:ty [$($kind:ident)?] [$($field:ident),*] $name:ident
        [$vx:pat_param] [$value:expr] [$px:pat_param] [$py:pat_param] [$partial:expr]) => {
        impl<R: Real> Unary<R> for $Gate {
            #[inline]
            fn name(self) -> &'static str {
                stringify!($name)
            }
            #[inline]
            #[allow(unused_variables, reason = "a constant need not appear in both halves of its row")]
            fn value(self, $vx: R) -> R {
                let Self { $($field),* } = self;
                $value
            }
            #[inline]
            #[allow(unused_variables, reason = "a constant need not appear in both halves of its row")]
            fn partial<T: Scalar<Real = R>>(self, $px: T, $py: T) -> T {
                let Self { $($field),* } = self;
                $partial
            }
            $(unary_table!(@$kind);)?
            #[inline]
            fn opcode(self) -> Option<UnaryOp<R>> {
                Some(UnaryOp::$Name(self))
            }
        }
    };

    (@piecewise) => {
        #[inline]
        fn is_piecewise(self) -> bool {
            true
        }
    };
}

/// Rows of two arguments: `Name name on [lo, hi] × [lo, hi] |a, b| value => |a, b, y| (∂a, ∂b);`.
macro_rules! binary_table {
    ($(
        $(#[$doc:meta])*
        $([$kind:ident])? $Name:ident $name:ident on [$alo:expr, $ahi:expr] [$blo:expr, $bhi:expr]
        |$va:ident, $vb:ident| $value:expr => |$pa:pat_param, $pb:pat_param, $py:pat_param| ($lhs:expr, $rhs:expr);
    )+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq)]
            pub struct $Name;

            impl<R: Real> Binary<R> for $Name {
                #[inline]
                fn name(self) -> &'static str {
                    stringify!($name)
                }
                #[inline]
                fn value(self, $va: R, $vb: R) -> R {
                    $value
                }
                #[inline]
                #[allow(unused_variables, reason = "a row names its arguments once for both partials")]
                fn partial_lhs<T: Scalar<Real = R>>(self, $pa: T, $pb: T, $py: T) -> T {
                    $lhs
                }
                #[inline]
                #[allow(unused_variables, reason = "a row names its arguments once for both partials")]
                fn partial_rhs<T: Scalar<Real = R>>(self, $pa: T, $pb: T, $py: T) -> T {
                    $rhs
                }
                $(unary_table!(@$kind);)?
                #[inline]
                fn opcode(self) -> Option<BinaryOp> {
                    Some(BinaryOp::$Name)
                }
            }
        )+

        /// A row of the table of gates of two arguments: the opcode of a recorded program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum BinaryOp {
            $(#[doc = concat!("See [`", stringify!($Name), "`](struct@", stringify!($Name), ").")] $Name,)+
        }

        impl BinaryOp {
            /// Every row with the test intervals of its two arguments.
            pub const SAMPLES: &[(Self, [[f64; 2]; 2])] = &[$((Self::$Name, [[$alo, $ahi], [$blo, $bhi]])),+];

            /// The row of that name.
            pub fn named(name: &str) -> Option<Self> {
                match name { $(stringify!($name) => Some(Self::$Name),)+ _ => None }
            }
        }

        impl<R: Real> Binary<R> for BinaryOp {
            fn name(self) -> &'static str {
                match self { $(Self::$Name => Binary::<R>::name($Name),)+ }
            }
            fn value(self, a: R, b: R) -> R {
                match self { $(Self::$Name => $Name.value(a, b),)+ }
            }
            fn partial_lhs<T: Scalar<Real = R>>(self, a: T, b: T, y: T) -> T {
                match self { $(Self::$Name => $Name.partial_lhs(a, b, y),)+ }
            }
            fn partial_rhs<T: Scalar<Real = R>>(self, a: T, b: T, y: T) -> T {
                match self { $(Self::$Name => $Name.partial_rhs(a, b, y),)+ }
            }
            fn is_piecewise(self) -> bool {
                match self { $(Self::$Name => Binary::<R>::is_piecewise($Name),)+ }
            }
            fn opcode(self) -> Option<BinaryOp> {
                Some(self)
            }
        }
    };
}

pub(super) use {binary_table, unary_table};
