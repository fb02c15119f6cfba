#![doc = include_str!("../../../README.md")]

#[cfg(any(feature = "forward", feature = "reverse", feature = "finite"))]
mod auto;
#[cfg(feature = "verify")]
mod everyone;
#[cfg(any(feature = "forward", feature = "reverse", feature = "finite"))]
mod operators;
pub mod prelude;
#[cfg(feature = "search")]
pub mod search;
#[cfg(all(feature = "verify", feature = "finite"))]
mod witness;

#[cfg(any(feature = "forward", feature = "reverse", feature = "finite"))]
pub use auto::{Auto, Choice};
#[cfg(any(feature = "forward", feature = "reverse", feature = "finite"))]
pub use operators::{derivative, directional, gradient, hessian, hvp, jacobian, second_derivative, value_and_gradient};

#[cfg(any(feature = "argmin", feature = "levenberg-marquardt", feature = "rayon"))]
#[doc(no_inline)]
pub use anygrad_adapters as adapters;
pub use anygrad_core::{
    Arguments, Backend, Binary, BinaryOp, Checked, Dense, Derivative, Differentiable, Error, First, Fixed,
    FunctionError, Gradient, In, Leaf, MapLeaves, Mode, Nary, NaryOp, Out, Part, Point, Real, Relation, Scalar,
    ShapeMismatch, Stage, Tree, Unary, UnaryOp, Visit, VisitMut, VisitPairs, Watch, arrays, gates, hard_points,
    impl_scalar_traits, is_inactive, loops, num_traits, single_output, unit,
};
#[cfg(feature = "finite")]
pub use anygrad_finite as finite;
#[cfg(feature = "finite")]
pub use anygrad_finite::{ComplexStep, Estimate, Finite};
#[cfg(feature = "forward")]
pub use anygrad_forward::{Dual, Forward};
#[cfg(feature = "graph")]
pub use anygrad_graph as graph;
#[cfg(feature = "parallel")]
pub use anygrad_graph::Parallel;
#[cfg(feature = "graph")]
pub use anygrad_graph::{OnBranch, Program, Replay, Settings};
#[cfg(feature = "jit")]
pub use anygrad_jit as jit;
#[cfg(feature = "jit")]
pub use anygrad_jit::{Jit, Native};
#[cfg(feature = "linalg")]
pub use anygrad_linalg as linalg;
pub use anygrad_macros::{Tree, differentiable, function};
#[cfg(feature = "nn")]
pub use anygrad_nn as nn;
#[cfg(feature = "reverse")]
pub use anygrad_reverse::{Adjoints, Recording, Reverse, Tape, Var};
#[cfg(feature = "verify")]
#[doc(no_inline)]
pub use anygrad_verify as verification;
#[cfg(feature = "verify")]
pub use everyone::{Everyone, everyone, verify};
#[cfg(all(feature = "verify", feature = "finite"))]
pub use witness::FiniteWitness;
