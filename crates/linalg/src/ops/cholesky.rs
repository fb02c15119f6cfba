//! The Cholesky factorisation of a symmetric matrix, and what is computed by it.
//!
//! Of the matrix `A` nothing but the lower triangle is read: all of this is a function of `S = mirror(A)`. What the adjoint `S̄`
//! of a symmetric matrix is by elements of `A` is folded into the lower triangle.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar};

use super::{
    CholeskyAdjoint, FoldTriangle, Inverse, MatMul, Mirror, OnDiagonal, Part, Permute, Scale, Sum, TriangularSolve,
    apply, hadamard, impl_detached, negated, sum,
};
use crate::kernel;

/// The factor `L` of an `n×n` matrix, `S = L·Lᵀ`, column by column; NaN on the diagonal from the first pivot on that is not
/// positive. A means for the blocks that take it as their second operand; no derivative flows through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CholeskyFactors {
    /// The number of rows.
    pub n: usize,
}

/// The factor `L` of a matrix `A`, from `A` and its [`CholeskyFactors`].
///
/// With `Φ` the lower triangle whose diagonal is halved: tangent `L̇ = L·Φ(L⁻¹·Ṡ·L⁻ᵀ)`, adjoint `Ā = Φ(L⁻ᵀ·(P + Pᵀ)·L⁻¹)` with
/// `P = Φ(Lᵀ·L̄)` (Murray 2016, "Differentiation of the Cholesky decomposition", arXiv:1602.07527, eqs. 8 and 10).
/// The adjoint is a block of its own, [`CholeskyAdjoint`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CholeskyLower {
    /// The number of rows.
    pub n: usize,
}

/// `X` with `S·X = B`, from `A`, its [`CholeskyFactors`] and `B`.
///
/// Tangent `Ẋ = S⁻¹·(Ḃ − Ṡ·X)`. Adjoints `B̄ = S⁻¹·X̄` and `S̄ = −B̄·Xᵀ` (Giles 2008, §2.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CholeskySolve {
    /// The number of rows of `A`.
    pub n: usize,
    /// The number of columns of `B`.
    pub r: usize,
}

/// `S⁻¹`, from `A` and its [`CholeskyFactors`]. Tangent `−S⁻¹·Ṡ·S⁻¹`, adjoint `S̄ = −S⁻¹·C̄·S⁻¹` (Giles 2008, §2.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CholeskyInverse {
    /// The number of rows.
    pub n: usize,
}

/// `ln det S`, from `A` and its [`CholeskyFactors`]. Tangent `tr(S⁻¹·Ṡ)`, adjoint `S̄ = ȳ·S⁻¹` (Giles 2008, §2.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CholeskyLogDeterminant {
    /// The number of rows.
    pub n: usize,
}

impl CholeskyFactors {
    fn compute<R: Real>(self, a: &[R], out: &mut [R]) {
        kernel::cholesky_factor(a, out, self.n);
    }
}

impl_detached!(CholeskyFactors, "cholesky", |this| len this.n * this.n, operand this.n * this.n);

/// `M⁻¹·S·M⁻ᵀ` for symmetric `S`, with `M = L` or, transposed, `Lᵀ`.
pub(super) fn congruent<T: Scalar>(l: &T::Array, symmetric: &T::Array, n: usize, transposed: bool) -> T::Array {
    let solve = TriangularSolve { n, r: n, upper: false, unit: false, transposed };
    let half = T::block(solve, &[l, symmetric]);
    let turned = apply::<T>(Permute { outer: 1, m: n, n, inner: 1 }, &half);
    T::block(solve, &[l, &turned])
}

impl<R: Real> Block<R> for CholeskyLower {
    fn name(self) -> &'static str {
        "cholesky lower"
    }

    fn size(self) -> usize {
        self.n * self.n
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index < 2).then_some(self.n * self.n)
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        kernel::cholesky_lower(args[1], out, self.n);
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let n = self.n;
        let change = apply::<T>(Mirror { n }, tangents[0]?);
        let lower = apply::<T>(Part::triangle(n, false, OnDiagonal::Halved), &congruent::<T>(at.y, &change, n, false));
        let product = MatMul { m: n, k: n, n, a_transposed: false, b_transposed: false };
        Some(T::block(product, &[at.y, &lower]))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        if at.wants(0) {
            add(0, T::block(CholeskyAdjoint { n: self.n }, &[at.y, adjoint]));
        }
    }
}

impl<R: Real> Block<R> for CholeskySolve {
    fn name(self) -> &'static str {
        "cholesky solve"
    }

    fn size(self) -> usize {
        self.n * self.r
    }

    fn operand(self, index: usize) -> Option<usize> {
        [self.n * self.n, self.n * self.n, self.n * self.r].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        out.copy_from_slice(args[2]);
        kernel::cholesky_solve(args[1], out, [self.n, self.r]);
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let Self { n, r } = self;
        let by_a = tangents[0].map(|a| {
            let product = MatMul { m: n, k: n, n: r, a_transposed: false, b_transposed: false };
            T::block(product, &[&negated::<T>(&apply::<T>(Mirror { n }, a)), at.y])
        });
        let change = super::total::<T>(by_a.into_iter().chain(tangents[2].cloned()))?;
        Some(T::block(self, &[at.args[0], at.args[1], &change]))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        let Self { n, r } = self;
        let by_b = T::block(self, &[at.args[0], at.args[1], adjoint]);
        if at.wants(0) {
            let product = MatMul { m: n, k: r, n, a_transposed: false, b_transposed: true };
            add(0, apply::<T>(FoldTriangle { n }, &T::block(product, &[&negated::<T>(&by_b), at.y])));
        }
        if at.wants(2) {
            add(2, by_b);
        }
    }
}

impl<R: Real> Block<R> for CholeskyInverse {
    fn name(self) -> &'static str {
        "cholesky inverse"
    }

    fn size(self) -> usize {
        self.n * self.n
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index < 2).then_some(self.n * self.n)
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        kernel::cholesky_inverse(args[1], out, self.n);
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let Self { n } = self;
        tangents[0].map(|tangent| Inverse { n }.sandwich::<T>(at.y, &apply::<T>(Mirror { n }, tangent), false))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        if at.wants(0) {
            let Self { n } = self;
            add(0, apply::<T>(FoldTriangle { n }, &Inverse { n }.sandwich::<T>(at.y, adjoint, false)));
        }
    }
}

impl CholeskyLogDeterminant {
    /// Half of `S⁻¹` by the elements of the lower triangle: below the diagonal each stands for two elements of `S`.
    fn half_derivative<T: Scalar>(self, at: At<'_, T>) -> T::Array {
        let n = self.n;
        let inverse = T::block(CholeskyInverse { n }, &[at.args[0], at.args[1]]);
        apply::<T>(Part::triangle(n, false, OnDiagonal::Halved), &inverse)
    }
}

impl<R: Real> Block<R> for CholeskyLogDeterminant {
    fn name(self) -> &'static str {
        "log_determinant"
    }

    fn size(self) -> usize {
        1
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index < 2).then_some(self.n * self.n)
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        let pivots = args[1].iter().step_by(self.n + 1);
        let half = pivots.fold(R::zero(), |sum, pivot| sum + pivot.ln());
        out[0] = half + half;
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let all = Sum { outer: 1, axis: self.n * self.n, inner: 1 };
        let half = apply::<T>(all, &hadamard::<T>(&self.half_derivative(at), tangents[0]?));
        Some(sum::<T>(&half, &half))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        if at.wants(0) {
            let len = self.n * self.n;
            add(0, T::block(Scale { len }, &[&self.half_derivative(at), &sum::<T>(adjoint, adjoint)]));
        }
    }
}
