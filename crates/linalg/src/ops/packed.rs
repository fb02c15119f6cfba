//! Strict triangles without their zeros.

use anygrad_core::Real;

use super::impl_linear;

/// The `n×n` matrix with the `n·(n − 1)/2` given elements above its diagonal, row by row, and zeros elsewhere. The adjoint is
/// [`Pack`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unpack {
    /// The number of rows.
    pub n: usize,
}

/// The elements above the diagonal of an `n×n` matrix, row by row. The adjoint is [`Unpack`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pack(pub Unpack);

impl Unpack {
    /// The number of elements above the diagonal.
    pub(crate) fn packed(self) -> usize {
        self.n * self.n.saturating_sub(1) / 2
    }

    /// For each row the ranges that belong together: in the matrix, and among the packed elements.
    fn ranges(self) -> impl Iterator<Item = (std::ops::Range<usize>, std::ops::Range<usize>)> {
        let n = self.n;
        (0..n).scan(0, move |start, i| {
            let (from, len) = (*start, n - i - 1);
            *start += len;
            Some((i * n + i + 1..(i + 1) * n, from..from + len))
        })
    }

    fn compute<R: Real>(self, args: &[&[R]], matrix: &mut [R]) {
        self.ranges().for_each(|(to, from)| matrix[to].copy_from_slice(&args[0][from]));
    }
}

impl Pack {
    fn compute<R: Real>(self, args: &[&[R]], packed: &mut [R]) {
        self.0.ranges().for_each(|(from, to)| packed[to].copy_from_slice(&args[0][from]));
    }
}

impl_linear!(Unpack, "unpack", |this| len this.n * this.n, operand this.packed(), adjoint Pack(this));
impl_linear!(Pack, "pack", overwrites true, |this| len this.0.packed(), operand this.0.n * this.0.n, adjoint this.0);
