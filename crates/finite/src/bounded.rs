//! The operators that return a bound with every derivative.

use anygrad_core::{Dense, Differentiable, Error, Leaf, Real, Tree, single_output};

use crate::Estimate;
use crate::backend::{errors, first_row, values};
use crate::finite::Finite;

impl Finite {
    /// The derivative of a closure of one number, with a bound.
    ///
    /// ```
    /// use anygrad_finite::Finite;
    ///
    /// let slope = Finite::default().estimate(|x: f64| x * x, 3.0)?;
    /// assert!((slope.value - 6.0).abs() <= slope.error && slope.error < 1e-12);
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Finite`].
    pub fn estimate<R: Real>(&self, f: impl Fn(R) -> R, x: R) -> Result<Estimate<R>, Error> {
        let estimates = self.estimate_flat(&|leaves: &[R]| Ok(leaves.iter().map(|&x| f(x)).collect()), &[x])?;
        Ok(estimates.first().copied().unwrap_or_else(Estimate::undefined))
    }

    /// The [derivative](anygrad_core::Backend::derivative) of a function of one number, and its bound, both shaped as the
    /// output.
    ///
    /// # Errors
    /// Those of [`Finite`].
    pub fn derivative_with_error<R, F>(&self, f: &F, x: R) -> Result<(F::Output, F::Output), Error>
    where
        R: Real,
        F: Differentiable<Input = R>,
    {
        self.directional_with_error(f, &x, &R::one())
    }

    /// The [derivative along `v`](anygrad_core::Backend::directional), `J·v`, and its bound, both shaped as the output.
    ///
    /// # Errors
    /// Those of [`Finite`]; [`Error::DimensionMismatch`] if `v` is not shaped as `x`.
    pub fn directional_with_error<F: Differentiable>(
        &self,
        f: &F,
        x: &F::Input,
        v: &F::Input,
    ) -> Result<(F::Output, F::Output), Error> {
        let (y, column) = self.along::<F, Leaf<F>>(f, x, v, true)?;
        Ok((values::<F::Output, Leaf<F>>(&y, &column)?, errors::<F::Output>(&y, &column)?))
    }

    /// The value of a function with one output, its [gradient](anygrad_core::Backend::gradient), and the bounds, both shaped as
    /// the input.
    ///
    /// # Errors
    /// Those of [`Finite`]; [`Error::NotScalar`] unless the function has exactly one output.
    pub fn gradient_with_error<F: Differentiable>(
        &self,
        f: &F,
        x: &F::Input,
    ) -> Result<(Leaf<F>, F::Input, F::Input), Error> {
        let check = |y: &F::Output| single_output::<F, Leaf<F>>(y).map(|_| ());
        let (y, columns) = self.columns::<F, Leaf<F>>(f, x, F::Input::count::<Leaf<F>>(x), true, check)?;
        let row = first_row(&columns);
        let gradient = values::<F::Input, Leaf<F>>(x, &row)?;
        Ok((single_output::<F, Leaf<F>>(&y)?, gradient, errors::<F::Input>(x, &row)?))
    }

    /// The [Jacobian](anygrad_core::Backend::jacobian), `m×n`, and its bounds.
    ///
    /// # Errors
    /// Those of [`Finite`].
    pub fn jacobian_with_error<F: Differentiable>(
        &self,
        f: &F,
        x: &F::Input,
    ) -> Result<(Dense<Leaf<F>>, Dense<Leaf<F>>), Error> {
        let (y, columns) = self.columns::<F, Leaf<F>>(f, x, F::Input::count::<Leaf<F>>(x), true, |_| Ok(()))?;
        let outputs = F::Output::count::<Leaf<F>>(&y);
        let mut jacobian = Dense::zeros(outputs, columns.len());
        let mut bounds = Dense::zeros(outputs, columns.len());
        for (j, column) in columns.iter().enumerate() {
            for (i, estimate) in column.iter().enumerate() {
                (jacobian[(i, j)], bounds[(i, j)]) = (estimate.value, estimate.error);
            }
        }
        Ok((jacobian, bounds))
    }

    /// The [second derivative](anygrad_core::Backend::second_derivative) of a function of one number, and its bound, both
    /// shaped as the output.
    ///
    /// # Errors
    /// Those of [`Finite`].
    pub fn second_derivative_with_error<R, F>(&self, f: &F, x: R) -> Result<(F::Output, F::Output), Error>
    where
        R: Real,
        F: Differentiable<Input = R>,
    {
        let (y, column) = self.curvature(f, x, true)?;
        Ok((values::<F::Output, R>(&y, &column)?, errors::<F::Output>(&y, &column)?))
    }

    /// The [Hessian times a vector](anygrad_core::Backend::hvp), and its bounds, both shaped as the input.
    ///
    /// # Errors
    /// Those of [`Finite`]; [`Error::NotScalar`] unless the function has exactly one output; [`Error::DimensionMismatch`] if
    /// `v` is not shaped as `x`.
    pub fn hvp_with_error<F: Differentiable>(
        &self,
        f: &F,
        x: &F::Input,
        v: &F::Input,
    ) -> Result<(F::Input, F::Input), Error> {
        let column = self.product(f, x, v, true)?;
        Ok((values::<F::Input, Leaf<F>>(x, &column)?, errors::<F::Input>(x, &column)?))
    }

    /// The [Hessian](anygrad_core::Backend::hessian), `n×n` and symmetric, and its bounds.
    ///
    /// # Errors
    /// Those of [`Finite`]; [`Error::NotScalar`] unless the function has exactly one output.
    pub fn hessian_with_error<F: Differentiable>(
        &self,
        f: &F,
        x: &F::Input,
    ) -> Result<(Dense<Leaf<F>>, Dense<Leaf<F>>), Error> {
        self.triangle(f, x, true)
    }
}
