//! Parts of square matrices, and symmetric matrices from one triangle.

use anygrad_core::Real;

use super::impl_linear;
use crate::kernel::below_diagonal;

/// What becomes of a diagonal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDiagonal {
    /// It stays.
    Kept,
    /// Half of it stays.
    Halved,
    /// It becomes zeros.
    Dropped,
}

/// An `n×n` matrix with zeros in what is left out of it. The adjoint is the same block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The number of rows.
    pub n: usize,
    /// Whether what is below the diagonal stays.
    pub below: bool,
    /// What becomes of the diagonal.
    pub diagonal: OnDiagonal,
    /// Whether what is above the diagonal stays.
    pub above: bool,
}

/// The symmetric `n×n` matrix with the lower triangle of the given one. The adjoint is [`FoldTriangle`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mirror {
    /// The number of rows.
    pub n: usize,
}

/// An `n×n` matrix with what is above its diagonal added to what is below, and zeros above: the adjoint of a symmetric matrix
/// by the elements of its lower triangle. The adjoint is [`Mirror`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoldTriangle {
    /// The number of rows.
    pub n: usize,
}

impl Part {
    /// One triangle.
    pub(crate) fn triangle(n: usize, upper: bool, diagonal: OnDiagonal) -> Self {
        Self { n, below: !upper, diagonal, above: upper }
    }

    /// All but the diagonal.
    pub(crate) fn off_diagonal(n: usize) -> Self {
        Self { n, below: true, diagonal: OnDiagonal::Dropped, above: true }
    }

    fn compute<R: Real>(self, args: &[&[R]], part: &mut [R]) {
        let n = self.n;
        for (i, (x, y)) in args[0].chunks_exact(n.max(1)).zip(part.chunks_exact_mut(n.max(1))).enumerate() {
            if self.below {
                y[..i].copy_from_slice(&x[..i]);
            }
            if self.above {
                y[i + 1..].copy_from_slice(&x[i + 1..]);
            }
            y[i] = match self.diagonal {
                OnDiagonal::Kept => x[i],
                OnDiagonal::Halved => x[i] * R::narrow(0.5),
                OnDiagonal::Dropped => R::zero(),
            };
        }
    }
}

impl Mirror {
    fn compute<R: Real>(self, args: &[&[R]], symmetric: &mut [R]) {
        let (n, lower) = (self.n, args[0]);
        below_diagonal(n, |i, j| {
            symmetric[i * n + j] = lower[i * n + j];
            symmetric[j * n + i] = lower[i * n + j];
        });
        (0..n).for_each(|i| symmetric[i * (n + 1)] = lower[i * (n + 1)]);
    }
}

impl FoldTriangle {
    fn compute<R: Real>(self, args: &[&[R]], lower: &mut [R]) {
        let (n, whole) = (self.n, args[0]);
        below_diagonal(n, |i, j| lower[i * n + j] = whole[i * n + j] + whole[j * n + i]);
        (0..n).for_each(|i| lower[i * (n + 1)] = whole[i * (n + 1)]);
    }
}

impl_linear!(Part, "part", |this| len this.n * this.n, operand this.n * this.n, adjoint this);
impl_linear!(Mirror, "mirror", overwrites true, |this| len this.n * this.n, operand this.n * this.n, adjoint FoldTriangle { n: this.n });
impl_linear!(FoldTriangle, "fold triangle", |this| len this.n * this.n, operand this.n * this.n, adjoint Mirror { n: this.n });
