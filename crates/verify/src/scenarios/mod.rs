//! The scenarios: functions with points and derivatives written out by hand.
//!
//! | file | family |
//! |---|---|
//! | `neuron.rs` | the neuron, composed and fused |
//! | `circuits.rs` | small circuits: gates in series, patterns of max and relu, a hinge loss |
//! | `classics.rs` | test functions of the literature |
//! | `programs.rs` | a network, a step of an integrator, a determinant |
//! | `vectors.rs` | several outputs |
//! | `structures.rs` | inputs and outputs that are trees |
//! | `second_order.rs` | functions chosen for their second derivatives |
//! | `linalg/` | operations on vectors and matrices (feature `linalg`) |
//! | `gates.rs` | every row of the gate table at ordinary points |
//! | `edges.rs` | the gate table at the hard points |
//!
//! A closed form is derived on paper, and shares no code with the function beside it.

/// A function as a type: `Name { fields }: Input => Output, <S> |self, x| body`.
macro_rules! function {
    ($(#[$doc:meta])* $Name:ident : $Input:ty => $Output:ty, <$S:ident> |$this:ident, $x:pat_param| $body:expr) => {
        $(#[$doc])*
        struct $Name;
        function!(@impl $Name $Input => $Output, <$S> |$this, $x| $body);
    };
    ($(#[$doc:meta])* $Name:ident { $($field:ident : $Type:ty),+ } : $Input:ty => $Output:ty,
     <$S:ident> |$this:ident, $x:pat_param| $body:expr) => {
        $(#[$doc])*
        struct $Name { $($field: $Type),+ }
        function!(@impl $Name $Input => $Output, <$S> |$this, $x| $body);
    };
    (@impl $Name:ident $Input:ty => $Output:ty, <$S:ident> |$this:ident, $x:pat_param| $body:expr) => {
        impl ::anygrad_core::Differentiable for $Name {
            type Input = $Input;
            type Output = $Output;

            fn call<$S: ::anygrad_core::Scalar<Real = ::anygrad_core::Leaf<Self>>>(
                &self,
                $x: &::anygrad_core::In<Self, $S>,
            ) -> ::anygrad_core::Out<Self, $S> {
                #[allow(unused_variables, reason = "most functions have no fields")]
                let $this = self;
                $body
            }
        }
    };
}

mod circuits;
mod classics;
mod edges;
mod gates;
#[cfg(feature = "linalg")]
mod linalg;
mod neuron;
mod programs;
mod second_order;
mod structures;
mod vectors;

use crate::Visitor;

/// Shows every scenario, the neuron first, then the gates, then the edge points.
pub fn each(visitor: &mut impl Visitor) {
    functions(visitor);
    #[cfg(feature = "linalg")]
    linalg(visitor);
    gates(visitor);
    edges(visitor);
}

/// Shows the scenarios that are programs of several gates.
pub fn functions(visitor: &mut impl Visitor) {
    neuron::each(visitor);
    circuits::each(visitor);
    classics::each(visitor);
    programs::each(visitor);
    vectors::each(visitor);
    structures::each(visitor);
    second_order::each(visitor);
}

/// Shows every operation on vectors and matrices, in `f64` and `f32`, at ordinary and at awkward shapes.
#[cfg(feature = "linalg")]
pub fn linalg(visitor: &mut impl Visitor) {
    linalg::each(visitor);
}

/// Shows every row of the gate table at ordinary points, in `f64` and `f32`.
pub fn gates(visitor: &mut impl Visitor) {
    gates::each(visitor);
}

/// Shows the gate table at the hard points, with the partials that [`anygrad_core::hard_points`] prescribes.
pub fn edges(visitor: &mut impl Visitor) {
    edges::each(visitor);
}

/// A square matrix, row by row, from its entries.
fn matrix(n: usize, entry: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    (0..n * n).map(|index| entry(index / n, index % n)).collect()
}

/// 1 on the diagonal.
fn delta(i: usize, j: usize) -> f64 {
    f64::from(u8::from(i == j))
}

/// 1 where the condition holds.
fn step(condition: bool) -> f64 {
    f64::from(u8::from(condition))
}
