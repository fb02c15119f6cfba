//! The backend: every operator as a search over stencils.

use anygrad_core::num_traits::{Float, One};
use anygrad_core::{
    Arguments, Backend, Dense, Differentiable, Error, First, In, Leaf, Mode, Out, Point, Real, Scalar, Tree,
    is_inactive, single_output,
};

use crate::Estimate;
use crate::estimate::magnitude;
use crate::finite::{Finite, Method};
use crate::noise::{measure, scattered};
use crate::probe::{Direction, Evaluate, Probe};
use crate::stencil::Stencil;

/// How many standard deviations of measured noise a single value is given.
const DEVIATIONS: f64 = 3.0;

/// Estimates of all outputs.
pub(crate) type Column<T> = Vec<Estimate<T>>;

/// Calls `use_it` with the function's value and a probe of the function at `x`.
pub(crate) fn with_probe<F, T, Y>(
    f: &F,
    x: &In<F, T>,
    relative_noise: T::Real,
    use_it: impl FnOnce(&Out<F, T>, &mut Probe<'_, T>) -> Result<Y, Error>,
) -> Result<Y, Error>
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    let y = f.try_call::<T>(x)?;
    let (leaves, base) = (F::Input::flatten::<T>(x), F::Output::flatten::<T>(&y));
    let evaluate = |leaves: &[T]| {
        let point = F::Input::refill::<T, T>(x, &mut leaves.iter().copied())?;
        Ok(F::Output::flatten::<T>(&f.try_call::<T>(&point)?))
    };
    use_it(&y, &mut Probe::new(&evaluate, &leaves, &base, relative_noise))
}

impl Finite {
    /// The function's value, and what `take` makes of a probe that knows its noise.
    pub(crate) fn survey<F, T, Y>(
        &self,
        f: &F,
        x: &In<F, T>,
        bounded: bool,
        take: impl FnOnce(&Out<F, T>, &Probe<'_, T>) -> Result<Y, Error>,
    ) -> Result<Y, Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        with_probe::<F, T, Y>(f, x, self.relative_noise()?, |y, probe| {
            self.listen(probe, &F::Input::flatten::<T>(x), bounded)?;
            take(y, probe)
        })
    }

    /// The value and the columns of the Jacobian for the first inputs.
    pub(crate) fn columns<F, T>(
        &self,
        f: &F,
        x: &In<F, T>,
        inputs: usize,
        bounded: bool,
        check: impl FnOnce(&Out<F, T>) -> Result<(), Error>,
    ) -> Result<(Out<F, T>, Vec<Column<T>>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        self.survey::<F, T, _>(f, x, bounded, |y, probe| {
            check(y)?;
            let slope = |j| Stencil::Slope(Direction::Axis(j), self.formula_order());
            let columns = (0..inputs).map(|j| self.search(probe, slope(j), bounded)).collect::<Result<_, _>>()?;
            Ok((F::Output::map::<T, T>(y, &mut |leaf| leaf), columns))
        })
    }

    /// The value and the derivative along `dx`.
    pub(crate) fn along<F, T>(
        &self,
        f: &F,
        x: &In<F, T>,
        dx: &In<F, T>,
        bounded: bool,
    ) -> Result<(Out<F, T>, Column<T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        F::Input::check_shape::<T, T>("tangent", x, dx)?;
        let dx = F::Input::flatten::<T>(dx);
        self.survey::<F, T, _>(f, x, bounded, |y, probe| {
            let column =
                self.directed(probe, &dx, |direction| Stencil::Slope(direction, self.formula_order()), bounded)?;
            Ok((F::Output::map::<T, T>(y, &mut |leaf| leaf), column))
        })
    }

    /// A stencil along a seed: nothing for a zero seed, one axis where only one component is active, otherwise along the seed
    /// scaled to largest component 1.
    pub(crate) fn directed<T: Scalar>(
        &self,
        probe: &Probe<'_, T>,
        seed: &[T],
        stencil: impl for<'a> Fn(Direction<'a, T>) -> Stencil<'a, T>,
        bounded: bool,
    ) -> Result<Column<T>, Error> {
        let mut active = (0..seed.len()).filter(|&j| !is_inactive(seed[j]));
        match (active.next(), active.next()) {
            (None, _) => Ok(vec![Estimate::nothing(); probe.base.len()]),
            (Some(j), None) => {
                let column = self.search(probe, stencil(Direction::Axis(j)), bounded)?;
                Ok(column.into_iter().map(|estimate| estimate.scaled(seed[j])).collect())
            }
            _ => {
                let largest = seed.iter().fold(T::Real::narrow(0.0), |most, &d| most.max(magnitude(d)));
                let unit: Vec<T> = seed.iter().map(|&d| d / largest).collect();
                let column = self.search(probe, stencil(Direction::Along(&unit)), bounded)?;
                Ok(column.into_iter().map(|estimate| estimate.scaled(T::constant(largest))).collect())
            }
        }
    }
}

impl Finite {
    /// The derivative of a flat function of one number, with a bound.
    pub(crate) fn estimate_flat<R: Real>(&self, evaluate: Evaluate<'_, R>, x: &[R]) -> Result<Column<R>, Error> {
        let base = evaluate(x)?;
        let mut probe = Probe::new(evaluate, x, &base, self.relative_noise()?);
        self.listen(&mut probe, x, true)?;
        self.search(&probe, Stencil::Slope(Direction::Axis(0), self.formula_order()), true)
    }

    /// Measures the noise, where it counts and is not given.
    fn listen<T: Scalar>(&self, probe: &mut Probe<'_, T>, x: &[T], bounded: bool) -> Result<(), Error> {
        if self.noise.is_none() && (bounded || self.method == Method::Ridders) {
            let direction = scattered(x);
            let deviations = measure(probe, Direction::Along(&direction), T::Real::one())?;
            probe.measured = deviations.into_iter().map(|noise| noise * T::Real::narrow(DEVIATIONS)).collect();
        }
        Ok(())
    }
}

/// A tree of the values of a column, shaped as `like`.
pub(crate) fn values<X: Tree, T: Scalar<Real = X::Leaf>>(
    like: &X::Of<T>,
    column: &[Estimate<T>],
) -> Result<X::Of<T>, Error> {
    X::refill::<T, T>(like, &mut column.iter().map(|estimate| estimate.value))
}

/// A tree of the bounds of a column, shaped as `like`.
pub(crate) fn errors<X: Point>(like: &X, column: &[Estimate<X::Leaf>]) -> Result<X, Error> {
    X::refill::<X::Leaf, X::Leaf>(like, &mut column.iter().map(|estimate| estimate.error))
}

/// The first entries of the columns: the gradient of a function with one output.
pub(crate) fn first_row<T: Scalar>(columns: &[Column<T>]) -> Vec<Estimate<T>> {
    columns.iter().filter_map(|column| column.first().copied()).collect()
}

impl Backend for Finite {
    const MODE: Mode = Mode::Pushforward;

    fn name(&self) -> &'static str {
        "finite"
    }

    fn pushforward<F, T>(&mut self, f: &F, x: &In<F, T>, dx: &In<F, T>) -> Result<(Out<F, T>, Out<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let (y, column) = self.along::<F, T>(f, x, dx, false)?;
        let dy = values::<F::Output, T>(&y, &column)?;
        Ok((y, dy))
    }

    fn gradient_over<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let inputs = F::Input::count::<T>(x);
        let (y, columns) = self.columns::<F, T>(f, x, inputs, false, |y| single_output::<F, T>(y).map(|_| ()))?;
        Ok((single_output::<F, T>(&y)?, values::<F::Input, T>(x, &first_row(&columns))?))
    }

    fn gradient_by_first<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, First<F, T>), Error>
    where
        F: Differentiable<Input: Arguments>,
        T: Scalar<Real = Leaf<F>>,
    {
        let first = <F::Input as Arguments>::first::<T>(x);
        let inputs = <F::Input as Arguments>::First::count::<T>(first);
        let (y, columns) = self.columns::<F, T>(f, x, inputs, false, |y| single_output::<F, T>(y).map(|_| ()))?;
        let gradient = values::<<F::Input as Arguments>::First, T>(first, &first_row(&columns))?;
        Ok((single_output::<F, T>(&y)?, gradient))
    }

    fn jacobian_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        jacobian: &mut Dense<Leaf<F>>,
    ) -> Result<F::Output, Error> {
        let (y, columns) = self.columns::<F, Leaf<F>>(f, x, F::Input::count::<Leaf<F>>(x), false, |_| Ok(()))?;
        jacobian.reset(F::Output::count::<Leaf<F>>(&y), columns.len());
        for (j, column) in columns.iter().enumerate() {
            for (i, estimate) in column.iter().enumerate() {
                jacobian[(i, j)] = estimate.value;
            }
        }
        Ok(y)
    }

    /// A second difference of the function itself, not a difference of differences.
    fn second_derivative<R, F>(&mut self, f: &F, x: R) -> Result<F::Output, Error>
    where
        R: Real,
        F: Differentiable<Input = R>,
    {
        let (y, column) = self.curvature(f, x, false)?;
        values::<F::Output, R>(&y, &column)
    }

    /// Mixed second differences of the function itself: `4n` evaluations a step.
    fn hvp<F: Differentiable>(&mut self, f: &F, x: &F::Input, v: &F::Input) -> Result<F::Input, Error> {
        let column = self.product(f, x, v, false)?;
        values::<F::Input, Leaf<F>>(x, &column)
    }

    fn gradient_and_hvp<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        v: &F::Input,
    ) -> Result<(F::Input, F::Input), Error> {
        let product = self.hvp(f, x, v)?;
        Ok((self.gradient(f, x)?, product))
    }

    /// Second differences of the function itself: `2n²` evaluations a step.
    fn hessian<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<Dense<Leaf<F>>, Error> {
        Ok(self.triangle(f, x, false)?.0)
    }
}
