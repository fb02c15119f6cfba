//! The adjoint of a Cholesky factorisation.
//!
//! With `S = L·Lᵀ` and the adjoint `L̄`, the symmetric `W = S̄ + S̄ᵀ` of the derivative by the elements of a triangle follows from
//! halves, the factorisation backwards (Murray 2016, "Differentiation of the Cholesky decomposition", arXiv:1602.07527, §4):
//!
//! ```text
//! W₂₂ = adjoint(L₂₂, L̄₂₂)
//! W₂₁ = (L̄₂₁ − W₂₂·L₂₁)·L₁₁⁻¹
//! W₁₁ = adjoint(L₁₁, L̄₁₁ − W₂₁ᵀ·L₂₁)
//! ```
//!
//! These are products but for the least parts. In all, `2n³/3` operations, twice as many as the factorisation.

use anygrad_core::num_traits::Float;
use anygrad_core::{Floats, FloatsMut, Real};
use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::linalg::triangular_solve::solve_upper_triangular_in_place;
use faer::reborrow::{Reborrow, ReborrowMut};
use faer::traits::{ComplexField, SimdArch};
use faer::{Accum, MatMut, MatRef, Par};

/// A part with so many rows at most is computed column by column.
const LEAF: usize = 16;

/// A part is divided at a multiple of so many rows: less than all of them, as it has more than [`LEAF`].
const TILE: usize = 8;

/// Of the lower triangles `L` in `l` and `L̄` in `w`, both row by row, the adjoint of the factored matrix: `w` takes its lower
/// triangle, and zeros above.
pub(crate) fn cholesky_adjoint<R: Real>(l: &[R], w: &mut [R], n: usize) {
    let lower = &mut *w;
    by_type!(R: [l], [lower] => swept(l, lower, n));
    for i in 0..n {
        let row = &mut w[i * n..(i + 1) * n];
        row[i] *= R::narrow(0.5);
        row[i + 1..].fill(R::zero());
    }
}

fn swept<T: ComplexField + Float>(l: &[T], w: &mut [T], n: usize) {
    sweep(MatRef::from_row_major_slice(l, n, n), MatMut::from_row_major_slice_mut(w, n, n));
}

/// `W` from `L` and `L̄`, which is the lower triangle of `w`.
///
/// The transpose of `W₂₁` is made before it is solved for: then the numbers that are computed side by side lie side by side.
fn sweep<T: ComplexField + Float>(l: MatRef<'_, T>, w: MatMut<'_, T>) {
    let n = l.nrows();
    if n <= LEAF {
        // Compiled for the processors that have wide registers, too.
        T::Arch::default().dispatch(
            #[inline(always)]
            || leaf(l, w),
        );
        return;
    }
    let half = (n / 2).next_multiple_of(TILE);
    let (l11, _, l21, l22) = l.split_at(half, half);
    let (mut w11, mut w12, mut w21, mut w22) = w.split_at_mut(half, half);
    sweep(l22, w22.rb_mut());
    matmul(w21.rb_mut(), Accum::Add, w22.rb(), l21, -T::one_impl(), Par::Seq);
    w12.copy_from(w21.rb().transpose());
    solve_upper_triangular_in_place(l11.transpose(), w12.rb_mut(), Par::Seq);
    let (lower, whole) = (BlockStructure::TriangularLower, BlockStructure::Rectangular);
    triangular::matmul(w11.rb_mut(), lower, Accum::Add, w12.rb(), whole, l21, whole, -T::one_impl(), Par::Seq);
    w21.copy_from(w12.rb().transpose());
    sweep(l11, w11);
}

/// The same column by column from the last, where `L₁₁` is an element.
#[inline(always)]
fn leaf<T: ComplexField + Float>(l: MatRef<'_, T>, mut w: MatMut<'_, T>) {
    let n = l.nrows();
    let (mut columns, mut known) = ([[T::zero(); LEAF]; LEAF], [[T::zero(); LEAF]; LEAF]);
    for i in 0..n {
        for j in 0..i + 1 {
            columns[j][i] = l[(i, j)];
        }
    }
    for (j, column) in columns.iter().enumerate().take(n).rev() {
        let mut product = [T::zero(); LEAF];
        for (row, &factor) in known.iter().zip(column).take(n).skip(j + 1) {
            product.iter_mut().zip(row).for_each(|(sum, &x)| *sum += factor * x);
        }
        let mut diagonal = w[(j, j)];
        for i in j + 1..n {
            let x = (w[(i, j)] - product[i]) / column[j];
            known[i][j] = x;
            known[j][i] = x;
            diagonal -= x * column[i];
        }
        known[j][j] = diagonal / column[j];
    }
    for i in 0..n {
        (0..n).for_each(|j| w[(i, j)] = known[i][j]);
    }
}
