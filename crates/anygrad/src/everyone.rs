//! `verify(&f)`: all compiled-in backends prove on a function of yours that they agree.

use anygrad_core::Differentiable;
#[cfg(feature = "finite")]
use anygrad_verify::Bounded;
#[cfg(any(feature = "forward", feature = "reverse", feature = "graph"))]
use anygrad_verify::Exact;
use anygrad_verify::{Verify, verify_with};

#[cfg(feature = "finite")]
use crate::FiniteWitness;

#[cfg(feature = "forward")]
type ForwardPanel = (Exact<anygrad_forward::Forward>, Exact<anygrad_forward::Forward<3>>);
#[cfg(not(feature = "forward"))]
type ForwardPanel = ();

#[cfg(feature = "reverse")]
type ReversePanel = Exact<anygrad_reverse::Reverse>;
#[cfg(not(feature = "reverse"))]
type ReversePanel = ();

#[cfg(feature = "graph")]
type GraphPanel = Exact<anygrad_graph::Replay>;
#[cfg(not(feature = "graph"))]
type GraphPanel = ();

#[cfg(feature = "jit")]
type JitPanel = Exact<anygrad_jit::Jit>;
#[cfg(not(feature = "jit"))]
type JitPanel = ();

#[cfg(feature = "finite")]
type FinitePanel = Bounded<FiniteWitness>;
#[cfg(not(feature = "finite"))]
type FinitePanel = ();

#[cfg(all(feature = "forward", feature = "reverse"))]
type AutoPanel = Exact<crate::Auto>;
#[cfg(not(all(feature = "forward", feature = "reverse")))]
type AutoPanel = ();

/// The panel of all compiled-in backends; forward mode sits in it with two chunk sizes.
pub type Everyone = (ForwardPanel, ReversePanel, GraphPanel, JitPanel, AutoPanel, FinitePanel);

/// All compiled-in backends.
pub fn everyone() -> Everyone {
    (forward(), reverse(), graph(), jit(), auto(), finite())
}

#[cfg(feature = "forward")]
fn forward() -> ForwardPanel {
    use anygrad_forward::Forward;
    (Exact::new(Forward::new()), Exact::named("forward/3", Forward::with_chunk::<3>()))
}
#[cfg(not(feature = "forward"))]
fn forward() -> ForwardPanel {}

#[cfg(feature = "reverse")]
fn reverse() -> ReversePanel {
    Exact::new(anygrad_reverse::Reverse::new())
}
#[cfg(not(feature = "reverse"))]
fn reverse() -> ReversePanel {}

#[cfg(feature = "graph")]
fn graph() -> GraphPanel {
    Exact::new(anygrad_graph::Replay::default())
}
#[cfg(not(feature = "graph"))]
fn graph() -> GraphPanel {}

#[cfg(feature = "jit")]
fn jit() -> JitPanel {
    Exact::new(anygrad_jit::Jit::default())
}
#[cfg(not(feature = "jit"))]
fn jit() -> JitPanel {}

#[cfg(all(feature = "forward", feature = "reverse"))]
fn auto() -> AutoPanel {
    Exact::new(crate::Auto::new())
}
#[cfg(not(all(feature = "forward", feature = "reverse")))]
fn auto() -> AutoPanel {}

#[cfg(feature = "finite")]
fn finite() -> FinitePanel {
    Bounded(FiniteWitness::default())
}
#[cfg(not(feature = "finite"))]
fn finite() -> FinitePanel {}

/// Starts a verification of `f` by all compiled-in backends, for a test of yours.
///
/// Every operator that fits the function's shape is asked of every backend, and every answer is compared with every other:
/// exact modes to rounding, finite differences within the bound that they report.
///
/// ```
/// use anygrad::prelude::*;
///
/// #[differentiable]
/// fn helmholtz<S: Scalar<Real = f64>>(&[x, y]: &[S; 2]) -> S {
///     x * (x / (S::one() - x * 0.1 - y * 0.2)).ln() + y * x.sqrt()
/// }
///
/// let report = anygrad::verify(&Helmholtz).at(&[1.0, 2.0]).run()?;
/// report.assert_agree();
/// # Ok::<(), anygrad::Error>(())
/// ```
pub fn verify<F: Differentiable>(f: &F) -> Verify<'_, F, Everyone> {
    verify_with(everyone(), f)
}
