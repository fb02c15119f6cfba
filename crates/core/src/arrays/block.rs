//! `Block`: an operation on whole arrays.

use std::fmt::Debug;

use smallvec::SmallVec;

use super::Buffer;
use super::buffer::unwritten;
use crate::{Real, Scalar};

/// An operation on arrays, `y = g(a₀ … aₖ₋₁)`: one entry on a tape, with the rule of the operation as a whole.
///
/// The value is a kernel over floats. The two rules are written over any scalar, in terms of other operations on arrays, so
/// one row serves every backend and every order, as it is with the gates. The type holds the shapes; what else an operation
/// depends on is an operand.
///
/// A block is applied by [`Scalar::block`]; whoever applies it has checked the shapes.
pub trait Block<R: Real>: Copy + Debug + Send + Sync + 'static {
    /// The name that reports print.
    fn name(self) -> &'static str;

    /// The number of elements of `y`.
    fn size(self) -> usize;

    /// The number of elements of operand `index`; none past the last.
    fn operand(self, index: usize) -> Option<usize>;

    /// The value at floats, into zeros; into anything if it [overwrites](Self::overwrites) them.
    fn value(self, args: &[&[R]], out: &mut [R]);

    /// Whether the value writes every number of `y` whatever stands there, so that nobody need make zeros of them before.
    fn overwrites(self) -> bool {
        false
    }

    /// The value at floats, as an array of its own: to be overridden where it is made at once, or [later](Buffer::later).
    fn output(self, args: &[&Buffer<R>]) -> Buffer<R> {
        self.by_value(args)
    }

    /// The value at floats, as an array of its own that is made by [`value`](Self::value).
    fn by_value(self, args: &[&Buffer<R>]) -> Buffer<R> {
        let args = slices(args);
        let value = |out: &mut [R]| self.value(&args, out);
        if self.overwrites() { Buffer::written(self.size(), value) } else { Buffer::filled(self.size(), value) }
    }

    /// The value at floats, into what may be anything before.
    fn write(self, args: &[&[R]], out: &mut [R]) {
        if self.overwrites() {
            self.value(args, unwritten(out));
        } else {
            out.fill(R::zero());
            self.value(args, out);
        }
    }

    /// `ẏ = Σ ∂g/∂aᵢ·ȧᵢ` over the operands that have a tangent; none if no derivative flows.
    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array>;

    /// Calls `add(i, āᵢ)` with `āᵢ = (∂g/∂aᵢ)ᵀ·ȳ` for operands that are [wanted](At::wants), at most once each.
    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array));

    /// Whether no derivative flows through, at any order: `y` is a means to compute others (a factorisation, a maximum to
    /// shift by), and the rules of these count what they owe to the operands.
    fn is_detached(self) -> bool {
        false
    }

    /// The same by gates, with the same bits, where each output is a gate or two: what a scalar that knows gates applies, and
    /// what a compiler [fuses](Self::is_fused) with its neighbours.
    fn gates<S: Scalar<Real = R>>(self, _args: &[&S::Array]) -> Option<S::Array> {
        None
    }

    /// Whether a compiler had better take the gates than the block, if there are any: not where the kernel for the block makes
    /// many outputs at once.
    fn is_fused(self) -> bool {
        true
    }
}

/// Arrays as slices: apart from what is compiled for each block.
fn slices<'a, R: Real>(args: &[&'a Buffer<R>]) -> SmallVec<[&'a [R]; 4]> {
    args.iter().map(|&arg| &**arg).collect()
}

/// Where the rule of a block is asked for: the operands, the value, and which operands somebody asks about.
#[derive(Debug)]
pub struct At<'a, T: Scalar> {
    /// The operands.
    pub args: &'a [&'a T::Array],
    /// The value at the operands.
    pub y: &'a T::Array,
    /// Which operands depend on an input.
    pub active: &'a [bool],
}

impl<T: Scalar> At<'_, T> {
    /// Whether the adjoint of operand `index` is asked for.
    pub fn wants(&self, index: usize) -> bool {
        self.active.get(index).is_some_and(|&active| active)
    }
}

impl<T: Scalar> Clone for At<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Scalar> Copy for At<'_, T> {}
