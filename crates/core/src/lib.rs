//! The core of anygrad: what a program computes with, and the only derivative rules in the house.
//!
//! | noun | what it is |
//! |---|---|
//! | [`Scalar`] | a number that a program computes with: a float, a dual, a tape variable, any nesting |
//! | [`gates`] | the table of elementary operations, value and partials, one row each |
//! | [`Unary`], [`Binary`], [`Nary`] | what a gate is; implement one for a gate of your own |
//! | [`Tree`] | structures of scalars: a gradient has the type of the point it is taken at |
//! | [`Differentiable`] | a function that any scalar can run through |
//! | [`Backend`] | pushforward or pullback; gradient, Jacobian, Hessian … are derived |
//!
//! Core names no backend. Depend on the facade, `anygrad`, unless you write a backend yourself.

mod arguments;
pub mod arrays;
mod backend;
mod checked;
#[cfg(any(feature = "faer", feature = "nalgebra", feature = "ndarray"))]
mod containers;
mod dense;
mod differentiable;
mod error;
mod gate;
pub mod gates;
pub mod loops;
mod nested;
mod real;
mod relation;
mod scalar;
mod scalar_traits;
mod special;
mod tree;
mod visit;
mod watch;

#[doc = include_str!("../docs/hard_points.md")]
pub mod hard_points {}

pub use arguments::{Arguments, First};
pub use backend::{Backend, Mode, is_inactive, single_output, unit};
pub use checked::Checked;
pub use dense::Dense;
pub use differentiable::{Differentiable, Fixed, In, Leaf, Out};
pub use error::{Error, FunctionError, Stage};
pub use gate::{Binary, Nary, Unary};
pub use gates::{BinaryOp, NaryOp, UnaryOp};
pub use nested::{Derivative, Gradient};
pub use num_traits;
pub use real::{Floats, FloatsMut, Real};
pub use relation::Relation;
pub use scalar::Scalar;
pub use special::Special;
pub use tree::{Point, ShapeMismatch, Tree};
pub use visit::{MapLeaves, Part, Visit, VisitMut, VisitPairs};
pub use watch::Watch;
