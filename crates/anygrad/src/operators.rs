//! The operators as free functions, for the common case of one call: each chooses by [`Auto`].
//!
//! A program that asks again and again keeps a backend instead, whose buffers are then reused.

use anygrad_core::{Backend, Dense, Differentiable, Error, Leaf, Real};

use crate::Auto;

/// The gradient `∂y/∂xⱼ` of a function with one output, shaped as its input.
///
/// ```
/// use anygrad::prelude::*;
///
/// #[differentiable]
/// fn multiply<S: Scalar<Real = f64>>(&[x, y]: &[S; 2]) -> S {
///     x * y
/// }
///
/// assert_eq!(anygrad::gradient(&Multiply, &[-2.0, 3.0])?, [3.0, -2.0]);
/// # Ok::<(), anygrad::Error>(())
/// ```
///
/// # Errors
/// [`Error::NotScalar`] unless the function has exactly one output.
pub fn gradient<F: Differentiable>(f: &F, x: &F::Input) -> Result<F::Input, Error> {
    Auto::new().gradient(f, x)
}

/// Value and [gradient] together.
///
/// # Errors
/// [`Error::NotScalar`] unless the function has exactly one output.
pub fn value_and_gradient<F: Differentiable>(f: &F, x: &F::Input) -> Result<(Leaf<F>, F::Input), Error> {
    Auto::new().value_and_gradient(f, x)
}

/// The derivative of a function of one number, shaped as its output.
///
/// ```
/// use anygrad::prelude::*;
///
/// #[differentiable]
/// fn helix<S: Scalar<Real = f64>>(t: S) -> [S; 3] {
///     [t.cos(), t.sin(), t * 0.5]
/// }
///
/// assert_eq!(anygrad::derivative(&Helix, 0.0)?, [0.0, 1.0, 0.5]);
/// # Ok::<(), anygrad::Error>(())
/// ```
///
/// # Errors
/// Those of the backend.
pub fn derivative<R: Real, F: Differentiable<Input = R>>(f: &F, x: R) -> Result<F::Output, Error> {
    Auto::new().derivative(f, x)
}

/// The second derivative of a function of one number, shaped as its output.
///
/// # Errors
/// Those of the backend.
pub fn second_derivative<R: Real, F: Differentiable<Input = R>>(f: &F, x: R) -> Result<F::Output, Error> {
    Auto::new().second_derivative(f, x)
}

/// The Jacobian, `m×n`, entry `(i, j) = ∂yᵢ/∂xⱼ`.
///
/// # Errors
/// Those of the backend.
pub fn jacobian<F: Differentiable>(f: &F, x: &F::Input) -> Result<Dense<Leaf<F>>, Error> {
    Auto::new().jacobian(f, x)
}

/// The derivative along `v`, `J·v`, shaped as the output.
///
/// # Errors
/// [`Error::DimensionMismatch`] if `v` is not shaped as `x`.
pub fn directional<F: Differentiable>(f: &F, x: &F::Input, v: &F::Input) -> Result<F::Output, Error> {
    Auto::new().directional(f, x, v)
}

/// The Hessian times a vector, `H·v`, shaped as the input.
///
/// # Errors
/// [`Error::NotScalar`] unless the function has exactly one output; [`Error::DimensionMismatch`] if `v` is not shaped as `x`.
pub fn hvp<F: Differentiable>(f: &F, x: &F::Input, v: &F::Input) -> Result<F::Input, Error> {
    Auto::new().hvp(f, x, v)
}

/// The Hessian, `n×n`, entry `(i, j) = ∂²y/∂xᵢ∂xⱼ`.
///
/// ```
/// use anygrad::prelude::*;
///
/// #[differentiable]
/// fn multiply<S: Scalar<Real = f64>>(&[x, y]: &[S; 2]) -> S {
///     x * y
/// }
///
/// assert_eq!(anygrad::hessian(&Multiply, &[-2.0, 3.0])?.as_slice(), [0.0, 1.0, 1.0, 0.0]);
/// # Ok::<(), anygrad::Error>(())
/// ```
///
/// # Errors
/// [`Error::NotScalar`] unless the function has exactly one output.
pub fn hessian<F: Differentiable>(f: &F, x: &F::Input) -> Result<Dense<Leaf<F>>, Error> {
    Auto::new().hessian(f, x)
}
