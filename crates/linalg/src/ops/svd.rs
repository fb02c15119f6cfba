//! Singular values and vectors.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar};

use super::spectrum::{reciprocal, reciprocal_gaps, reciprocal_sums, scale_columns};
use super::{Apart, MatMul, Part, Permute, Shares, Sum, apply, difference, hadamard, impl_detached, sum};
use crate::kernel;

/// The left singular vectors of an `m×n` matrix, one after the other, then the right ones, then the singular values, descending:
/// `min(m, n)` of each; NaN without convergence. A means for the blocks that take it as their second operand; no derivative
/// flows through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SingularFactors {
    /// The number of rows.
    pub m: usize,
    /// The number of columns.
    pub n: usize,
}

/// The singular values `σ` of a matrix `A`, descending, from `A` and its [`SingularFactors`].
///
/// Tangent `σ̇ = diag(Uᵀ·Ȧ·V)`, adjoint `Ā = U·diag(σ̄)·Vᵀ` (Giles 2008, §3.2); equal values [share](Shares) theirs, and 0, where
/// a singular value is an absolute value at its kink, has derivative 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SingularValues(pub SingularFactors);

/// The left or the right singular vectors, the columns of `U` or `V` with `A = U·diag(σ)·Vᵀ`, from `A` and its
/// [`SingularFactors`].
///
/// With `Fᵢⱼ = 1/(σⱼ² − σᵢ²)`, 0 on the diagonal, and `P = Uᵀ·Ȧ·V`: `U̇ = U·(F∘(P·Σ + Σ·Pᵀ)) + (I − U·Uᵀ)·Ȧ·V·Σ⁻¹`, and
/// `Ā = (U·(F∘(Uᵀ·Ū − Ūᵀ·U))·Σ + (I − U·Uᵀ)·Ū·Σ⁻¹)·Vᵀ` (Townsend 2016, "Differentiating the singular value decomposition";
/// Giles 2008, §3.2, for square matrices). `V` is the `U` of `Aᵀ`. NaN where two values do not lie [`Apart`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SingularVectors {
    /// The matrix that they belong to.
    pub of: SingularFactors,
    /// Whether the left ones are meant.
    pub left: bool,
}

impl SingularFactors {
    /// The number of values.
    pub(crate) fn k(self) -> usize {
        self.m.min(self.n)
    }

    fn compute<R: Real>(self, a: &[R], out: &mut [R]) {
        kernel::singular(a, out, [self.m, self.n]);
    }

    /// Which singular values lie apart, from each other and from 0.
    pub(crate) fn apart(self) -> Apart {
        Apart { n: self.k(), size: self.m.max(self.n), absolute: true }
    }

    fn len(self) -> usize {
        (self.m + self.n + 1) * self.k()
    }

    /// `Ȧ·V`, or `Ȧᵀ·U`.
    fn times_vectors<T: Scalar>(self, change: &T::Array, vectors: &T::Array, transposed: bool) -> T::Array {
        let (m, k) = if transposed { (self.n, self.m) } else { (self.m, self.n) };
        T::block(MatMul { m, k, n: self.k(), a_transposed: transposed, b_transposed: false }, &[change, vectors])
    }

    /// `X·Yᵀ` for the `k` columns of `X` and `Y`.
    fn outer<T: Scalar>(self, x: &T::Array, y: &T::Array) -> T::Array {
        T::block(MatMul { m: self.m, k: self.k(), n: self.n, a_transposed: false, b_transposed: true }, &[x, y])
    }
}

impl_detached!(SingularFactors, "svd", |this| len this.len(), operand this.m * this.n);

impl SingularValues {
    /// The derivatives of equal values, shared.
    fn shared<T: Scalar>(self, at: At<'_, T>, change: &T::Array) -> T::Array {
        let n = self.0.k();
        let shares = apply::<T>(Shares { n, absolute: true }, at.y);
        T::block(MatMul { m: n, k: n, n: 1, a_transposed: false, b_transposed: false }, &[&shares, change])
    }

    /// `U` and `V`.
    fn vectors<T: Scalar>(self, at: At<'_, T>) -> [T::Array; 2] {
        [true, false].map(|left| T::block(SingularVectors { of: self.0, left }, at.args))
    }
}

impl<R: Real> Block<R> for SingularValues {
    fn name(self) -> &'static str {
        "singular_values"
    }

    fn size(self) -> usize {
        self.0.k()
    }

    fn operand(self, index: usize) -> Option<usize> {
        [self.0.m * self.0.n, self.0.len()].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        out.copy_from_slice(&args[1][self.0.len() - self.0.k()..]);
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let [u, v] = self.vectors(at);
        let turned = self.0.times_vectors::<T>(tangents[0]?, &v, false);
        let down = Sum { outer: 1, axis: self.0.m, inner: self.0.k() };
        Some(self.shared(at, &apply::<T>(down, &hadamard::<T>(&u, &turned))))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        if at.wants(0) {
            let [u, v] = self.vectors(at);
            add(0, self.0.outer::<T>(&scale_columns::<T>(&u, &self.shared(at, adjoint)), &v));
        }
    }
}

impl SingularVectors {
    /// The length of a vector.
    fn rows(self) -> usize {
        if self.left { self.of.m } else { self.of.n }
    }

    /// `Wᵀ·X` or `W·X` for the vectors `W`.
    fn times<T: Scalar>(self, vectors: &T::Array, transposed: bool, x: &T::Array) -> T::Array {
        let (rows, k) = (self.rows(), self.of.k());
        let (m, k, n) = if transposed { (k, rows, k) } else { (rows, k, k) };
        T::block(MatMul { m, k, n, a_transposed: transposed, b_transposed: false }, &[vectors, x])
    }

    /// `F∘(C ± Cᵀ)`, plus or minus.
    fn over_gaps<T: Scalar>(self, values: &T::Array, c: &T::Array, plus: bool) -> T::Array {
        let k = self.of.k();
        let turned = apply::<T>(Permute { outer: 1, m: k, n: k, inner: 1 }, c);
        let c = if plus { sum::<T>(c, &turned) } else { difference::<T>(c, &turned) };
        let gaps = reciprocal_gaps::<T>(values, self.of.apart());
        let gaps = hadamard::<T>(&gaps, &reciprocal_sums::<T>(values));
        apply::<T>(Part::off_diagonal(k), &hadamard::<T>(&gaps, &c))
    }

    /// `A + (X − W·C)·Σ⁻¹`, of which the second term is 0 for as many vectors as they have elements.
    fn plus_rest<T: Scalar>(self, a: T::Array, values: &T::Array, [x, w, c]: [&T::Array; 3]) -> T::Array {
        if self.rows() == self.of.k() {
            return a;
        }
        let rest = difference::<T>(x, &self.times::<T>(w, false, c));
        sum::<T>(&a, &scale_columns::<T>(&rest, &reciprocal::<T>(values)))
    }

    /// The values, and the vectors of the other side.
    fn others<T: Scalar>(self, at: At<'_, T>) -> (T::Array, T::Array) {
        (T::block(SingularValues(self.of), at.args), T::block(Self { left: !self.left, ..self }, at.args))
    }
}

impl<R: Real> Block<R> for SingularVectors {
    fn name(self) -> &'static str {
        if self.left { "left singular vectors" } else { "right singular vectors" }
    }

    fn size(self) -> usize {
        self.rows() * self.of.k()
    }

    fn operand(self, index: usize) -> Option<usize> {
        [self.of.m * self.of.n, self.of.len()].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        let (m, n) = (self.of.k(), self.rows());
        let start = if self.left { 0 } else { self.of.m * m };
        Permute { outer: 1, m, n, inner: 1 }.value(&[&args[1][start..start + m * n]], out);
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let (values, other) = self.others(at);
        let turned = self.of.times_vectors::<T>(tangents[0]?, &other, !self.left);
        let inner = self.times::<T>(at.y, true, &turned);
        let change = self.over_gaps::<T>(&values, &scale_columns::<T>(&inner, &values), true);
        let change = self.times::<T>(at.y, false, &change);
        Some(self.plus_rest::<T>(change, &values, [&turned, at.y, &inner]))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        if !at.wants(0) {
            return;
        }
        let (values, other) = self.others(at);
        let inner = self.times::<T>(at.y, true, adjoint);
        let weights = scale_columns::<T>(&self.over_gaps::<T>(&values, &inner, false), &values);
        let own = self.times::<T>(at.y, false, &weights);
        let own = self.plus_rest::<T>(own, &values, [adjoint, at.y, &inner]);
        let (left, right) = if self.left { (&own, &other) } else { (&other, &own) };
        add(0, self.of.outer::<T>(left, right));
    }
}
