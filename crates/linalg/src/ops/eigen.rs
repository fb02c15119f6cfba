//! Eigenvalues and eigenvectors of a symmetric matrix.
//!
//! Of the matrix `A` nothing but the lower triangle is read: all of this is a function of `S = mirror(A)`, and adjoints of `S`
//! are folded into the lower triangle.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar};

use super::spectrum::{reciprocal_gaps, scale_columns};
use super::{Apart, FoldTriangle, MatMul, Mirror, Part, Permute, Shares, Sum, apply, hadamard, impl_detached};
use crate::kernel;

/// The eigenvectors of an `n×n` matrix, one after the other, and behind them the eigenvalues, ascending; NaN without
/// convergence. A means for the blocks that take it as their second operand; no derivative flows through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EigenFactors {
    /// The number of rows.
    pub n: usize,
}

/// The eigenvalues `λ` of a matrix `A`, ascending, from `A` and its [`EigenFactors`].
///
/// Tangent `λ̇ = diag(Vᵀ·Ṡ·V)`, adjoint `S̄ = V·diag(λ̄)·Vᵀ` (Giles 2008, §3.1); equal eigenvalues [share](Shares) theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Eigenvalues {
    /// The number of rows.
    pub n: usize,
}

/// The eigenvectors, the columns of `V` with `S = V·diag(λ)·Vᵀ`, from `A` and its [`EigenFactors`].
///
/// With `Fᵢⱼ = 1/(λⱼ − λᵢ)` and 0 on the diagonal: tangent `V̇ = V·(F∘(Vᵀ·Ṡ·V))`, adjoint `S̄ = V·(F∘(Vᵀ·V̄))·Vᵀ` (Giles 2008,
/// §3.1). NaN where two eigenvalues do not lie [`Apart`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Eigenvectors {
    /// The number of rows.
    pub n: usize,
}

impl EigenFactors {
    fn compute<R: Real>(self, a: &[R], out: &mut [R]) {
        kernel::symmetric_eigen(a, out, self.n);
    }
}

impl_detached!(EigenFactors, "eigen", |this| len this.n * (this.n + 1), operand this.n * this.n);

/// `A·B` of square matrices.
fn product<T: Scalar>(
    n: usize,
    (a, a_transposed): (&T::Array, bool),
    (b, b_transposed): (&T::Array, bool),
) -> T::Array {
    T::block(MatMul { m: n, k: n, n, a_transposed, b_transposed }, &[a, b])
}

impl Eigenvalues {
    /// The derivatives of equal eigenvalues, shared.
    fn shared<T: Scalar>(self, at: At<'_, T>, change: &T::Array) -> T::Array {
        let n = self.n;
        let shares = apply::<T>(Shares { n, absolute: false }, at.y);
        T::block(MatMul { m: n, k: n, n: 1, a_transposed: false, b_transposed: false }, &[&shares, change])
    }
}

impl<R: Real> Block<R> for Eigenvalues {
    fn name(self) -> &'static str {
        "eigenvalues"
    }

    fn size(self) -> usize {
        self.n
    }

    fn operand(self, index: usize) -> Option<usize> {
        [self.n * self.n, self.n * (self.n + 1)].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        out.copy_from_slice(&args[1][self.n * self.n..]);
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let n = self.n;
        let change = apply::<T>(Mirror { n }, tangents[0]?);
        let vectors = T::block(Eigenvectors { n }, at.args);
        let turned = product::<T>(n, (&change, false), (&vectors, false));
        let diagonal = apply::<T>(Sum { outer: 1, axis: n, inner: n }, &hadamard::<T>(&vectors, &turned));
        Some(self.shared(at, &diagonal))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        let n = self.n;
        if at.wants(0) {
            let vectors = T::block(Eigenvectors { n }, at.args);
            let weighted = scale_columns::<T>(&vectors, &self.shared(at, adjoint));
            add(0, apply::<T>(FoldTriangle { n }, &product::<T>(n, (&weighted, false), (&vectors, true))));
        }
    }
}

impl Eigenvectors {
    /// Which eigenvalues lie apart.
    pub(crate) fn apart(self) -> Apart {
        Apart { n: self.n, size: self.n, absolute: false }
    }

    /// `F∘C`.
    fn over_gaps<T: Scalar>(self, at: At<'_, T>, change: &T::Array) -> T::Array {
        let n = self.n;
        let gaps = reciprocal_gaps::<T>(&T::block(Eigenvalues { n }, at.args), self.apart());
        apply::<T>(Part::off_diagonal(n), &hadamard::<T>(&gaps, change))
    }
}

impl<R: Real> Block<R> for Eigenvectors {
    fn name(self) -> &'static str {
        "eigenvectors"
    }

    fn size(self) -> usize {
        self.n * self.n
    }

    fn operand(self, index: usize) -> Option<usize> {
        [self.n * self.n, self.n * (self.n + 1)].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        Permute { outer: 1, m: self.n, n: self.n, inner: 1 }.value(&[&args[1][..self.n * self.n]], out);
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let n = self.n;
        let change = apply::<T>(Mirror { n }, tangents[0]?);
        let turned = product::<T>(n, (&change, false), (at.y, false));
        let change = self.over_gaps(at, &product::<T>(n, (at.y, true), (&turned, false)));
        Some(product::<T>(n, (at.y, false), (&change, false)))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        let n = self.n;
        if at.wants(0) {
            let inner = self.over_gaps(at, &product::<T>(n, (at.y, true), (adjoint, false)));
            let left = product::<T>(n, (at.y, false), (&inner, false));
            add(0, apply::<T>(FoldTriangle { n }, &product::<T>(n, (&left, false), (at.y, true))));
        }
    }
}
