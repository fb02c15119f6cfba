//! The factorisation of a square matrix, and what is computed by it.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar};

use super::{Inverse, MatMul, Permute, Spread, Sum, apply, hadamard, negated};
use crate::kernel;

/// The LU factors of an `n×n` matrix with row exchanges: `n·n` packed floats, and `n` for the order of the rows. A means for the
/// blocks that take it as their second operand; no derivative flows through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LuFactors {
    /// The number of rows.
    pub n: usize,
}

/// `X` with `A·X = B`, or `Aᵀ·X = B`, from `A`, its [`LuFactors`] and `B`.
///
/// Tangent `Ẋ = A⁻¹·(Ḃ − Ȧ·X)`. Adjoints `B̄ = A⁻ᵀ·X̄` and `Ā = −B̄·Xᵀ` (Giles 2008, §2.2.3); the same factors serve both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Solve {
    /// The number of rows of `A`.
    pub n: usize,
    /// The number of columns of `B`.
    pub r: usize,
    /// Whether `Aᵀ` is meant.
    pub transposed: bool,
}

/// `det A`, or `ln |det A|`, from `A` and its [`LuFactors`].
///
/// Tangent `c·tr(A⁻¹·Ȧ)`, adjoint `Ā = c·ȳ·A⁻ᵀ`, with `c = det A` or 1 (Giles 2008, §2.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Determinant {
    /// The number of rows.
    pub n: usize,
    /// Whether the logarithm of the absolute value is meant.
    pub logarithm: bool,
}

impl<R: Real> Block<R> for LuFactors {
    fn name(self) -> &'static str {
        "lu"
    }

    fn size(self) -> usize {
        self.n * (self.n + 1)
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index == 0).then_some(self.n * self.n)
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        kernel::lu_factor(args[0], out, self.n);
    }

    fn pushforward<T: Scalar<Real = R>>(self, _: At<'_, T>, _: &[Option<&T::Array>]) -> Option<T::Array> {
        None
    }

    fn pullback<T: Scalar<Real = R>>(self, _: At<'_, T>, _: &T::Array, _: &mut impl FnMut(usize, T::Array)) {}

    fn is_detached(self) -> bool {
        true
    }
}

impl Solve {
    /// `−Y·Zᵀ` for `n×r` matrices.
    fn negated_outer<T: Scalar>(self, y: &T::Array, z: &T::Array) -> T::Array {
        let product = MatMul { m: self.n, k: self.r, n: self.n, a_transposed: false, b_transposed: true };
        T::block(product, &[&negated::<T>(y), z])
    }
}

impl<R: Real> Block<R> for Solve {
    fn name(self) -> &'static str {
        "solve"
    }

    fn size(self) -> usize {
        self.n * self.r
    }

    fn operand(self, index: usize) -> Option<usize> {
        [self.n * self.n, self.n * (self.n + 1), self.n * self.r].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        out.copy_from_slice(args[2]);
        kernel::lu_solve(args[1], out, [self.n, self.r], self.transposed);
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let Self { n, r, transposed } = self;
        let by_a = tangents[0].map(|a| {
            let product = MatMul { m: n, k: n, n: r, a_transposed: transposed, b_transposed: false };
            T::block(product, &[&negated::<T>(a), at.y])
        });
        let change = super::total::<T>(by_a.into_iter().chain(tangents[2].cloned()))?;
        Some(T::block(self, &[at.args[0], at.args[1], &change]))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        let back = Self { transposed: !self.transposed, ..self };
        let by_b = T::block(back, &[at.args[0], at.args[1], adjoint]);
        if at.wants(0) {
            let (left, right) = if self.transposed { (at.y, &by_b) } else { (&by_b, at.y) };
            add(0, self.negated_outer::<T>(left, right));
        }
        if at.wants(2) {
            add(2, by_b);
        }
    }
}

impl Determinant {
    /// `c·A⁻ᵀ`, the derivative.
    fn derivative<T: Scalar>(self, at: At<'_, T>) -> T::Array {
        let n = self.n;
        let inverse = T::block(Inverse { n }, &[at.args[0], at.args[1]]);
        let turned = apply::<T>(Permute { outer: 1, m: n, n, inner: 1 }, &inverse);
        if self.logarithm { turned } else { T::block(super::Scale { len: n * n }, &[&turned, at.y]) }
    }

    fn all(self) -> Sum {
        Sum { outer: 1, axis: self.n * self.n, inner: 1 }
    }
}

impl<R: Real> Block<R> for Determinant {
    fn name(self) -> &'static str {
        if self.logarithm { "log_determinant" } else { "determinant" }
    }

    fn size(self) -> usize {
        1
    }

    fn operand(self, index: usize) -> Option<usize> {
        [self.n * self.n, self.n * (self.n + 1)].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        let (packed, order) = args[1].split_at(self.n * self.n);
        let pivots = packed.iter().step_by(self.n + 1);
        out[0] = if self.logarithm {
            pivots.fold(R::zero(), |sum, pivot| sum + pivot.abs().ln())
        } else {
            pivots.fold(kernel::sign_of(order), |product, &pivot| product * pivot)
        };
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        tangents[0].map(|tangent| apply::<T>(self.all(), &hadamard::<T>(&self.derivative(at), tangent)))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        if at.wants(0) {
            let spread = apply::<T>(Spread(self.all()), adjoint);
            add(0, hadamard::<T>(&self.derivative(at), &spread));
        }
    }
}
