//! A tool for [GradBench](https://github.com/gradbench/gradbench), the public benchmark of automatic differentiation.
//!
//! | noun | what it is |
//! |---|---|
//! | [`serve`] | the protocol: a message a line comes in, an answer a line goes out |
//! | [`Method`] | how derivatives are computed: one backend, or the fastest of all in a trial |
//! | [`Job`] | a function of an eval with its input, ready to be evaluated again and again |
//! | [`peer::Peer`] | another tool of the benchmark, asked as the benchmark asks it |
//! | [`evals`] | the evals: one file each, the function as a user of the library writes it, and its input |
//!
//! An eval writes its function once, generic in its numbers. No derivative is written by hand.

mod compare;
mod error;
pub mod evals;
mod job;
mod method;
pub mod peer;
mod process;
mod protocol;
mod timing;

pub use compare::difference;
pub use error::Error;
pub use job::{Job, gradient, gradient_and_hvp, jacobian, value};
pub use method::{Method, Trial};
pub use protocol::serve;
pub use timing::Repeat;
