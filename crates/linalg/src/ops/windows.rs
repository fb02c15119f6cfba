//! The windows of images: where they stand, and what they cover.

/// The windows of `count` images with `channels` channels, stored `channels × height × width × count`: the same pixel of all images
/// side by side, so that every loop over windows has the images as its innermost.
///
/// A position of the window takes `stride` steps from the one before; `padding` lies around the image on all sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// The number of channels.
    pub channels: usize,
    /// The number of images.
    pub count: usize,
    /// Their height and width.
    pub size: [usize; 2],
    /// The window's height and width.
    pub window: [usize; 2],
    /// How far the window moves, down and to the right; not 0.
    pub stride: [usize; 2],
    /// The rows above and below, and the columns left and right of an image.
    pub padding: [usize; 2],
}

impl Windows {
    /// The number of positions of the window, down and to the right: `⌊(size + 2·padding − window)/stride⌋ + 1`.
    pub fn positions(self) -> [usize; 2] {
        std::array::from_fn(|axis| {
            let room = self.size[axis] + 2 * self.padding[axis];
            room.checked_sub(self.window[axis]).map_or(0, |free| free / self.stride[axis] + 1)
        })
    }

    /// The numbers of all images.
    pub(super) fn pixels(self) -> usize {
        self.channels * self.size[0] * self.size[1] * self.count
    }

    /// A number for each channel, position of the window and image.
    pub(super) fn results(self) -> usize {
        let [down, right] = self.positions();
        self.channels * down * right * self.count
    }

    /// The places in a window.
    pub(super) fn places(self) -> impl Iterator<Item = [usize; 2]> {
        let [height, width] = self.window;
        (0..height).flat_map(move |i| (0..width).map(move |j| [i, j]))
    }

    /// The positions along an axis at which a place of the window lies in the image.
    pub(super) fn inside(self, axis: usize, place: usize) -> std::ops::Range<usize> {
        let (padding, stride) = (self.padding[axis], self.stride[axis]);
        let first = padding.saturating_sub(place).div_ceil(stride);
        let end = (self.size[axis] + padding).saturating_sub(place).div_ceil(stride).min(self.positions()[axis]);
        first..end.max(first)
    }

    /// The row or column of the image that a place of the window covers at a position, which is [inside](Self::inside).
    pub(super) fn covered(self, axis: usize, place: usize, position: usize) -> usize {
        position * self.stride[axis] + place - self.padding[axis]
    }

    /// Calls `each(result, pixel)` for every channel, position and place in the window that lies in the image: where the numbers of
    /// the first image stand among the results and among the pixels. Those of the others follow.
    pub(super) fn cells(self, mut each: impl FnMut(usize, usize)) {
        let ([height, width], [down, right]) = (self.size, self.positions());
        for channel in 0..self.channels {
            for [i, j] in self.places() {
                for p in self.inside(0, i) {
                    let (results, pixels) =
                        ((channel * down + p) * right, (channel * height + self.covered(0, i, p)) * width);
                    for q in self.inside(1, j) {
                        each((results + q) * self.count, (pixels + self.covered(1, j, q)) * self.count);
                    }
                }
            }
        }
    }
}
