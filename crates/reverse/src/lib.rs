//! Reverse mode: a tape that records a function once and sweeps back for its gradient.

mod arena;
mod backend;
mod blocks;
mod recording;
mod sweep;
mod tape;
mod var;
mod vars;
mod walks;

pub use backend::Reverse;
pub use recording::{Adjoints, Recording};
pub use tape::Tape;
pub use var::Var;
pub use vars::Vars;
