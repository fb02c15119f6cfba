//! Reverse mode: a tape that records a function once and sweeps back for its gradient.

mod arena;
mod backend;
mod tape;
mod var;

pub use backend::Reverse;
pub use tape::{Adjoints, Recording, Tape};
pub use var::Var;
