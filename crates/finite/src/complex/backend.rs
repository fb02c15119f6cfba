//! The backend: one evaluation a direction, with a tiny imaginary step.

use anygrad_core::num_traits::{Float, Zero};
use anygrad_core::{Backend, Differentiable, Error, In, Leaf, Mode, Out, Real, Scalar, Tree, is_inactive};

use super::ComplexNumber;
use super::number::Fault;

/// Derivatives by the complex step, `f′(x) = Im f(x + ih)/h`, for functions that are analytic.
///
/// There is no difference and so no cancellation: with `h = 2⁻⁵⁰⁰` (`2⁻⁵⁰` in `f32`) the error is that of the function's own
/// rounding (Lyness & Moler 1967; Squire & Trapp 1998; Martins, Sturdza & Alonso 2003). The step lies in the middle of the
/// exponents below 1, so that a factor of `10⁻¹⁵⁰` either way is not yet lost; where one is, or where the step is not small
/// against the distance to a branch point, the result is an error, not a number.
///
/// Cost: one evaluation over [`ComplexNumber`] for a direction, `n` for a gradient or a Jacobian.
///
/// Gates that choose among smooth pieces act by the real part. The gates `erf`, `erfc`, `gelu`, `ln_gamma`, `polygamma`, and gates of
/// your own, have no complex extension here. At a branch point (√ or ln at 0, the origin of `hypot`) the derivative is NaN.
/// The base is plain floats: second derivatives, and nesting in another backend, are not served.
///
/// ```
/// use anygrad_core::{Backend, Differentiable, Scalar};
/// use anygrad_finite::ComplexStep;
///
/// /// Squire and Trapp's example, `eˣ/√(sin³x + cos³x)`.
/// struct Quotient;
/// impl Differentiable for Quotient {
///     type Input = f64;
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
///         x.exp() / (x.sin().powi(3) + x.cos().powi(3)).sqrt()
///     }
/// }
///
/// // The literature prints 4.05342789389862.
/// let slope = ComplexStep.derivative(&Quotient, 1.5)?;
/// assert!((slope - 4.05342789389862).abs() < 1e-14);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Unsupported`] that names the gate, or the nested base.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ComplexStep;

const NAME: &str = "complex-step";

/// The binary exponent of the step: half of the smallest one.
fn step<R: Real>() -> R {
    let wide = R::min_positive_value().widen() < 1e-100;
    R::narrow(2.0).powi(if wide { -500 } else { -50 })
}

impl Backend for ComplexStep {
    const MODE: Mode = Mode::Pushforward;

    fn name(&self) -> &'static str {
        NAME
    }

    fn pushforward<F, T>(&mut self, f: &F, x: &In<F, T>, dx: &In<F, T>) -> Result<(Out<F, T>, Out<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let (mut seeds, mut plain) = (Vec::new(), true);
        F::Input::zip::<T, T>(x, dx, &mut |x, dx| {
            plain &= x.is_constant() && dx.is_constant();
            seeds.push((!is_inactive(dx)).then(|| dx.primal()));
        })
        .map_err(|mismatch| mismatch.of("tangent"))?;
        if !plain {
            let (operator, help) = ("a nested base", "take derivatives of higher order with another backend");
            return Err(Error::Unsupported { backend: NAME, operator, help });
        }
        let largest = seeds.iter().flatten().fold(Leaf::<F>::zero(), |most, seed| most.max(seed.abs()));
        let mut seeds = seeds.into_iter();
        let point = F::Input::map::<T, ComplexNumber<Leaf<F>>>(x, &mut |x| match seeds.next().flatten() {
            Some(seed) => ComplexNumber::new(x.primal(), seed / largest * step::<Leaf<F>>()),
            None => ComplexNumber::constant(x.primal()),
        });
        read::<F, T>(&f.try_call::<ComplexNumber<Leaf<F>>>(&point)?, largest)
    }
}

/// Values and derivatives from the real and imaginary parts.
fn read<F, T>(y: &Out<F, ComplexNumber<Leaf<F>>>, largest: Leaf<F>) -> Result<(Out<F, T>, Out<F, T>), Error>
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    let mut fault = None;
    F::Output::each::<ComplexNumber<Leaf<F>>>(y, &mut |y| fault = fault.or_else(|| y.fault()));
    match fault {
        Some(Fault::NoExtension(operator)) => {
            let help = "the gate has no complex extension here: take `Finite`";
            Err(Error::Unsupported { backend: NAME, operator, help })
        }
        Some(Fault::Lost(operator)) => {
            let help = "the imaginary part leaves the range in which it can be kept apart: take `Finite`";
            Err(Error::Unsupported { backend: NAME, operator, help })
        }
        None => Ok((
            F::Output::map::<ComplexNumber<Leaf<F>>, T>(y, &mut |y| T::constant(y.re)),
            F::Output::map::<ComplexNumber<Leaf<F>>, T>(y, &mut |y| T::constant(y.im / step::<Leaf<F>>() * largest)),
        )),
    }
}
