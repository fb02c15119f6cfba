//! Residuals as problems of the levenberg-marquardt crate.

use std::cell::RefCell;

use anygrad_core::num_traits::Float;
use anygrad_core::{Backend, Dense, Differentiable, Leaf, Real, Tree};
use levenberg_marquardt::{LeastSquaresProblem, LevenbergMarquardt, MinimizationReport};
use nalgebra_0_34::{ComplexField, DMatrix, DVector, Dyn, RealField, VecStorage};

use crate::Error;
use crate::workspaces::Workspaces;

/// Residuals `r: n → m`, a backend for their Jacobian, and the point where the minimisation of `½·Σ rᵢ(x)²` is.
///
/// A `LeastSquaresProblem` with `n` and `m` known at run time; inputs and outputs may be any structures, whose numbers are
/// taken in order. The method is Levenberg 1944 and Marquardt 1963, in the form of Moré 1978. It evaluates the residuals
/// once and [`Backend::jacobian`] at most once an iteration.
///
/// ```
/// use anygrad_adapters::levenberg_marquardt::Residuals;
/// use anygrad_core::{Differentiable, Scalar};
/// use anygrad_forward::Forward;
/// use levenberg_marquardt::LevenbergMarquardt;
///
/// /// Rosenbrock's valley as residuals, `(1 − x, 10·(y − x²))`: zero at (1, 1).
/// struct Rosenbrock;
/// impl Differentiable for Rosenbrock {
///     type Input = [f64; 2];
///     type Output = [f64; 2];
///     fn call<S: Scalar<Real = f64>>(&self, &[x, y]: &[S; 2]) -> [S; 2] {
///         [-x + 1.0, (y - x * x) * 10.0]
///     }
/// }
///
/// let residuals = Residuals::new(Rosenbrock, Forward::new(), [-1.2, 1.0]);
/// let (point, report) = residuals.minimize(&LevenbergMarquardt::new())?;
/// assert!(report.termination.was_successful());
/// assert_eq!(point, [1.0, 1.0]);
/// # Ok::<(), anygrad_adapters::Error>(())
/// ```
///
/// # Errors
/// `LeastSquaresProblem` says `None` for an evaluation that failed; [`failure`](Self::failure) keeps why, and
/// [`minimize`](Self::minimize) returns it. NaN is no failure, and ends the minimisation with
/// `TerminationReason::Numerical`.
#[derive(Clone, Debug)]
pub struct Residuals<F: Differentiable, B> {
    function: F,
    backend: Workspaces<B>,
    point: F::Input,
    failure: RefCell<Option<Error>>,
}

impl<F: Differentiable, B: Backend> Residuals<F, B> {
    /// The residuals as a function, or a reference to one, the backend that differentiates it, and the point to start at.
    pub fn new(function: F, backend: B, start: F::Input) -> Self {
        Self { function, backend: Workspaces::new(backend), point: start, failure: RefCell::new(None) }
    }

    /// The point where the minimisation is: at its end, the best that it has found.
    pub fn point(&self) -> &F::Input {
        &self.point
    }

    /// The first failure of an evaluation, until it is taken.
    pub fn failure(&self) -> Option<Error> {
        self.failure.borrow_mut().take()
    }

    /// Minimises from the current point on: the point found, and the solver's report. A solver that gives up, for want of
    /// patience for one, says so in the report.
    ///
    /// # Errors
    /// The first failure of an evaluation.
    pub fn minimize<R>(self, solver: &LevenbergMarquardt<R>) -> Result<(F::Input, MinimizationReport<R>), Error>
    where
        R: Real + RealField,
        F::Input: Tree<Leaf = R>,
    {
        let (end, report) = solver.minimize(self);
        end.failure().map_or(Ok((end.point, report)), Err)
    }

    /// The result, unless this or an earlier one is an error, the first of which is kept.
    fn kept<Y>(&self, result: Result<Y, anygrad_core::Error>) -> Option<Y> {
        let y = result.map_err(|error| self.fail(error)).ok();
        y.filter(|_| self.failure.borrow().is_none())
    }

    fn fail(&self, error: anygrad_core::Error) {
        self.failure.borrow_mut().get_or_insert(error.into());
    }
}

impl<R, F, B> LeastSquaresProblem<R, Dyn, Dyn> for Residuals<F, B>
where
    R: Real + ComplexField,
    F: Differentiable<Input: Tree<Leaf = R>>,
    B: Backend,
{
    type ResidualStorage = VecStorage<R, Dyn, nalgebra_0_34::U1>;
    type JacobianStorage = VecStorage<R, Dyn, Dyn>;
    type ParameterStorage = VecStorage<R, Dyn, nalgebra_0_34::U1>;

    /// At a vector of another length every input is NaN, and evaluations fail.
    fn set_params(&mut self, x: &DVector<R>) {
        let (expected, found) = (F::Input::count::<R>(&self.point), x.len());
        let fits = found == expected;
        if !fits {
            self.fail(anygrad_core::Error::DimensionMismatch { what: "point", expected, found });
        }
        let mut numbers = x.iter().filter(|_| fits);
        F::Input::each_mut::<R>(&mut self.point, &mut |leaf| {
            *leaf = numbers.next().copied().unwrap_or_else(Float::nan);
        });
    }

    fn params(&self) -> DVector<R> {
        DVector::from_vec(F::Input::flatten::<Leaf<F>>(&self.point))
    }

    fn residuals(&self) -> Option<DVector<R>> {
        let y = self.kept(self.function.try_call::<R>(&self.point))?;
        Some(DVector::from_vec(F::Output::flatten::<R>(&y)))
    }

    fn jacobian(&self) -> Option<DMatrix<R>> {
        let jacobian = self.backend.with(|backend| backend.jacobian(&self.function, &self.point));
        let jacobian: Dense<R> = self.kept(jacobian)?;
        let (m, n) = jacobian.shape();
        Some(DMatrix::from_row_slice(m, n, jacobian.as_slice()))
    }
}
