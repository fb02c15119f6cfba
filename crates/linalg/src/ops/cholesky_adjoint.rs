//! The adjoint of a Cholesky factorisation, as an operation of its own.

use anygrad_core::arrays::{AddArrays, At, Block};
use anygrad_core::{Real, Scalar};

use super::cholesky::congruent;
use super::{MatMul, Mirror, OnDiagonal, Part, Permute, TriangularProduct, apply, difference};
use crate::kernel;

/// `Y = Φ(W)` with `W = L⁻ᵀ·M·L⁻¹` and `M = mirror(tril(Lᵀ·X))`, from the lower triangles `L` and `X` of two `n×n` matrices; what
/// is above them is not read. With `X = L̄` it is the adjoint of [`CholeskyLower`](super::CholeskyLower).
///
/// `Φ` takes the lower triangle and halves its diagonal, `tril` takes it as it is. The value is computed without these systems,
/// by the factorisation backwards, in `2n³/3` operations (Murray 2016, "Differentiation of the Cholesky decomposition",
/// arXiv:1602.07527, §4; Smith 1995, "Differentiation of the Cholesky algorithm").
///
/// With `V = W·L`, from `Ẇ = L⁻ᵀ·Ṁ·L⁻¹ − L⁻ᵀ·L̇ᵀ·W − W·L̇·L⁻¹` the tangent is
/// `Ẏ = Φ(L⁻ᵀ·mirror(tril(L̇ᵀ·X + Lᵀ·Ẋ − L̇ᵀ·V − Vᵀ·L̇))·L⁻¹)`.
///
/// With `E = mirror(Ȳ)`, `K = L⁻¹·E·L⁻ᵀ` and `Z = Φ(K)`, the adjoints are `X̄ = tril(L·Z)`, the tangent of `CholeskyLower` for
/// `Ṡ = E`, and `L̄ = tril(X·Zᵀ − V·K)`: as `W` is symmetric, `⟨Φ*(Ȳ), Ẇ⟩ = ½·⟨E, Ẇ⟩`, and `−½·⟨E, L⁻ᵀ·L̇ᵀ·W + W·L̇·L⁻¹⟩` is
/// `−⟨W·E·L⁻ᵀ, L̇⟩` with `E·L⁻ᵀ = L·K`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CholeskyAdjoint {
    /// The number of rows.
    pub n: usize,
}

impl CholeskyAdjoint {
    fn product<T: Scalar>(self, [a, b]: [&T::Array; 2], [a_transposed, b_transposed]: [bool; 2]) -> T::Array {
        T::block(MatMul { m: self.n, k: self.n, n: self.n, a_transposed, b_transposed }, &[a, b])
    }

    /// `x + xᵀ`.
    fn symmetric<T: Scalar>(self, x: &T::Array) -> T::Array {
        let transposed = apply::<T>(Permute { outer: 1, m: self.n, n: self.n, inner: 1 }, x);
        T::block(AddArrays { len: self.n * self.n }, &[x, &transposed])
    }

    fn lower<T: Scalar>(self, diagonal: OnDiagonal, x: &T::Array) -> T::Array {
        apply::<T>(Part::triangle(self.n, false, diagonal), x)
    }

    /// `V = W·L`, of which `W` is `Y + Yᵀ`, and the lower triangle `L`.
    fn turned<T: Scalar>(self, y: &T::Array, l: &T::Array) -> T::Array {
        self.product::<T>([&self.symmetric::<T>(y), l], [false, false])
    }
}

impl<R: Real> Block<R> for CholeskyAdjoint {
    fn name(self) -> &'static str {
        "cholesky adjoint"
    }

    fn size(self) -> usize {
        self.n * self.n
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index < 2).then_some(self.n * self.n)
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        for (i, (x, y)) in args[1].chunks_exact(self.n.max(1)).zip(out.chunks_exact_mut(self.n.max(1))).enumerate() {
            y[..=i].copy_from_slice(&x[..=i]);
        }
        kernel::cholesky_adjoint(args[0], out, self.n);
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let n = self.n;
        let by_x = tangents[1].map(|x| T::block(self, &[at.args[0], x]));
        let by_l = tangents[0].map(|tangent| {
            let [l, tangent] = [at.args[0], tangent].map(|x| self.lower::<T>(OnDiagonal::Kept, x));
            let turned = self.product::<T>([&tangent, &self.turned::<T>(at.y, &l)], [true, false]);
            let change = T::block(TriangularProduct { n }, &[&tangent, at.args[1]]);
            let change = difference::<T>(&change, &self.symmetric::<T>(&turned));
            let whole = congruent::<T>(&l, &apply::<T>(Mirror { n }, &change), n, true);
            self.lower::<T>(OnDiagonal::Halved, &whole)
        });
        super::total::<T>(by_x.into_iter().chain(by_l))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        let [l, x] = [at.args[0], at.args[1]].map(|x| self.lower::<T>(OnDiagonal::Kept, x));
        let inner = congruent::<T>(&l, &apply::<T>(Mirror { n: self.n }, adjoint), self.n, false);
        let half = self.lower::<T>(OnDiagonal::Halved, &inner);
        if at.wants(0) {
            let by_product = self.product::<T>([&x, &half], [false, true]);
            let by_systems = self.product::<T>([&self.turned::<T>(at.y, &l), &inner], [false, false]);
            add(0, self.lower::<T>(OnDiagonal::Kept, &difference::<T>(&by_product, &by_systems)));
        }
        if at.wants(1) {
            add(1, self.lower::<T>(OnDiagonal::Kept, &self.product::<T>([&l, &half], [false, false])));
        }
    }
}
