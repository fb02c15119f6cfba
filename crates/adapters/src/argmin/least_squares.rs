//! `LeastSquares<F, B>`: half the sum of squared outputs.

use anygrad_core::num_traits::Zero;
use anygrad_core::{Backend, Dense, Differentiable, Leaf, Out, Scalar, Tree};
use argmin::core::{CostFunction, Error as Boxed, Gradient, Hessian, Jacobian, Operator};

use super::{Curvature, Problem, check_finite, rows};
use crate::Error;

/// Residuals `r: n → m` and a backend, for argmin's solvers: `½·Σ rᵢ(x)²` is to be minimised.
///
/// | trait | result | shape | cost |
/// |---|---|---|---|
/// | `CostFunction` | `½·Σ rᵢ²` | a float | 1 evaluation |
/// | `Gradient` | `Jᵀ·r` | as the input | 1 evaluation and a pullback |
/// | `Hessian` | `Jᵀ·J` | `Vec<Vec<R>>`, `n×n` | a Jacobian and `m·n²` multiplications |
/// | `Operator` | `r` | as the output | 1 evaluation |
/// | `Jacobian` | `J`, `∂rᵢ/∂xⱼ` | `Vec<Vec<R>>`, `m×n` | [`Backend::jacobian`] |
///
/// `JᵀJ` is the Hessian without the curvature of the residuals (Gauss 1809): it is never indefinite, needs first
/// derivatives alone, and is near the Hessian where the residuals are small. For products `Jᵀ·(J·v)` in its place, see
/// [`MatrixFree`](super::MatrixFree).
///
/// ```
/// use anygrad_adapters::argmin::LeastSquares;
/// use anygrad_core::{Differentiable, Scalar};
/// use anygrad_forward::Forward;
/// use argmin::core::{CostFunction, Gradient, Hessian};
///
/// /// `(x₀², x₀ + x₁)`.
/// struct Residuals;
/// impl Differentiable for Residuals {
///     type Input = Vec<f64>;
///     type Output = Vec<f64>;
///     fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> Vec<S> {
///         vec![x[0] * x[0], x[0] + x[1]]
///     }
/// }
///
/// // r = (9, 8) and J = [6 0; 1 1].
/// let (squares, x) = (LeastSquares::new(Residuals, Forward::new()), vec![3.0, 5.0]);
/// assert_eq!(squares.cost(&x)?, 72.5);
/// assert_eq!(squares.gradient(&x)?, [62.0, 8.0]);
/// assert_eq!(squares.hessian(&x)?, [[37.0, 1.0], [1.0, 1.0]]);
/// # Ok::<(), argmin::core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Derivative`] with what the function or the backend returns; [`Error::NotFinite`] for a `JᵀJ` that is not.
#[derive(Clone, Debug)]
pub struct LeastSquares<F, B> {
    residuals: Problem<F, B>,
}

impl<F, B: Backend> LeastSquares<F, B> {
    /// The residuals as a function, or a reference to one, and the backend that differentiates it.
    pub fn new(residuals: F, backend: B) -> Self {
        Self { residuals: Problem::new(residuals, backend) }
    }

    /// The residuals as a function.
    pub fn function(&self) -> &F {
        self.residuals.function()
    }
}

impl<F: Differentiable, B: Backend> CostFunction for LeastSquares<F, B> {
    type Param = F::Input;
    type Output = Leaf<F>;

    fn cost(&self, x: &F::Input) -> Result<Leaf<F>, Boxed> {
        let mut sum = Leaf::<F>::zero();
        F::Output::each::<Leaf<F>>(&self.residuals.apply(x)?, &mut |residual| sum += residual * residual);
        Ok(sum * Leaf::<F>::lit(0.5))
    }
}

impl<F: Differentiable, B: Backend> Gradient for LeastSquares<F, B> {
    type Param = F::Input;
    type Gradient = F::Input;

    fn gradient(&self, x: &F::Input) -> Result<F::Input, Boxed> {
        let residuals = self.residuals.apply(x)?;
        let pulled = self.residuals.with(|backend, f| backend.pullback::<F, Leaf<F>>(f, x, &residuals));
        Ok(pulled.map_err(Error::from)?.1)
    }
}

impl<F: Differentiable, B: Backend> Hessian for LeastSquares<F, B> {
    type Param = F::Input;
    type Hessian = Vec<Vec<Leaf<F>>>;

    fn hessian(&self, x: &F::Input) -> Result<Self::Hessian, Boxed> {
        let jacobian = self.residuals.with(|backend, f| backend.jacobian(f, x)).map_err(Error::from)?;
        let hessian = gram(&jacobian);
        check_finite("Gauss-Newton matrix", hessian.as_slice().iter().copied())?;
        Ok(rows(&hessian))
    }
}

impl<F: Differentiable, B: Backend> Operator for LeastSquares<F, B> {
    type Param = F::Input;
    type Output = F::Output;

    fn apply(&self, x: &F::Input) -> Result<Out<F, Leaf<F>>, Boxed> {
        self.residuals.apply(x)
    }
}

impl<F: Differentiable, B: Backend> Jacobian for LeastSquares<F, B> {
    type Param = F::Input;
    type Jacobian = Vec<Vec<Leaf<F>>>;

    fn jacobian(&self, x: &F::Input) -> Result<Self::Jacobian, Boxed> {
        self.residuals.jacobian(x)
    }
}

impl<F: Differentiable, B: Backend> Curvature for LeastSquares<F, B> {
    type Point = F::Input;

    fn curvature(&self, x: &F::Input, v: &F::Input) -> Result<F::Input, Error> {
        self.residuals.with(|backend, f| {
            let along = backend.directional(f, x, v)?;
            Ok(backend.pullback::<F, Leaf<F>>(f, x, &along)?.1)
        })
    }
}

/// `JᵀJ`.
fn gram<R: anygrad_core::Real>(jacobian: &Dense<R>) -> Dense<R> {
    let (m, n) = jacobian.shape();
    let mut gram = Dense::zeros(n, n);
    for i in 0..m {
        let row = jacobian.row(i);
        for (j, &left) in row.iter().enumerate() {
            gram.row_mut(j).iter_mut().zip(row).for_each(|(entry, &right)| *entry += left * right);
        }
    }
    gram
}
