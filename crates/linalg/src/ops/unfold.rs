//! The windows of images as columns of a matrix, and their sum back.

use anygrad_core::Real;

use super::sum::add;
use super::{Windows, impl_linear};

/// Windows as the columns of a matrix: a row for each channel and place in the window, a column for each position of the window and
/// image. Zeros where a window hangs over the edge. The adjoint is [`Fold`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfold(pub Windows);

/// Adds the columns of a matrix up where [`Unfold`] took them from, which is its adjoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold(pub Windows);

impl Unfold {
    /// The number of rows of the matrix.
    pub fn rows(self) -> usize {
        self.0.channels * self.0.window[0] * self.0.window[1]
    }

    /// The number of columns of the matrix.
    pub fn columns(self) -> usize {
        let [down, right] = self.0.positions();
        down * right * self.0.count
    }

    /// Calls `run(place in the matrix, place in the images, length)` for each run of neighbouring columns that are neighbours in the
    /// images, too: a row of positions of all images if the window moves by one, otherwise one position of all images.
    fn runs(self, mut run: impl FnMut(usize, usize, usize)) {
        let windows = self.0;
        let ([height, width], [_, right], count) = (windows.size, windows.positions(), windows.count);
        let places = (0..windows.channels).flat_map(|channel| windows.places().map(move |place| (channel, place)));
        for (row, (channel, [i, j])) in places.enumerate() {
            let across = windows.inside(1, j);
            for p in windows.inside(0, i) {
                let (to, from) =
                    (row * self.columns() + p * right * count, channel * height + windows.covered(0, i, p));
                if windows.stride[1] == 1 && !across.is_empty() {
                    let pixel = (from * width + windows.covered(1, j, across.start)) * count;
                    run(to + across.start * count, pixel, across.len() * count);
                } else {
                    across.clone().for_each(|q| {
                        run(to + q * count, (from * width + windows.covered(1, j, q)) * count, count);
                    });
                }
            }
        }
    }

    fn compute<R: Real>(self, args: &[&[R]], matrix: &mut [R]) {
        let images = args[0];
        self.runs(|to, from, len| matrix[to..to + len].copy_from_slice(&images[from..from + len]));
    }
}

impl Fold {
    fn compute<R: Real>(self, args: &[&[R]], images: &mut [R]) {
        let matrix = args[0];
        Unfold(self.0).runs(|from, to, len| add(&mut images[to..to + len], &matrix[from..from + len]));
    }
}

impl_linear!(Unfold, "unfold", |this| len this.rows() * this.columns(), operand this.0.pixels(), adjoint Fold(this.0));
impl_linear!(Fold, "fold", |this| len this.0.pixels(), operand Unfold(this.0).rows() * Unfold(this.0).columns(), adjoint Unfold(this.0));
