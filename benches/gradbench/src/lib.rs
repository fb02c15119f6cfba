//! A tool for [GradBench](https://github.com/gradbench/gradbench), the public benchmark of automatic differentiation.
//!
//! | noun | what it is |
//! |---|---|
//! | [`serve`] | the protocol: a message a line comes in, an answer a line goes out |
//! | [`Method`] | how derivatives are computed: one backend, or the fastest of all in a trial |
//! | [`Job`] | a function of an eval with its input, ready to be evaluated again and again |
//! | [`peer::Peer`] | another tool of the benchmark, asked as the benchmark asks it |
//! | [`peers::Crate`] | a Rust crate as such a tool; it takes the feature `peers`, as does `cargo xtask gradbench --peers` |
//! | [`evals`] | the evals: one file each, the function as a user of the library writes it, and its input |
//!
//! An eval writes its function once, generic in its numbers. No derivative is written by hand.
//!
//! # Threads
//!
//! All runs on one thread, as the benchmark asks for. With `--multithreaded` ([`Options::multithreaded`](evals::Options)) two evals
//! use all of them, with the numbers of one: `ba`, whose observations do not depend on each other, so that each thread computes the
//! Jacobians of some; and `llsq`, whose gradient is a long loop that native code runs in blocks of rows. In the others what is long
//! is made of matrix operations (`gmm`, `ht`, `kmeans`), of vector operations (`lse`), of steps that wait for those before them
//! (`lstm`, `ode`, `particle`, `saddle`) or of equal parts (`det`).

mod blocks;
mod compare;
mod error;
pub mod evals;
mod job;
mod method;
pub mod peer;
pub mod peers;
mod process;
mod protocol;
mod timing;

pub use compare::difference;
pub use error::Error;
pub use job::{Job, gradient, gradient_and_hvp, jacobian, value};
pub use method::{Method, Trial};
pub use protocol::{Tool, serve};
pub use timing::Repeat;
