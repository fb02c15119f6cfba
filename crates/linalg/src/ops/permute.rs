//! Two axes exchanged.

use anygrad_core::Real;

use super::impl_linear;

/// `outer × m × n × inner` numbers as `outer × n × m × inner`: the transpose of a matrix is the case `outer = inner = 1`. The
/// adjoint exchanges the axes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permute {
    /// How often the two axes occur.
    pub outer: usize,
    /// The length of the first axis.
    pub m: usize,
    /// The length of the second.
    pub n: usize,
    /// The numbers that stay together.
    pub inner: usize,
}

/// The transpose is taken in tiles of so many rows and columns, which stay in the nearest cache.
const TILE: usize = 16;

impl Permute {
    fn count(self) -> usize {
        self.outer * self.m * self.n * self.inner
    }

    fn compute<R: Real>(self, args: &[&[R]], y: &mut [R]) {
        let x = args[0];
        let Self { outer, m, n, inner } = self;
        for at in (0..outer).map(|i| i * m * n * inner) {
            let (x, y) = (&x[at..at + m * n * inner], &mut y[at..at + m * n * inner]);
            if inner == 1 {
                transpose(x, y, m, n);
            } else {
                for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
                    let (from, to) = ((i * n + j) * inner, (j * m + i) * inner);
                    y[to..to + inner].copy_from_slice(&x[from..from + inner]);
                }
            }
        }
    }
}

fn transpose<R: Real>(x: &[R], y: &mut [R], m: usize, n: usize) {
    for (i, j) in (0..m).step_by(TILE).flat_map(|i| (0..n).step_by(TILE).map(move |j| (i, j))) {
        for row in i..m.min(i + TILE) {
            for column in j..n.min(j + TILE) {
                y[column * m + row] = x[row * n + column];
            }
        }
    }
}

impl_linear!(Permute, "permute", overwrites true, |this| len this.count(), operand this.count(), adjoint Permute { m: this.n, n: this.m, ..this });
