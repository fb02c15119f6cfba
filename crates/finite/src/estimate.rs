//! `Estimate`: a number with a bound on its error.

use anygrad_core::num_traits::{Float, Zero};
use anygrad_core::{Real, Scalar};

/// A derivative, and how far from the true one it is expected to be at most.
///
/// The bound is the sum of two parts: what the formula leaves out (seen from the difference to the same formula at another
/// step or order) and what the rounding of the function's values can do to it. It is an estimate, not a proof; no method that
/// sees a function only through its values can give one.
///
/// ```
/// use anygrad_finite::Finite;
///
/// let slope = Finite::default().estimate(|x: f64| x.sin(), 1.0)?;
/// assert!((slope.value - 1.0_f64.cos()).abs() <= slope.error);
/// assert!(slope.error < 1e-10);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate<T: Scalar> {
    /// The derivative.
    pub value: T,
    /// The bound, `|value − exact| ≤ error`.
    pub error: T::Real,
}

impl<T: Scalar> Estimate<T> {
    /// The estimate of a derivative that does not exist: NaN.
    pub(crate) fn undefined() -> Self {
        Self { value: T::nan(), error: T::Real::nan() }
    }

    /// The estimate of a derivative that is structurally zero.
    pub(crate) fn nothing() -> Self {
        Self { value: T::zero(), error: T::Real::zero() }
    }

    /// The better of this estimate and one from larger steps: the one with the smaller bound. Where the two contradict each
    /// other the larger steps have jumped over something: nearly, and the bound covers both; widely, and they are dropped.
    pub(crate) fn refine(self, larger: Self) -> Self {
        let gap = magnitude(self.value - larger.value);
        let reach = self.error + larger.error;
        if self.error.is_nan() || !self.error.is_finite() {
            larger
        } else if larger.error.is_nan() || gap > reach * T::Real::narrow(OVERRULED) {
            self
        } else {
            let (best, other) = if larger.error < self.error { (larger, self) } else { (self, larger) };
            Self { error: if gap > reach { gap + other.error } else { best.error }, ..best }
        }
    }

    /// The estimate times an exactly known factor.
    pub(crate) fn scaled(self, factor: T) -> Self {
        Self { value: self.value * factor, error: self.error * magnitude(factor) }
    }
}

/// By how many times their bounds two estimates must differ for one to be dropped.
const OVERRULED: f64 = 10.0;

/// The largest absolute value among the floats that a number carries.
pub(crate) fn magnitude<T: Scalar>(number: T) -> T::Real {
    let largest = std::cell::Cell::new(number.primal().abs());
    number.every(|part| {
        if part.abs() > largest.get() || part.is_nan() {
            largest.set(part.abs());
        }
        true
    });
    largest.get()
}
