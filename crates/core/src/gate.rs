//! What a gate is: an elementary operation, its value at a float and its partials at any scalar.

use std::fmt::Debug;

use crate::{BinaryOp, NaryOp, Real, Scalar, UnaryOp};

/// An elementary operation of one argument, `y = g(x)`.
///
/// The gates of the library are rows of the table in [`gates`](crate::gates). A gate of your own is a
/// `Copy` type with these methods, applied by [`Scalar::unary`]; it then works in every backend and at
/// every order, because its partial is written over any scalar.
///
/// ```
/// use anygrad_core::{Real, Scalar, Unary};
///
/// /// `y = x²`.
/// #[derive(Clone, Copy, Debug)]
/// struct Square;
///
/// impl<R: Real> Unary<R> for Square {
///     fn name(self) -> &'static str {
///         "square"
///     }
///     fn value(self, x: R) -> R {
///         x * x
///     }
///     fn partial<T: Scalar<Real = R>>(self, x: T, _y: T) -> T {
///         x + x
///     }
/// }
///
/// assert_eq!(3.0_f64.unary(Square), 9.0);
/// assert_eq!(Square.linearize(3.0_f64), (9.0, 6.0));
/// ```
pub trait Unary<R: Real>: Copy + Debug + Send + Sync + 'static {
    /// The name that reports print.
    fn name(self) -> &'static str;

    /// The value at a float.
    fn value(self, x: R) -> R;

    /// `∂y/∂x` in terms of the input and the output `y = g(x)`.
    fn partial<T: Scalar<Real = R>>(self, x: T, y: T) -> T;

    /// The value and the partial together. Override it where the two share work.
    #[inline]
    fn linearize<T: Scalar<Real = R>>(self, x: T) -> (T, T) {
        let y = x.unary(self);
        (y, self.partial(x, y))
    }

    /// Whether the gate chooses among smooth pieces (`abs`, `floor`, `relu` …), so that a partial that is
    /// zero is *structural*: no derivative flows there, not even an infinite one.
    #[inline]
    fn is_piecewise(self) -> bool {
        false
    }

    /// The gate as a row of the table; `None` for a gate of your own.
    #[inline]
    fn opcode(self) -> Option<UnaryOp<R>> {
        None
    }
}

/// An elementary operation of two arguments, `y = g(a, b)`.
pub trait Binary<R: Real>: Copy + Debug + Send + Sync + 'static {
    /// The name that reports print.
    fn name(self) -> &'static str;

    /// The value at two floats.
    fn value(self, a: R, b: R) -> R;

    /// `∂y/∂a` in terms of the inputs and the output `y = g(a, b)`.
    fn partial_lhs<T: Scalar<Real = R>>(self, a: T, b: T, y: T) -> T;

    /// `∂y/∂b` in terms of the inputs and the output `y = g(a, b)`.
    fn partial_rhs<T: Scalar<Real = R>>(self, a: T, b: T, y: T) -> T;

    /// See [`Unary::is_piecewise`].
    #[inline]
    fn is_piecewise(self) -> bool {
        false
    }

    /// The gate as a row of the table; `None` for a gate of your own.
    #[inline]
    fn opcode(self) -> Option<BinaryOp> {
        None
    }
}

/// An elementary operation of any number of arguments, `y = g(x₀ … xₖ₋₁)`: one entry with `k` edges on a tape.
pub trait Nary<R: Real>: Copy + Debug + Send + Sync + 'static {
    /// The name that reports print.
    fn name(self) -> &'static str;

    /// The value at floats.
    fn value(self, args: &[R]) -> R;

    /// Calls `edge(i, ∂y/∂xᵢ)` once for each argument, in ascending order of `i`.
    fn partials<T: Scalar<Real = R>>(self, args: &[T], y: T, edge: impl FnMut(usize, T));

    /// See [`Unary::is_piecewise`].
    #[inline]
    fn is_piecewise(self) -> bool {
        false
    }

    /// The gate as a row of the table; `None` for a gate of your own.
    #[inline]
    fn opcode(self) -> Option<NaryOp> {
        None
    }
}
