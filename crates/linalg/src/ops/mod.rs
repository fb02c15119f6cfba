//! The operations on arrays, one block each: the value as a kernel, tangent and adjoint in terms of other blocks.
//!
//! Arrays are read as `outer × axis × inner` numbers, row by row: a matrix's columns are an axis with `inner = 1`, its rows one
//! with `outer = 1`. Adjoints are those of Giles 2008, "Collected matrix derivative results for forward and reverse mode
//! algorithmic differentiation", unless another source is named.

mod cholesky;
mod cholesky_adjoint;
mod diagonal;
mod eigen;
mod elementwise;
mod extreme;
mod inverse;
mod join;
mod matmul;
mod nearest;
mod packed;
mod part;
mod permute;
mod pick;
mod pool;
mod reduce;
mod rows;
mod scale;
mod scale_spread;
mod slice;
mod softmax;
mod solve;
mod spectrum;
mod sum;
mod svd;
mod triangular;
mod unfold;
mod windows;

pub use cholesky::{CholeskyFactors, CholeskyInverse, CholeskyLogDeterminant, CholeskyLower, CholeskySolve};
pub use cholesky_adjoint::CholeskyAdjoint;
pub use diagonal::{Diagonal, DiagonalMatrix, Pivots};
pub use eigen::{EigenFactors, Eigenvalues, Eigenvectors};
pub use elementwise::{Map, Zip};
pub use extreme::{Max, MaxPick, MaxShare};
pub use inverse::Inverse;
pub use join::Join;
pub use matmul::MatMul;
pub use nearest::Nearest;
pub use packed::{Pack, Unpack};
pub use part::{FoldTriangle, Mirror, OnDiagonal, Part};
pub use permute::Permute;
pub use pick::{Pick, Place};
pub use pool::{PoolMax, PoolPick, PoolShare, PoolSpread, PoolSum};
pub use reduce::Reduce;
pub use rows::{AddRows, TakeRows};
pub use scale::Scale;
pub use scale_spread::ScaleSpread;
pub use slice::{Pad, Slice};
pub use softmax::{LogSoftmax, Softmax};
pub use solve::{Determinant, LuFactors, Solve};
pub use spectrum::{Apart, Shares};
pub use sum::{AddSpread, Spread, Sum};
pub use svd::{SingularFactors, SingularValues, SingularVectors};
pub use triangular::{TriangularProduct, TriangularSolve};
pub use unfold::{Fold, Unfold};
pub use windows::Windows;

use anygrad_core::Scalar;
use anygrad_core::arrays::{AddArrays, Array, Block};
use smallvec::SmallVec;

/// An expression with the length of rows: up to four by code of its own, in which a row is a few instructions.
macro_rules! by_length {
    ($len:expr, |$known:ident| $body:expr) => {
        match $len {
            1 => {
                let $known = 1;
                $body
            }
            2 => {
                let $known = 2;
                $body
            }
            3 => {
                let $known = 3;
                $body
            }
            4 => {
                let $known = 4;
                $body
            }
            $known => $body,
        }
    };
}
use by_length;

/// The sum of what there is.
fn total<T: Scalar>(parts: impl Iterator<Item = T::Array>) -> Option<T::Array> {
    parts.reduce(|mut sum, part| {
        sum.accumulate(&part);
        sum
    })
}

/// The element-by-element product.
fn hadamard<T: Scalar>(a: &T::Array, b: &T::Array) -> T::Array {
    T::block(Zip { gate: anygrad_core::gates::Mul, len: a.len() }, &[a, b])
}

/// The element-by-element sum.
fn sum<T: Scalar>(a: &T::Array, b: &T::Array) -> T::Array {
    T::block(AddArrays { len: a.len() }, &[a, b])
}

/// The element-by-element difference.
fn difference<T: Scalar>(a: &T::Array, b: &T::Array) -> T::Array {
    T::block(Zip { gate: anygrad_core::gates::Sub, len: a.len() }, &[a, b])
}

/// `−x`.
fn negated<T: Scalar>(x: &T::Array) -> T::Array {
    apply::<T>(Map { gate: anygrad_core::gates::Neg, len: x.len() }, x)
}

/// Applies a block to the same operands but another first one.
fn on_first<T: Scalar>(block: impl Block<T::Real>, operands: &[&T::Array], first: &T::Array) -> T::Array {
    let mut operands: SmallVec<[&T::Array; 3]> = operands.into();
    operands[0] = first;
    T::block(block, &operands)
}

/// A block that is linear in its first operand: its tangent is itself applied to the tangent, and its adjoint is another such
/// block. What comes `by` the first operand is passed on, and no derivative flows to it.
macro_rules! impl_linear {
    (
        $Type:ident, $name:literal, $(overwrites $overwrites:literal,)? $(output $output:ident,)? |$this:ident| len $len:expr, operand $operand:expr,
        $(by $by:expr,)* adjoint $adjoint:expr
    ) => {
        impl<R: ::anygrad_core::Real> ::anygrad_core::arrays::Block<R> for $Type {
            fn name(self) -> &'static str {
                $name
            }

            fn size(self) -> usize {
                let $this = self;
                $len
            }

            fn operand(self, index: usize) -> Option<usize> {
                let $this = self;
                [$operand $(, $by)*].get(index).copied()
            }

            fn value(self, args: &[&[R]], out: &mut [R]) {
                self.compute(args, out);
            }

            $(
                fn overwrites(self) -> bool {
                    $overwrites
                }
            )?
            $(
                fn output(self, args: &[&::anygrad_core::arrays::Buffer<R>]) -> ::anygrad_core::arrays::Buffer<R> {
                    self.$output(args).unwrap_or_else(|| ::anygrad_core::arrays::Block::<R>::by_value(self, args))
                }
            )?

            fn pushforward<T: ::anygrad_core::Scalar<Real = R>>(
                self,
                at: ::anygrad_core::arrays::At<'_, T>,
                tangents: &[Option<&T::Array>],
            ) -> Option<T::Array> {
                tangents[0].map(|tangent| crate::ops::on_first::<T>(self, at.args, tangent))
            }

            fn pullback<T: ::anygrad_core::Scalar<Real = R>>(
                self,
                at: ::anygrad_core::arrays::At<'_, T>,
                adjoint: &T::Array,
                add: &mut impl FnMut(usize, T::Array),
            ) {
                let $this = self;
                if at.wants(0) {
                    add(0, crate::ops::on_first::<T>($adjoint, at.args, adjoint));
                }
            }
        }
    };
}
use impl_linear;

/// A block of one operand that no derivative flows through.
macro_rules! impl_detached {
    ($Type:ident, $name:literal, |$this:ident| len $len:expr, operand $operand:expr) => {
        impl<R: ::anygrad_core::Real> ::anygrad_core::arrays::Block<R> for $Type {
            fn name(self) -> &'static str {
                $name
            }

            fn size(self) -> usize {
                let $this = self;
                $len
            }

            fn operand(self, index: usize) -> Option<usize> {
                let $this = self;
                (index == 0).then_some($operand)
            }

            fn value(self, args: &[&[R]], out: &mut [R]) {
                self.compute(args[0], out);
            }

            fn pushforward<T: ::anygrad_core::Scalar<Real = R>>(
                self,
                _: ::anygrad_core::arrays::At<'_, T>,
                _: &[Option<&T::Array>],
            ) -> Option<T::Array> {
                None
            }

            fn pullback<T: ::anygrad_core::Scalar<Real = R>>(
                self,
                _: ::anygrad_core::arrays::At<'_, T>,
                _: &T::Array,
                _: &mut impl FnMut(usize, T::Array),
            ) {
            }

            fn is_detached(self) -> bool {
                true
            }
        }
    };
}
use impl_detached;

/// Applies a block of one operand.
pub(crate) fn apply<S: Scalar>(block: impl Block<S::Real>, operand: &S::Array) -> S::Array {
    S::block(block, &[operand])
}
