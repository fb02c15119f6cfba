//! Gates of any number of arguments: one entry on a tape, with an edge to each argument.

use smallvec::SmallVec;

use super::binary::rescue;
use super::scaled::ProductsOfOthers;
use super::unary::undefined;
use crate::{Nary, Real, Scalar};

/// Rows of many arguments: `Name name of 3 |args| value => |args, y, edge| partials;`, without the number where any will do.
macro_rules! nary_table {
    ($(
        $(#[$doc:meta])*
        $([$kind:ident])? $Name:ident $name:ident $(of $arity:literal)?
        |$vargs:ident| $value:expr => |$pargs:ident, $py:pat_param, $edge:ident| $partials:expr;
    )+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq)]
            pub struct $Name;

            impl<R: Real> Nary<R> for $Name {
                #[inline]
                fn name(self) -> &'static str {
                    stringify!($name)
                }
                #[inline]
                fn value(self, $vargs: &[R]) -> R {
                    $value
                }
                #[inline]
                fn partials<T: Scalar<Real = R>>(self, $pargs: &[T], $py: T, mut $edge: impl FnMut(usize, T)) {
                    $partials
                }
                $(super::table::unary_table!(@$kind);)?
                #[inline]
                fn opcode(self) -> Option<NaryOp> {
                    Some(NaryOp::$Name)
                }
            }
        )+

        /// A row of the table of gates of many arguments: the opcode of a recorded program.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum NaryOp {
            $(#[doc = concat!("See [`", stringify!($Name), "`](struct@", stringify!($Name), ").")] $Name,)+
        }

        impl NaryOp {
            /// Every row with the number of its arguments, `None` for any.
            pub const SAMPLES: &[(Self, Option<usize>)] = &[$((Self::$Name, nary_table!(@arity $($arity)?))),+];

            /// The row of that name.
            pub fn named(name: &str) -> Option<Self> {
                match name { $(stringify!($name) => Some(Self::$Name),)+ _ => None }
            }
        }

        impl<R: Real> Nary<R> for NaryOp {
            fn name(self) -> &'static str {
                match self { $(Self::$Name => Nary::<R>::name($Name),)+ }
            }
            fn value(self, args: &[R]) -> R {
                match self { $(Self::$Name => $Name.value(args),)+ }
            }
            fn partials<T: Scalar<Real = R>>(self, args: &[T], y: T, edge: impl FnMut(usize, T)) {
                match self { $(Self::$Name => $Name.partials(args, y, edge),)+ }
            }
            fn is_piecewise(self) -> bool {
                match self { $(Self::$Name => Nary::<R>::is_piecewise($Name),)+ }
            }
            fn opcode(self) -> Option<NaryOp> {
                Some(self)
            }
        }
    };

    (@arity) => { None };
    (@arity $arity:literal) => { Some($arity) };
}

nary_table! {
    /// `y = Σ xᵢ`; `∂ᵢ = 1`.
    SumOf sum |args| args.iter().fold(R::zero(), |sum, &x| sum + x)
        => |args, _, edge| (0..args.len()).for_each(|i| edge(i, T::one()));

    /// `y = Π xᵢ`; `∂ᵢ` = the product of the others, right at zeros too, and where a product of some of them overflows.
    ProductOf product |args| args.iter().fold(R::one(), |product, &x| product * x)
        => |args, _, edge| ProductsOfOthers::of(args).for_each(&mut edge);

    /// `y = Σ aᵢ·bᵢ` of the first and the second half of the arguments; `∂aᵢ = bᵢ`, `∂bᵢ = aᵢ`.
    Dot dot |args| {
        let (a, b) = args.split_at(args.len() / 2);
        a.iter().zip(b).fold(R::zero(), |sum, (&a, &b)| sum + a * b)
    } => |args, _, edge| {
        let half = args.len() / 2;
        (0..args.len()).for_each(|i| edge(i, args[if i < half { i + half } else { i - half }]));
    };

    /// `y = √(Σ xᵢ²)`; `∂ᵢ = xᵢ/y`, 0 at the origin, ±1 for the one infinite component.
    Norm norm |args| euclidean_norm(args) => |args, y, edge| {
        let infinite = if y.is_infinite() {
            args.iter().fold(T::zero(), |count, &x| count + is_infinity(x.abs()))
        } else {
            T::zero()
        };
        if infinite == T::one() {
            args.iter().enumerate().for_each(|(i, &x)| edge(i, is_infinity(x.abs()) * x.signum()));
        } else if let Some(scale) = rescue(y).filter(|_| infinite.is_zero()) {
            let scaled: SmallVec<[T; 16]> = args.iter().map(|&x| x * scale).collect();
            let y = T::nary(Norm, &scaled);
            scaled.iter().enumerate().for_each(|(i, &x)| edge(i, x / y));
        } else {
            let is_origin = y.is_zero();
            args.iter().enumerate().for_each(|(i, &x)| edge(i, if is_origin { T::zero() } else { x / y }));
        }
    };

    /// `y = ln Σ exp xᵢ`; `∂ᵢ = exp(xᵢ)/Σ exp xⱼ`, the softmax weights, which sum to 1 also at infinities.
    Logsumexp logsumexp |args| {
        let top = largest(args);
        if top.is_finite() {
            top + args.iter().fold(R::zero(), |sum, &x| sum + (x - top).exp()).ln()
        } else {
            args.iter().fold(top, |sum, &x| if x.is_nan() { x } else { sum })
        }
    } => |args, y, edge| {
        let top = args.iter().fold(T::neg_infinity(), |top, &x| top.max(x.detach()));
        let weight = |x: T| if top.is_finite() {
            (x - top).exp()
        } else if top > T::zero() {
            is_infinity(x)
        } else {
            // All are −∞.
            T::one()
        };
        let sum = args.iter().fold(T::zero(), |sum, &x| sum + weight(x));
        for (i, &x) in args.iter().enumerate() {
            edge(i, if y.is_nan() { undefined(y) } else { weight(x) / sum });
        }
    };

    /// `y = a·b + c` of three arguments, rounded once; `∂ = (b, a, 1)`.
    MulAdd mul_add of 3 |args| args[0].mul_add(args[1], args[2]) => |args, _, edge| {
        edge(0, args[1]);
        edge(1, args[0]);
        edge(2, T::one());
    };

    /// `y` = the first of three arguments, kept between the other two; 1 to the one that is chosen, to the first at a bound.
    [piecewise] Clamp clamp of 3 |args| {
        let [x, low, high] = [args[0], args[1], args[2]];
        if low > high || low.is_nan() || high.is_nan() {
            R::nan()
        } else if x < low {
            low
        } else if x > high {
            high
        } else {
            x
        }
    } => |args, y, edge| {
        let chosen = if args[0] < args[1] { 1 } else if args[0] > args[2] { 2 } else { 0 };
        (0..3).for_each(|i| edge(i, one_hot(i == chosen, y, y)));
    };

    /// `y` = the second of three arguments where the first is positive, otherwise the third; 1 to the one that is chosen.
    [piecewise] Select select of 3 |args| if args[0].is_nan() {
        args[0]
    } else if args[0] > R::zero() {
        args[1]
    } else {
        args[2]
    } => |args, y, edge| {
        let chosen = if args[0] > T::zero() { 1 } else { 2 };
        (0..3).for_each(|i| edge(i, one_hot(i == chosen, args[0], y)));
    };
}

/// The partial of a choice: 1 to the chosen, 0 to the others, NaN where the choice rests on a NaN.
#[inline]
fn one_hot<T: Scalar>(chosen: bool, test: T, y: T) -> T {
    if test.is_nan() {
        undefined(y)
    } else if chosen {
        T::one()
    } else {
        T::zero()
    }
}

/// The largest argument, `−∞` for none; NaNs are passed over.
fn largest<R: Real>(args: &[R]) -> R {
    args.iter().fold(R::neg_infinity(), |top, &x| top.max(x))
}

/// 1 for `+∞`, 0 for all else, without a comparison for each.
#[inline]
fn is_infinity<T: Scalar>(x: T) -> T {
    (x.detach() - T::max_value()).max(T::zero()).select(T::one(), T::zero())
}

/// `√(Σ xᵢ²)`, scaled by a power of two where the squares could overflow or underflow.
fn euclidean_norm<R: Real>(args: &[R]) -> R {
    let top = args.iter().fold(R::zero(), |top, x| top.max(x.abs()));
    if top.is_infinite() {
        return top;
    }
    let safe = R::max_value().sqrt().sqrt();
    let scale = if top > safe || (top < safe.recip() && top > R::zero()) {
        // The logarithm of the largest float rounds up to an exponent that no float has.
        let largest = R::max_value().log2().floor() - R::one();
        top.log2().floor().min(largest).exp2()
    } else {
        R::one()
    };
    let squares = args.iter().fold(R::zero(), |sum, &x| {
        let scaled = x / scale;
        sum + scaled * scaled
    });
    squares.sqrt() * scale
}
