//! Implicit functions: the root of a system of equations, a fixed point, each by Jacobians in closed form.

use std::marker::PhantomData;

use anygrad_core::{Backend, Dense, Differentiable, Error, Leaf, Mode, Real, Scalar, Tree, gates};
use anygrad_linalg::{Implicit, Matrix, Vector};

use super::{Kind, Row, positive};

#[derive(Clone, Copy)]
pub(super) enum Function {
    Root,
    FixedPoint,
}

pub(super) fn rows() -> Vec<Row> {
    let row = |name, function| {
        let shapes = [2, 1, 0].map(|n| vec![(1, n)]).to_vec();
        Row { name, kind: Kind::Implicit(function), shapes, fill: positive, order: 2 }
    };
    vec![row("root", Function::Root), row("fixed point", Function::FixedPoint)]
}

impl Function {
    pub(super) fn apply<S: Scalar>(self, operands: &[Matrix<S>]) -> Result<Vec<S>, Error> {
        let p = operands[0].flatten();
        let start = Vector::<S::Real>::zeros(p.len());
        let solution = match self {
            Self::Root => {
                Implicit::new(Known(by_unknowns_of_cubes)).root::<S, _, _, _>(&Cubes(PhantomData), &start, &p)
            }
            Self::FixedPoint => {
                Implicit::new(Known(by_unknowns_of_waves)).fixed_point::<S, _, _, _>(&Waves(PhantomData), &start, &p)
            }
        };
        Ok(solution?.to_vec())
    }
}

/// `x³ + x + 0.3·Σx − p`.
struct Cubes<R>(PhantomData<R>);

/// `0.5·sin(x + 0.3·Σx) + p`, a fixed point of which is looked for.
struct Waves<R>(PhantomData<R>);

/// `x + 0.3·Σx`.
fn mixed_up<S: Scalar>(x: &Vector<S>) -> Result<Vector<S>, Error> {
    let sum = x.sum() * S::lit(0.3);
    x.add(&Vector::from_fn(x.len(), |_| sum))
}

macro_rules! impl_equation {
    ($Equation:ident |$x:ident, $p:ident| $body:expr) => {
        impl<R: Real> Differentiable for $Equation<R> {
            type Input = (Vector<R>, Vector<R>);
            type Output = Vector<R>;

            fn call<S: Scalar<Real = R>>(&self, x: &(Vector<S>, Vector<S>)) -> Vector<S> {
                self.try_call::<S>(x).unwrap_or_else(|error| panic!("{error}"))
            }

            fn try_call<S: Scalar<Real = R>>(&self, ($x, $p): &(Vector<S>, Vector<S>)) -> Result<Vector<S>, Error> {
                $body
            }
        }
    };
}

impl_equation!(Cubes | x, p | x.map(gates::Powi { n: 3 }).add(&mixed_up(x)?)?.sub(p));
impl_equation!(Waves | x, p | mixed_up(x)?.sin().scale(S::lit(0.5)).add(p));

/// `3·diag(x²) + I + 0.3`.
fn by_unknowns_of_cubes(x: &[f64]) -> Vec<f64> {
    matrix(x.len(), |i, j| 0.3 + if i == j { 3.0 * x[i] * x[i] + 1.0 } else { 0.0 })
}

/// `0.5·diag(cos(x + 0.3·Σx))·(I + 0.3) − I`.
fn by_unknowns_of_waves(x: &[f64]) -> Vec<f64> {
    let sum: f64 = x.iter().sum();
    let identity = |i, j| if i == j { 1.0 } else { 0.0 };
    matrix(x.len(), |i, j| 0.5 * (x[i] + 0.3 * sum).cos() * (identity(i, j) + 0.3) - identity(i, j))
}

fn matrix(n: usize, element: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    (0..n * n).map(|index| element(index / n, index % n)).collect()
}

/// A backend that knows one Jacobian, and is asked for nothing else.
#[derive(Clone)]
struct Known(fn(&[f64]) -> Vec<f64>);

impl Backend for Known {
    const MODE: Mode = Mode::Pushforward;

    fn name(&self) -> &'static str {
        "closed form"
    }

    fn value_and_jacobian<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
    ) -> Result<(F::Output, Dense<Leaf<F>>), Error> {
        let y = f.try_call::<Leaf<F>>(x)?;
        let mut point = Vec::new();
        F::Input::each::<Leaf<F>>(x, &mut |leaf| point.push(leaf.widen()));
        let entries = (self.0)(&point).into_iter().map(Leaf::<F>::narrow).collect();
        Ok((y, Dense::from_rows(point.len(), point.len(), entries)?))
    }
}
