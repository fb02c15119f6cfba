//! A network with one hidden layer, 784-128-10, on synthetic images.

use crate::start::{CLASSES, Start};

pub(crate) const PIXELS: usize = 784;
pub(crate) const HIDDEN: usize = 128;

pub(crate) fn start() -> Start {
    Start::new(PIXELS, &[(PIXELS * HIDDEN, HIDDEN, 0.05), (HIDDEN * CLASSES, CLASSES, 0.1)])
}
