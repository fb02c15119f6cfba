//! Second derivatives: differences of the function's own values, not of its differences.

use anygrad_core::{Dense, Differentiable, Error, Leaf, Real, Tree, single_output};

use crate::Estimate;
use crate::backend::Column;
use crate::finite::Finite;
use crate::probe::Direction;
use crate::stencil::Stencil;

impl Finite {
    /// `(f(x+h) − 2f(x) + f(x−h)) / h²`.
    pub(crate) fn curvature<R, F>(&self, f: &F, x: R, bounded: bool) -> Result<(F::Output, Column<R>), Error>
    where
        R: Real,
        F: Differentiable<Input = R>,
    {
        self.survey::<F, R, _>(f, &x, bounded, |y, probe| {
            let column = self.search(probe, Stencil::Curvature(Direction::Axis(0)), bounded)?;
            Ok((F::Output::map::<R, R>(y, &mut |leaf| leaf), column))
        })
    }

    /// `H·v`: the second derivative along each axis and `v`.
    pub(crate) fn product<F: Differentiable>(
        &self,
        f: &F,
        x: &F::Input,
        v: &F::Input,
        bounded: bool,
    ) -> Result<Column<Leaf<F>>, Error> {
        F::Input::check_shape::<Leaf<F>, Leaf<F>>("vector", x, v)?;
        let v = F::Input::flatten::<Leaf<F>>(v);
        self.survey::<F, Leaf<F>, _>(f, x, bounded, |y, probe| {
            single_output::<F, Leaf<F>>(y)?;
            let entry = |j| {
                let column = self.directed(probe, &v, |direction| mixed(Direction::Axis(j), direction), bounded)?;
                Ok(column.first().copied().unwrap_or_else(Estimate::undefined))
            };
            (0..v.len()).map(entry).collect()
        })
    }

    /// The Hessian and its bounds, from one triangle.
    pub(crate) fn triangle<F: Differentiable>(
        &self,
        f: &F,
        x: &F::Input,
        bounded: bool,
    ) -> Result<(Dense<Leaf<F>>, Dense<Leaf<F>>), Error> {
        let n = F::Input::count::<Leaf<F>>(x);
        self.survey::<F, Leaf<F>, _>(f, x, bounded, |y, probe| {
            single_output::<F, Leaf<F>>(y)?;
            let (mut hessian, mut bounds) = (Dense::zeros(n, n), Dense::zeros(n, n));
            for (i, j) in (0..n).flat_map(|i| (0..=i).map(move |j| (i, j))) {
                let stencil = mixed(Direction::Axis(i), Direction::Axis(j));
                for found in self.search(probe, stencil, bounded)? {
                    (hessian[(i, j)], hessian[(j, i)]) = (found.value, found.value);
                    (bounds[(i, j)], bounds[(j, i)]) = (found.error, found.error);
                }
            }
            Ok((hessian, bounds))
        })
    }
}

/// The second derivative along two directions, which may be one.
fn mixed<'a, T: Copy>(a: Direction<'a, T>, b: Direction<'a, T>) -> Stencil<'a, T> {
    match (a, b) {
        (Direction::Axis(i), Direction::Axis(j)) if i == j => Stencil::Curvature(a),
        _ => Stencil::Mixed(a, b),
    }
}
