//! Gates applied to many numbers at once, for [`anygrad`](https://docs.rs/anygrad).
//!
//! [`apply`] computes `yᵢ = g(xᵢ)` for a gate `g` of core's table. Of `exp` and `expm1` it has forms without a
//! branch, in which the compiler puts several numbers side by side into one register, with the instructions that the processor has.
//! Other gates are applied one by one.
//!
//! These forms are not those of the gate's row: a number may differ from it in its last bit. So whoever applies them to an array
//! does so under every scalar, plain floats included.
//!
//! ```
//! use anygrad_core::gates::Exp;
//!
//! let mut y = [0.0; 3];
//! anygrad_elementary::apply(Exp, &[0.0, 1.0, -1.0], &mut y);
//! assert_eq!(y[0], 1.0);
//! assert!((y[1] - std::f64::consts::E).abs() < 1e-15);
//! ```

mod exp;

use anygrad_core::{Floats, FloatsMut, Real, Unary, UnaryOp};
use pulp::Arch;

use crate::exp::{exp, exp_m1};

/// `yᵢ = g(xᵢ)`, for as many numbers as the shorter of the two has.
///
/// `exp` and `expm1` are within 1 ulp of the exact number. The edges are those of the gates: infinities, NaN, what overflows and what
/// is subnormal, and the sign of a zero.
pub fn apply<R: Real, G: Unary<R>>(gate: G, x: &[R], y: &mut [R]) {
    match gate.opcode() {
        Some(UnaryOp::Exp(_)) => each(exp, x, y),
        Some(UnaryOp::ExpM1(_)) => each(exp_m1, x, y),
        _ => y.iter_mut().zip(x).for_each(|(y, &x)| *y = gate.value(x)),
    }
}

/// Whether [`apply`] has a form of its own for a gate.
pub fn is_vectorised<R: Real>(gate: UnaryOp<R>) -> bool {
    matches!(gate, UnaryOp::Exp(_) | UnaryOp::ExpM1(_))
}

/// A function of each number, by the instructions that the processor has.
#[inline]
fn each<R: Real>(f: impl Fn(f64) -> f64 + Copy, x: &[R], y: &mut [R]) {
    Arch::new().dispatch(
        #[inline(always)]
        || match (R::floats(x), R::floats_mut(y)) {
            (Floats::Double(x), FloatsMut::Double(y)) => y.iter_mut().zip(x).for_each(|(y, &x)| *y = f(x)),
            (Floats::Single(x), FloatsMut::Single(y)) => {
                y.iter_mut().zip(x).for_each(|(y, &x)| *y = f32::narrow(f(f64::from(x))));
            }
            _ => debug_assert!(false, "floats of one type"),
        },
    );
}
