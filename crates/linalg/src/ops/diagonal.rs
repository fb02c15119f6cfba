//! The diagonal of a square matrix, and the matrix of a diagonal.

use anygrad_core::Real;

use super::{impl_detached, impl_linear};

/// The diagonal of an `n×n` matrix. The adjoint is [`DiagonalMatrix`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Diagonal {
    /// The number of rows.
    pub n: usize,
}

/// The `n×n` matrix with the given diagonal and zeros elsewhere. The adjoint is [`Diagonal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiagonalMatrix {
    /// The number of rows.
    pub n: usize,
}

/// The diagonal of an `n×n` matrix, to look at; no derivative flows through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pivots {
    /// The number of rows.
    pub n: usize,
}

impl Pivots {
    fn compute<R: Real>(self, matrix: &[R], pivots: &mut [R]) {
        Diagonal { n: self.n }.compute(&[matrix], pivots);
    }
}

impl Diagonal {
    fn compute<R: Real>(self, args: &[&[R]], diagonal: &mut [R]) {
        let matrix = args[0];
        for (x, &y) in diagonal.iter_mut().zip(matrix.iter().step_by(self.n + 1)) {
            *x = y;
        }
    }
}

impl DiagonalMatrix {
    fn compute<R: Real>(self, args: &[&[R]], matrix: &mut [R]) {
        let diagonal = args[0];
        for (y, &x) in matrix.iter_mut().step_by(self.n + 1).zip(diagonal) {
            *y = x;
        }
    }
}

impl_linear!(Diagonal, "diagonal", overwrites true, |this| len this.n, operand this.n * this.n, adjoint DiagonalMatrix { n: this.n });
impl_linear!(DiagonalMatrix, "diagonal matrix", |this| len this.n * this.n, operand this.n, adjoint Diagonal { n: this.n });
impl_detached!(Pivots, "pivots", |this| len this.n, operand this.n * this.n);
