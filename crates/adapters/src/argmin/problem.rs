//! `Problem<F, B>`: a function and a backend, as argmin asks for them.

use anygrad_core::{Backend, Differentiable, Leaf, Out, single_output};
use argmin::core::{CostFunction, Error as Boxed, Gradient, Hessian, Jacobian, Operator};

use super::{Curvature, check_finite, rows};
use crate::Error;
use crate::workspaces::Workspaces;

/// A function `f: n → m` and a backend, for argmin's solvers: with one output to minimise, with more as an operator.
///
/// | trait | result | shape | cost |
/// |---|---|---|---|
/// | `CostFunction` | `f(x)`, for `m = 1` | a float | 1 evaluation |
/// | `Gradient` | `∇f(x)`, for `m = 1` | as the input | [`Backend::gradient`] |
/// | `Hessian` | `∂²f/∂xᵢ∂xⱼ`, for `m = 1` | `Vec<Vec<R>>`, `n×n` | [`Backend::hessian`] |
/// | `Operator` | `f(x)` | as the output | 1 evaluation |
/// | `Jacobian` | `∂fᵢ/∂xⱼ` | `Vec<Vec<R>>`, `m×n` | [`Backend::jacobian`] |
///
/// For products `H·v` in place of the Hessian, see [`MatrixFree`](super::MatrixFree).
///
/// ```
/// use anygrad_adapters::argmin::Problem;
/// use anygrad_core::{Differentiable, Scalar};
/// use anygrad_forward::Forward;
/// use argmin::core::{CostFunction, Gradient, Hessian};
///
/// /// `x₀²·x₁`.
/// struct Monomial;
/// impl Differentiable for Monomial {
///     type Input = Vec<f64>;
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
///         x[0] * x[0] * x[1]
///     }
/// }
///
/// let (problem, x) = (Problem::new(Monomial, Forward::new()), vec![3.0, 5.0]);
/// assert_eq!(problem.cost(&x)?, 45.0);
/// assert_eq!(problem.gradient(&x)?, [30.0, 9.0]);
/// assert_eq!(problem.hessian(&x)?, [[10.0, 6.0], [6.0, 0.0]]);
/// # Ok::<(), argmin::core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Derivative`] with what the function or the backend returns, `NotScalar` for a cost, gradient or Hessian of a
/// function with other than one output; [`Error::NotFinite`] for a Hessian that is not.
#[derive(Clone, Debug)]
pub struct Problem<F, B> {
    function: F,
    backend: Workspaces<B>,
}

impl<F, B: Backend> Problem<F, B> {
    /// A function, or a reference to one, and the backend that differentiates it.
    pub fn new(function: F, backend: B) -> Self {
        Self { function, backend: Workspaces::new(backend) }
    }

    /// The function.
    pub fn function(&self) -> &F {
        &self.function
    }

    /// Runs `body` with a workspace of the backend.
    pub(super) fn with<Y>(&self, body: impl FnOnce(&mut B, &F) -> Y) -> Y {
        self.backend.with(|backend| body(backend, &self.function))
    }
}

impl<F: Differentiable, B: Backend> CostFunction for Problem<F, B> {
    type Param = F::Input;
    type Output = Leaf<F>;

    fn cost(&self, x: &F::Input) -> Result<Leaf<F>, Boxed> {
        let y = self.function.try_call::<Leaf<F>>(x).map_err(Error::from)?;
        Ok(single_output::<F, Leaf<F>>(&y).map_err(Error::from)?)
    }
}

impl<F: Differentiable, B: Backend> Gradient for Problem<F, B> {
    type Param = F::Input;
    type Gradient = F::Input;

    fn gradient(&self, x: &F::Input) -> Result<F::Input, Boxed> {
        Ok(self.with(|backend, f| backend.gradient(f, x)).map_err(Error::from)?)
    }
}

impl<F: Differentiable, B: Backend> Hessian for Problem<F, B> {
    type Param = F::Input;
    type Hessian = Vec<Vec<Leaf<F>>>;

    fn hessian(&self, x: &F::Input) -> Result<Self::Hessian, Boxed> {
        let hessian = self.with(|backend, f| backend.hessian(f, x)).map_err(Error::from)?;
        check_finite("Hessian", hessian.as_slice().iter().copied())?;
        Ok(rows(&hessian))
    }
}

impl<F: Differentiable, B: Backend> Operator for Problem<F, B> {
    type Param = F::Input;
    type Output = F::Output;

    fn apply(&self, x: &F::Input) -> Result<Out<F, Leaf<F>>, Boxed> {
        Ok(self.function.try_call::<Leaf<F>>(x).map_err(Error::from)?)
    }
}

impl<F: Differentiable, B: Backend> Jacobian for Problem<F, B> {
    type Param = F::Input;
    type Jacobian = Vec<Vec<Leaf<F>>>;

    fn jacobian(&self, x: &F::Input) -> Result<Self::Jacobian, Boxed> {
        Ok(rows(&self.with(|backend, f| backend.jacobian(f, x)).map_err(Error::from)?))
    }
}

impl<F: Differentiable, B: Backend> Curvature for Problem<F, B> {
    type Point = F::Input;

    fn curvature(&self, x: &F::Input, v: &F::Input) -> Result<F::Input, Error> {
        Ok(self.with(|backend, f| backend.hvp(f, x, v))?)
    }
}
