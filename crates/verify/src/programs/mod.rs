//! Random programs: straight-line functions as data, drawn from a seed, that every backend runs and must agree on.
//!
//! | noun | what it is |
//! |---|---|
//! | [`SplitMix64`] | the random numbers: the same bits on every platform |
//! | [`Program`], [`Step`] | a function as a list of operations; [`Program::to_rust`] prints it |
//! | [`Case`] | a program with an ordinary point and hard ones, drawn from a seed |
//! | [`Bounds`] | how far rounding can move the entries of a program's Jacobian |
//! | [`examine`], [`compare`] | the checks of a program at a point, with or without the gate where sides part |
//! | [`shrink`] | the smallest program found that still fails |

mod bound;
mod curvature;
mod draw;
mod examine;
mod judge;
mod print;
mod program;
mod random;
mod shrink;
mod step;

pub use bound::Bounds;
pub use draw::Case;
pub use examine::{At, compare, examine};
pub use program::Program;
pub use random::SplitMix64;
pub use shrink::shrink;
pub use step::Step;
