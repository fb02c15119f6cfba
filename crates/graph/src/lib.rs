//! Recorded programs: record a function once, then print it, differentiate it symbolically, and replay it.
//!
//! | noun | what it is |
//! |---|---|
//! | [`Program`] | a function as it went at one point, with a guard for each comparison |
//! | [`Node`] | the scalar that records |
//! | [`Replay`] | the backend that records a function once and replays it |
//! | [`Engine`] | what runs programs: the [`Interpreter`], or native code from another crate |
//! | [`code`] | the instructions of a program, for compilers |
//! | [`Listing`], [`Formula`], [`Picture`], [`Statistics`] | a program as text, as formulas, as a circuit, and what it is made of |
//! | [`RustSource`] | programs as source code that needs no library |

mod backend;
mod check;
pub mod code;
mod derive;
mod emit;
mod engine;
mod failure;
mod frame;
mod kept;
mod machine;
mod node;
mod nodes;
mod opaque;
mod own;
mod own_block;
#[cfg(feature = "rayon")]
mod parallel;
mod place;
mod places;
mod program;
mod prune;
mod recorder;
mod repeat;
mod replay;
mod run;
#[cfg(feature = "serde")]
mod saved;
mod show;
mod signs;
#[cfg(feature = "rayon")]
mod stages;
mod structural;
mod tangent;
mod traces;
mod transform;

pub use check::{MAX_DEPTH, MAX_VALUES};
pub use derive::MAX_ORDER;
pub use emit::RustSource;
pub use engine::{Engine, Interpreted, Interpreter};
pub use failure::{check_data, comparison_changed, number_changed};
pub use node::Node;
pub use nodes::Nodes;
pub use own::OwnGate;
pub use own_block::OwnBlock;
#[cfg(feature = "rayon")]
pub use parallel::{Parallel, Staged};
pub use place::Place;
pub use program::Program;
pub use replay::{ByProgram, OnBranch, Replay, Settings};
pub use run::SUM_BLOCK;
#[cfg(feature = "serde")]
pub use saved::SavedProgram;
pub use show::{Formula, Listing, Picture, Statistics};
