//! Native code for recorded programs, by [Cranelift](https://cranelift.dev).
//!
//! | noun | what it is |
//! |---|---|
//! | [`Jit`] | the backend that compiles what it records |
//! | [`Native`] | a program as native code |
//! | [`Workspace`] | the memory of a run |
//! | [`Price`] | what the code cost |
//!
//! A program is put in an order where values are used soon, cut into functions of some hundred instructions, and each is
//! compiled by itself, so that the time to compile is proportional to the length. Loops of a program are loops of the machine.

mod address;
mod code;
mod compile;
mod context;
mod cost;
mod cut;
mod emit;
mod engine;
mod helpers;
mod layout;
mod leaf;
mod liveness;
mod looped;
mod marks;
mod native;
mod plan;
mod price;
mod schedule;
mod target;
mod test;
mod workspace;

pub use engine::{Cranelift, Jit, Prepared};
pub use native::Native;
pub use price::{Price, paid_after};
pub use workspace::Workspace;
