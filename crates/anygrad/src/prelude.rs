//! What a program that differentiates needs in scope: `use anygrad::prelude::*;`.

pub use anygrad_core::num_traits::{Float as _, FloatConst as _, One as _, Zero as _};
pub use anygrad_core::{Backend, Dense, Differentiable, Error, Fixed, Point, Real, Scalar, Tree, loops};
#[cfg(feature = "finite")]
pub use anygrad_finite::Finite;
#[cfg(feature = "forward")]
pub use anygrad_forward::{Dual, Forward};
#[cfg(feature = "graph")]
pub use anygrad_graph::{Program, Replay};
#[cfg(feature = "jit")]
pub use anygrad_jit::Jit;
pub use anygrad_macros::{Tree, differentiable, function};
#[cfg(feature = "reverse")]
pub use anygrad_reverse::Reverse;

#[cfg(any(feature = "forward", feature = "reverse", feature = "finite"))]
pub use crate::Auto;
