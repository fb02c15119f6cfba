//! A small network of convolutions on synthetic images of 8×8, the size of the digits: 3×3 to 8 channels, relu, pooling by 2; 3×3 to
//! 16 channels, relu, pooling by 2; a dense layer from 64 to 10. Both convolutions have one row of padding all around.

use crate::start::{CLASSES, Start};

/// Height and width.
pub(crate) const SIZE: usize = 8;
pub(crate) const FIRST: usize = 8;
pub(crate) const SECOND: usize = 16;
/// Height and width of the filters.
pub(crate) const WINDOW: usize = 3;
/// What the dense layer takes.
pub(crate) const FEATURES: usize = SECOND * (SIZE / 4) * (SIZE / 4);

pub(crate) fn start() -> Start {
    let window = WINDOW * WINDOW;
    Start::new(
        SIZE * SIZE,
        &[(FIRST * window, FIRST, 0.3), (SECOND * FIRST * window, SECOND, 0.1), (FEATURES * CLASSES, CLASSES, 0.1)],
    )
}
