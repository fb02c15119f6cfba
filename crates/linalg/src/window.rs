//! `Window`: what a convolution or a pooling looks at.

/// The window of a convolution or of pooling.
///
/// ```
/// use anygrad_linalg::Window;
///
/// let window = Window::of([3, 3]).by([2, 2]).padded([1, 1]);
/// assert_eq!((window.size, window.stride, window.padding), ([3, 3], [2, 2], [1, 1]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// Height and width.
    pub size: [usize; 2],
    /// How far it moves, down and to the right.
    pub stride: [usize; 2],
    /// The rows around the image, above and below, and the columns, left and right.
    pub padding: [usize; 2],
}

impl Window {
    /// A window that moves by one, without padding: what a convolution usually has.
    pub const fn of(size: [usize; 2]) -> Self {
        Self { size, stride: [1, 1], padding: [0, 0] }
    }

    /// A window that moves by its size, so that windows lie side by side: what pooling usually has.
    pub const fn tile(size: [usize; 2]) -> Self {
        Self { size, stride: size, padding: [0, 0] }
    }

    /// The same by other steps.
    #[must_use]
    pub const fn by(self, stride: [usize; 2]) -> Self {
        Self { stride, ..self }
    }

    /// The same with padding around the image.
    #[must_use]
    pub const fn padded(self, padding: [usize; 2]) -> Self {
        Self { padding, ..self }
    }
}
