//! Systems with triangular matrices.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar};

use super::{MatMul, OnDiagonal, Part, apply, negated};
use crate::kernel;

/// `X` with `T·X = B`, or `Tᵀ·X = B`, for one triangle `T` of an `n×n` matrix `A`, from `A` and `B`; the other triangle is not read.
///
/// Tangent `Ẋ = T⁻¹·(Ḃ − Ṫ·X)`. Adjoints `B̄ = T⁻ᵀ·X̄` and `Ā` the same triangle of `−B̄·Xᵀ` (Giles 2008, §2.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TriangularSolve {
    /// The number of rows of `A`.
    pub n: usize,
    /// The number of columns of `B`.
    pub r: usize,
    /// Whether the upper triangle is read; else it is the lower one.
    pub upper: bool,
    /// Whether the diagonal counts as ones, and is not read.
    pub unit: bool,
    /// Whether `Tᵀ` is meant.
    pub transposed: bool,
}

/// The lower triangle of `Lᵀ·X`, with zeros above, for the lower triangles `L` and `X` of two `n×n` matrices.
///
/// `Ċ = tril(L̇ᵀ·X + Lᵀ·Ẋ)`. Of `C̄` the lower triangle `Z` counts: adjoints `X̄ = tril(L·Z)` and `L̄ = tril(X·Zᵀ)` (Giles 2008, §2.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TriangularProduct {
    /// The number of rows.
    pub n: usize,
}

impl TriangularSolve {
    /// What is read.
    fn part(self) -> Part {
        let diagonal = if self.unit { OnDiagonal::Dropped } else { OnDiagonal::Kept };
        Part::triangle(self.n, self.upper, diagonal)
    }
}

impl<R: Real> Block<R> for TriangularSolve {
    fn name(self) -> &'static str {
        "triangular_solve"
    }

    fn size(self) -> usize {
        self.n * self.r
    }

    fn operand(self, index: usize) -> Option<usize> {
        [self.n * self.n, self.n * self.r].get(index).copied()
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        let Self { n, r, upper, unit, transposed } = self;
        out.copy_from_slice(args[1]);
        kernel::triangular_solve(args[0], out, [n, r], kernel::Shape { upper, unit, transposed });
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let Self { n, r, transposed, .. } = self;
        let by_a = tangents[0].map(|a| {
            let product = MatMul { m: n, k: n, n: r, a_transposed: transposed, b_transposed: false };
            T::block(product, &[&negated::<T>(&apply::<T>(self.part(), a)), at.y])
        });
        let change = super::total::<T>(by_a.into_iter().chain(tangents[1].cloned()))?;
        Some(T::block(self, &[at.args[0], &change]))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        let Self { n, r, transposed, .. } = self;
        let by_b = T::block(Self { transposed: !transposed, ..self }, &[at.args[0], adjoint]);
        if at.wants(0) {
            let (left, right) = if transposed { (at.y, &by_b) } else { (&by_b, at.y) };
            let product = MatMul { m: n, k: r, n, a_transposed: false, b_transposed: true };
            add(0, apply::<T>(self.part(), &T::block(product, &[&negated::<T>(left), right])));
        }
        if at.wants(1) {
            add(1, by_b);
        }
    }
}

impl<R: Real> Block<R> for TriangularProduct {
    fn name(self) -> &'static str {
        "triangular product"
    }

    fn size(self) -> usize {
        self.n * self.n
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index < 2).then_some(self.n * self.n)
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        kernel::triangular_product(args[0], args[1], out, self.n);
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let by_l = tangents[0].map(|l| T::block(self, &[l, at.args[1]]));
        let by_x = tangents[1].map(|x| T::block(self, &[at.args[0], x]));
        super::total::<T>(by_l.into_iter().chain(by_x))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        let n = self.n;
        let lower = |x: &T::Array| apply::<T>(Part::triangle(n, false, OnDiagonal::Kept), x);
        let (adjoint, [l, x]) = (lower(adjoint), [at.args[0], at.args[1]].map(lower));
        for (index, (other, transposed)) in [(&x, true), (&l, false)].into_iter().enumerate() {
            if at.wants(index) {
                let product = MatMul { m: n, k: n, n, a_transposed: false, b_transposed: transposed };
                add(index, lower(&T::block(product, &[other, &adjoint])));
            }
        }
    }
}
