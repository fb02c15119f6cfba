//! Functions that an equation defines: roots and fixed points, differentiated by the implicit function theorem.

mod equation;
mod leaves;

use anygrad_core::{Backend, Differentiable, Error, Point, Real, Scalar, Tree};

use self::equation::{AtParameters, Step};
use self::leaves::{constant, copied, packed, primal, unpacked};
use crate::{Lu, Matrix, Vector};

/// Finds `x(p)` with `f(x, p) = 0` or `x = g(x, p)`, and differentiates it by `p` without going through the iterations.
///
/// The solution is found over plain floats, by Newton's method with Jacobians `J = ∂f/∂x` from a backend of yours; a fixed point by
/// its own iteration first. Then Newton's step with the last `J`, a constant, is taken over the scalar at hand:
/// `x ← x − J⁻¹·f(x, p)`. It moves the value by rounding alone, and gives `x` the derivative of the implicit function theorem,
/// `dx/dp = −J⁻¹·∂f/∂p` (Christianson 1994, "Reverse accumulation and attractive fixed points"). The `k`-th such step makes
/// derivatives of order `k` exact, since each leaves an error that is the one before times `I − J⁻¹·∂f/∂x`. So it works for every
/// scalar, and costs an evaluation of `f` and a solution with `n` unknowns for each order.
///
/// A program that was recorded holds for the parameters that it was recorded at: the solution is a constant in it.
///
/// Kepler's equation `E − e·sin E = M` has `dE/dM = 1/(1 − e·cos E)`:
///
/// ```
/// use anygrad_core::{Backend, Differentiable, Error, Scalar};
/// use anygrad_forward::Forward;
/// use anygrad_linalg::Implicit;
/// use anygrad_reverse::Reverse;
///
/// /// `E − e·sin E − M`.
/// struct Equation;
///
/// impl Differentiable for Equation {
///     type Input = (f64, [f64; 2]);
///     type Output = f64;
///
///     fn call<S: Scalar<Real = f64>>(&self, &(anomaly, [e, m]): &(S, [S; 2])) -> S {
///         anomaly - e * anomaly.sin() - m
///     }
/// }
///
/// /// `E(e, M)`.
/// struct Anomaly;
///
/// impl Differentiable for Anomaly {
///     type Input = [f64; 2];
///     type Output = f64;
///
///     fn call<S: Scalar<Real = f64>>(&self, p: &[S; 2]) -> S {
///         self.try_call::<S>(p).unwrap_or_else(|error| panic!("{error}"))
///     }
///
///     fn try_call<S: Scalar<Real = f64>>(&self, p: &[S; 2]) -> Result<S, Error> {
///         Implicit::new(Forward::new()).root::<S, _, _, _>(&Equation, &p[1].primal(), p)
///     }
/// }
///
/// let (anomaly, [_, by_m]) = Reverse::new().value_and_gradient(&Anomaly, &[0.5, 1.0])?;
/// assert!((anomaly - 1.4987011335178482).abs() < 1e-15);
/// assert!((by_m - 1.0 / (1.0 - 0.5 * anomaly.cos())).abs() < 1e-15);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Implicit<B> {
    backend: B,
    tolerance: Option<f64>,
    iterations: usize,
    order: usize,
}

impl<B: Backend> Implicit<B> {
    /// A way to solve, with a backend for the Jacobians; derivatives up to the second order are exact.
    pub fn new(backend: B) -> Self {
        Self { backend, tolerance: None, iterations: 100, order: 2 }
    }

    /// The iteration ends with a step of at most `tolerance·(1 + max |xᵢ|)`; without this call `√ε`, with which Newton's last step
    /// has come to the last places.
    #[must_use]
    pub fn tolerance(self, tolerance: f64) -> Self {
        Self { tolerance: Some(tolerance), ..self }
    }

    /// So many iterations are made at most; without this call 100.
    #[must_use]
    pub fn iterations(self, iterations: usize) -> Self {
        Self { iterations, ..self }
    }

    /// The highest order of derivatives that is exact; without this call 2. With 0 the solution is a constant.
    #[must_use]
    pub fn order(self, order: usize) -> Self {
        Self { order, ..self }
    }

    /// `x` with `f(x, p) = 0`, near `start`; `f` takes `(x, p)` and has as many outputs as `x` has elements.
    ///
    /// Cost: for each iteration a Jacobian and a factorisation, then an evaluation over `S` for each order.
    ///
    /// # Errors
    /// [`Error::NotConverged`] with the iterations and what was left; [`Error::Singular`] where `∂f/∂x` has no inverse;
    /// [`Error::DimensionMismatch`] for another number of outputs; [`Error::InvalidConfig`] for a tolerance that is not positive; what
    /// `f` and the backend say.
    pub fn root<S, F, X, P>(&self, f: &F, start: &X, p: &P::Of<S>) -> Result<X::Of<S>, Error>
    where
        S: Scalar,
        X: Point + Tree<Leaf = S::Real>,
        P: Point + Tree<Leaf = S::Real>,
        F: Differentiable<Input = (X, P), Output = X>,
    {
        self.check()?;
        let at = AtParameters { f, p: primal::<P, S>(p) };
        let (x, jacobian) = self.newton("root", &at, copied::<X, S::Real>(start))?;
        self.attached::<S, F, X, P>(f, &x, &jacobian, p)
    }

    /// `x` with `x = g(x, p)`, where the iteration `x ← g(x, p)` ends from `start`.
    ///
    /// The iteration comes near, and Newton's method for `g(x, p) − x` finishes.
    ///
    /// # Errors
    /// Those of [`root`](Self::root).
    pub fn fixed_point<S, G, X, P>(&self, g: &G, start: &X, p: &P::Of<S>) -> Result<X::Of<S>, Error>
    where
        S: Scalar,
        X: Point + Tree<Leaf = S::Real>,
        P: Point + Tree<Leaf = S::Real>,
        G: Differentiable<Input = (X, P), Output = X>,
    {
        self.check()?;
        let step = Step(g);
        let at = AtParameters { f: &step, p: primal::<P, S>(p) };
        let near = self.iterated(&at, copied::<X, S::Real>(start))?;
        let (x, jacobian) = self.newton("fixed_point", &at, near)?;
        self.attached::<S, Step<'_, G>, X, P>(&step, &x, &jacobian, p)
    }

    /// Newton's method over floats: the root and the Jacobian there.
    fn newton<R, F, X>(&self, operation: &'static str, f: &F, mut x: X) -> Result<(X, Lu<R>), Error>
    where
        R: Real,
        X: Point + Tree<Leaf = R>,
        F: Differentiable<Input = X, Output = X>,
    {
        let mut left = String::new();
        for _ in 0..self.iterations {
            let (residual, jacobian) = self.linearized(operation, f, &x)?;
            let step = jacobian.solve(&residual)?;
            let last = self.is_small(&step, &packed::<X, R>(&x));
            x = moved::<X, R>(&x, &step)?;
            if last {
                let (_, jacobian) = self.linearized(operation, f, &x)?;
                return Ok((x, jacobian));
            }
            left = format!("a residual of {:e} and a step of {:e}", residual.norm_inf(), step.norm_inf());
        }
        Err(Error::NotConverged { operation, iterations: self.iterations, found: left })
    }

    /// The iteration `x ← x + (g(x) − x)` over floats.
    fn iterated<R, F, X>(&self, step: &F, mut x: X) -> Result<X, Error>
    where
        R: Real,
        X: Point + Tree<Leaf = R>,
        F: Differentiable<Input = X, Output = X>,
    {
        let mut left = String::new();
        for _ in 0..self.iterations {
            let step = packed::<X, R>(&step.try_call::<R>(&x)?);
            if self.is_small(&step, &packed::<X, R>(&x)) {
                return Ok(x);
            }
            left = format!("a step of {:e}", step.norm_inf());
            x = moved::<X, R>(&x, &step.negate())?;
        }
        Err(Error::NotConverged { operation: "fixed_point", iterations: self.iterations, found: left })
    }

    /// `f(x)` and `∂f/∂x`, factored.
    fn linearized<R, F, X>(&self, operation: &'static str, f: &F, x: &X) -> Result<(Vector<R>, Lu<R>), Error>
    where
        R: Real,
        X: Point + Tree<Leaf = R>,
        F: Differentiable<Input = X, Output = X>,
    {
        let (y, jacobian) = self.backend.clone().value_and_jacobian(f, x)?;
        let (found, expected) = jacobian.shape();
        if found != expected {
            return Err(Error::DimensionMismatch { what: "equations", expected, found });
        }
        let jacobian = Matrix::from_vec(found, expected, jacobian.into_vec())?.lu().map_err(|error| match error {
            Error::Singular { at, size, .. } => Error::Singular { operation, at, size },
            other => other,
        })?;
        Ok((packed::<X, R>(&y), jacobian))
    }

    fn check(&self) -> Result<(), Error> {
        match self.tolerance {
            Some(tolerance) if tolerance.is_nan() || tolerance <= 0.0 => {
                let (field, expected) = ("tolerance", "a positive number");
                Err(Error::InvalidConfig { field, expected, found: tolerance.to_string() })
            }
            _ => Ok(()),
        }
    }

    fn is_small<R: Real>(&self, step: &Vector<R>, x: &Vector<R>) -> bool {
        let tolerance = self.tolerance.map_or_else(|| R::epsilon().sqrt(), R::narrow);
        step.norm_inf() <= tolerance * (R::one() + x.norm_inf())
    }

    /// The solution as a function of `p`.
    fn attached<S, F, X, P>(&self, f: &F, x: &X, jacobian: &Lu<S::Real>, p: &P::Of<S>) -> Result<X::Of<S>, Error>
    where
        S: Scalar,
        X: Point + Tree<Leaf = S::Real>,
        P: Point + Tree<Leaf = S::Real>,
        F: Differentiable<Input = (X, P), Output = X>,
    {
        let jacobian = Lu::<S>::constant(jacobian);
        let mut solution = constant::<X, S>(x);
        for _ in 0..self.order {
            let residual = f.try_call::<S>(&(copied::<X, S>(&solution), copied::<P, S>(p)))?;
            let step = jacobian.solve(&packed::<X, S>(&residual))?;
            solution = unpacked::<X, S::Real, S>(x, &packed::<X, S>(&solution).sub(&step)?)?;
        }
        Ok(solution)
    }
}

/// `x − step` over floats.
fn moved<X: Point + Tree<Leaf = R>, R: Real>(x: &X, step: &Vector<R>) -> Result<X, Error> {
    unpacked::<X, R, R>(x, &packed::<X, R>(x).sub(step)?)
}
