//! The tests of this crate, as one program: they share what they link.

mod backend;
mod conformance;
mod derivatives;
mod hard_points;
mod higher_order;
mod invariance;
mod nalgebra;
mod ordinary;
mod perturbation;
mod primal;
mod structural_zeros;
#[path = "../../../core/tests/all/support/mod.rs"]
mod support;
