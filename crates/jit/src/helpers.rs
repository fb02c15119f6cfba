//! Functions of numbers that native code calls: the gates of the table, each by the code that every other run of it uses.

use anygrad_core::{Binary, BinaryOp, Nary, NaryOp, Real, Unary, UnaryOp, gates};

/// A function that native code calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Helper<R> {
    pub(crate) address: usize,
    /// What it is given besides the operands.
    pub(crate) constant: Constant<R>,
}

/// The constant of a gate, as an argument.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Constant<R> {
    None,
    Float(R),
    Integer(i32),
}

type One<R> = extern "C" fn(R) -> R;
type Two<R> = extern "C" fn(R, R) -> R;
type Three<R> = extern "C" fn(R, R, R) -> R;

fn plain<R>(address: usize) -> Helper<R> {
    Helper { address, constant: Constant::None }
}

macro_rules! unary_helpers {
    ($($Name:ident)+) => {
        /// The value of a gate of one argument; none for those that are made in place.
        pub(crate) fn unary_helper<R: Real>(op: UnaryOp<R>) -> Option<Helper<R>> {
            match op {
                $(UnaryOp::$Name(_) => {
                    extern "C" fn value<R: Real>(x: R) -> R {
                        Unary::<R>::value(gates::$Name, x)
                    }
                    Some(plain(value::<R> as One<R> as usize))
                })+
                _ => helper_with_constant(op),
            }
        }

        /// The partial of a gate of one argument at its argument and value; none for those with a constant.
        pub(crate) fn partial_helper<R: Real>(op: UnaryOp<R>) -> Option<Helper<R>> {
            match op {
                $(UnaryOp::$Name(_) => {
                    extern "C" fn slope<R: Real>(x: R, y: R) -> R {
                        Unary::<R>::partial(gates::$Name, x, y)
                    }
                    Some(plain(slope::<R> as Two<R> as usize))
                })+
                _ => partial_in_place(op),
            }
        }
    };
}

unary_helpers! {
    Cbrt Rsqrt Exp Exp2 ExpM1 Ln Log2 Log10 Ln1p Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh Asinh Acosh Atanh Signum Floor
    Ceil Round Trunc Fract LogSigmoid Silu Gelu NormalCdf Erf Erfc LnGamma
}

/// Gates with a constant that the function is given.
fn helper_with_constant<R: Real>(op: UnaryOp<R>) -> Option<Helper<R>> {
    match op {
        UnaryOp::Powf(gate) => {
            extern "C" fn value<R: Real>(x: R, exponent: R) -> R {
                Unary::<R>::value(gates::Powf { exponent }, x)
            }
            Some(Helper { address: value::<R> as Two<R> as usize, constant: Constant::Float(gate.exponent) })
        }
        UnaryOp::Powi(gate) if gate.n.unsigned_abs() > crate::emit::EXPONENT => {
            extern "C" fn value<R: Real>(x: R, n: i32) -> R {
                Unary::<R>::value(gates::Powi { n }, x)
            }
            let address = value::<R> as extern "C" fn(R, i32) -> R as usize;
            Some(Helper { address, constant: Constant::Integer(gate.n) })
        }
        UnaryOp::Polygamma(gate) => {
            extern "C" fn value<R: Real>(x: R, order: i32) -> R {
                Unary::<R>::value(gates::Polygamma { order: order.cast_unsigned() }, x)
            }
            let address = value::<R> as extern "C" fn(R, i32) -> R as usize;
            Some(Helper { address, constant: Constant::Integer(gate.order.cast_signed()) })
        }
        _ => None,
    }
}

macro_rules! partials_of_gates_in_place {
    ($($Name:ident)+) => {
        /// The partials of gates whose values are made in place.
        fn partial_in_place<R: Real>(op: UnaryOp<R>) -> Option<Helper<R>> {
            match op {
                $(UnaryOp::$Name(_) => {
                    extern "C" fn slope<R: Real>(x: R, y: R) -> R {
                        Unary::<R>::partial(gates::$Name, x, y)
                    }
                    Some(plain(slope::<R> as Two<R> as usize))
                })+
                _ => None,
            }
        }
    };
}

partials_of_gates_in_place! { Sigmoid Softplus Neg Recip OneMinusSquare Sqrt FromZero Abs Relu Detach }

macro_rules! binary_helpers {
    ($($Name:ident)+; $($Plain:ident)+) => {
        /// The value of a gate of two arguments; none for those that are made in place.
        pub(crate) fn binary_helper<R: Real>(op: BinaryOp) -> Option<Helper<R>> {
            match op {
                $(BinaryOp::$Name => {
                    extern "C" fn value<R: Real>(a: R, b: R) -> R {
                        Binary::<R>::value(gates::$Name, a, b)
                    }
                    Some(plain(value::<R> as Two<R> as usize))
                })+
                _ => None,
            }
        }

        /// The two partials of a gate of two arguments at its arguments and value.
        pub(crate) fn partials_helper<R: Real>(op: BinaryOp) -> Option<[Helper<R>; 2]> {
            match op {
                $(BinaryOp::$Name => binary_helpers!(@partials $Name),)+
                $(BinaryOp::$Plain => binary_helpers!(@partials $Plain),)+
                _ => None,
            }
        }
    };

    (@partials $Name:ident) => {{
        extern "C" fn lhs<R: Real>(a: R, b: R, y: R) -> R {
            Binary::<R>::partial_lhs(gates::$Name, a, b, y)
        }
        extern "C" fn rhs<R: Real>(a: R, b: R, y: R) -> R {
            Binary::<R>::partial_rhs(gates::$Name, a, b, y)
        }
        Some([plain(lhs::<R> as Three<R> as usize), plain(rhs::<R> as Three<R> as usize)])
    }};
}

binary_helpers! {
    Rem Pow Log Hypot Atan2 Max Min Xlogy Logaddexp;
    Add Sub Mul Div Copysign
}

/// The value of a gate of three arguments; none for those of any number, and for those that are made in place.
pub(crate) fn nary_helper<R: Real>(op: NaryOp) -> Option<Helper<R>> {
    extern "C" fn mul_add<R: Real>(a: R, b: R, c: R) -> R {
        Nary::<R>::value(gates::MulAdd, &[a, b, c])
    }
    extern "C" fn clamp<R: Real>(x: R, low: R, high: R) -> R {
        Nary::<R>::value(gates::Clamp, &[x, low, high])
    }
    match op {
        NaryOp::MulAdd => Some(plain(mul_add::<R> as Three<R> as usize)),
        NaryOp::Clamp => Some(plain(clamp::<R> as Three<R> as usize)),
        _ => None,
    }
}
