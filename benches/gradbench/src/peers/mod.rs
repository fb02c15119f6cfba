//! Rust crates that differentiate, as tools of the benchmark: `gradbench-peer CRATE` speaks the protocol for one of them.
//!
//! The mathematics of the evals is written once over the arithmetic that the crates have in common, and each crate differentiates it as
//! its users would: a tape is kept and cleared, forward mode takes as many tangents at once as serve the crate best, and a tape that is
//! recorded once serves what has no branch on its inputs. What a crate does not serve it says: `ht`, which is made of operations on
//! matrices; second derivatives and nested ones where it has none; forward mode by more than 1000 inputs, which takes a pass for each
//! of them or for each few. What takes too long all the same is ended by whoever measures. A tape takes some 40 bytes an operation:
//! several gigabytes at the largest `gmm`.

#[cfg(feature = "peers")]
mod autodiff;
#[cfg(feature = "peers")]
mod easy_ml;
#[cfg(feature = "peers")]
mod echidna;
#[cfg(feature = "peers")]
mod evals;
#[cfg(feature = "peers")]
mod hyperjet;
#[cfg(feature = "peers")]
mod library;
#[cfg(feature = "peers")]
mod nested;
#[cfg(feature = "peers")]
mod num_dual;
#[cfg(feature = "peers")]
mod number;
#[cfg(feature = "peers")]
mod reverse;

use clap::ValueEnum;

/// A crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Crate {
    /// Forward mode with one tangent
    Autodiff,
    /// Reverse mode on a tape
    Reverse,
    /// Reverse mode on a Wengert list
    EasyMl,
    /// Reverse mode on a tape; forward mode for few inputs
    Echidna,
    /// Reverse mode on a tape that is recorded before the time is taken
    EchidnaRecorded,
    /// Forward mode with several tangents
    Hyperjet,
    /// Forward mode with several tangents
    NumDual,
}

impl Crate {
    /// All of them, in the order of `cargo xtask bench`.
    pub const EACH: [Self; 7] = [
        Self::Autodiff,
        Self::Reverse,
        Self::EasyMl,
        Self::Echidna,
        Self::EchidnaRecorded,
        Self::Hyperjet,
        Self::NumDual,
    ];

    /// What its rows are called: as in `cargo xtask bench`, the crate named `reverse` is kept apart from our backend.
    pub fn name(self) -> &'static str {
        match self {
            Self::Autodiff => "autodiff",
            Self::Reverse => "crate:reverse",
            Self::EasyMl => "easy-ml",
            Self::Echidna => "echidna",
            Self::EchidnaRecorded => "echidna/recorded",
            Self::Hyperjet => "hyperjet",
            Self::NumDual => "num-dual",
        }
    }

    /// What `gradbench-peer` takes for it.
    pub fn argument(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

#[cfg(feature = "peers")]
mod tool {
    use serde_json::Value;

    use super::{Crate, autodiff, easy_ml, echidna, evals, hyperjet, num_dual, reverse};
    use crate::protocol::Tool;
    use crate::{Error, Job};

    impl Tool for Crate {
        fn name(&self) -> &'static str {
            Crate::name(*self)
        }

        fn prepare(&self, module: &str, function: &str, input: Value) -> Result<Box<dyn Job>, Error> {
            match self {
                Self::Autodiff => evals::prepare::<autodiff::Autodiff>(module, function, input),
                Self::Reverse => evals::prepare::<reverse::Reverse>(module, function, input),
                Self::EasyMl => evals::prepare::<easy_ml::EasyMl>(module, function, input),
                Self::Echidna => evals::prepare::<echidna::Echidna>(module, function, input),
                Self::EchidnaRecorded => evals::prepare::<echidna::Recorded>(module, function, input),
                Self::Hyperjet => evals::prepare::<hyperjet::Hyperjet>(module, function, input),
                Self::NumDual => evals::prepare::<num_dual::NumDual>(module, function, input),
            }
        }
    }
}
