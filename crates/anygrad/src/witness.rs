//! Finite differences as a witness of a verification.

use anygrad_core::{Differentiable, Error, Leaf, Point, Real};
use anygrad_finite::Finite;
use anygrad_verify::{Numbers, Operator, Question, Witness};

/// Finite differences as a witness: every number with its error bound.
#[derive(Clone, Debug, Default)]
pub struct FiniteWitness(pub Finite);

impl FiniteWitness {
    /// No probe goes further than this from a point, times `max(|x|, 1)`.
    const REACH: f64 = 0.3;
}

impl Witness for FiniteWitness {
    fn name(&self) -> String {
        "finite".into()
    }

    fn testify<F: Differentiable>(&mut self, question: &Question<'_, F>) -> Result<Numbers, Error> {
        let Question { function: f, point: x, direction: v, weights: w, .. } = *question;
        let finite = &self.0;
        let (values, bounds) = match question.operator {
            Operator::Value => exactly(leaves(&f.try_call::<Leaf<F>>(x)?)),
            Operator::Derivative => both(&finite.derivative_with_error(&question.one_input(), question.coordinate())?),
            Operator::SecondDerivative => {
                both(&finite.second_derivative_with_error(&question.one_input(), question.coordinate())?)
            }
            Operator::Gradient => {
                let (_, gradient, bounds) = finite.gradient_with_error(f, x)?;
                (leaves(&gradient), leaves(&bounds))
            }
            Operator::Jacobian => {
                let (jacobian, bounds) = finite.jacobian_with_error(f, x)?;
                (widen(jacobian.as_slice()), widen(bounds.as_slice()))
            }
            Operator::Directional => both(&finite.directional_with_error(f, x, v)?),
            Operator::Pushforward => {
                let tangent = both(&finite.directional_with_error(f, x, v)?);
                behind_value(&f.try_call::<Leaf<F>>(x)?, tangent)
            }
            Operator::Pullback => {
                let (jacobian, bounds) = finite.jacobian_with_error(f, x)?;
                let weighted = |matrix: &[Leaf<F>], weights: &[f64]| {
                    transposed_product(&widen(matrix), weights, question.inputs())
                };
                let weights = leaves(w);
                let sizes: Vec<f64> = weights.iter().map(|weight| weight.abs()).collect();
                let adjoint = (weighted(jacobian.as_slice(), &weights), weighted(bounds.as_slice(), &sizes));
                behind_value(&f.try_call::<Leaf<F>>(x)?, adjoint)
            }
            Operator::Hvp => both(&finite.hvp_with_error(f, x, v)?),
            Operator::Hessian => {
                let (hessian, bounds) = finite.hessian_with_error(f, x)?;
                (widen(hessian.as_slice()), widen(bounds.as_slice()))
            }
        };
        let scale = leaves(x).iter().fold(1.0, |scale: f64, leaf| scale.max(leaf.abs()));
        Ok(Numbers::bounded(values, bounds, Self::REACH * scale))
    }
}

/// Numbers that carry no error of the method.
fn exactly(values: Vec<f64>) -> (Vec<f64>, Vec<f64>) {
    let bounds = vec![0.0; values.len()];
    (values, bounds)
}

/// Estimates with their bounds, behind the value that they belong to.
fn behind_value<Y: Point>(y: &Y, (values, bounds): (Vec<f64>, Vec<f64>)) -> (Vec<f64>, Vec<f64>) {
    let (value, none) = exactly(leaves(y));
    ([value, values].concat(), [none, bounds].concat())
}

/// `Σᵢ wᵢ·Jᵢⱼ` for a matrix given row by row, with one row a weight.
fn transposed_product(matrix: &[f64], weights: &[f64], columns: usize) -> Vec<f64> {
    let entry = |j: usize| weights.iter().enumerate().map(|(i, weight)| weight * matrix[i * columns + j]).sum();
    (0..columns).map(entry).collect()
}

fn both<X: Point>((values, bounds): &(X, X)) -> (Vec<f64>, Vec<f64>) {
    (leaves(values), leaves(bounds))
}

fn leaves<X: Point>(tree: &X) -> Vec<f64> {
    widen(&X::flatten::<X::Leaf>(tree))
}

fn widen<R: Real>(entries: &[R]) -> Vec<f64> {
    entries.iter().map(|entry| entry.widen()).collect()
}
