//! `ClosedForm`: what a function's derivatives are, written out by hand.

use anygrad_core::Differentiable;

use crate::question::{Question, inputs, outputs};
use crate::{Answer, Certainty, Numbers, Operator};

/// The name under which closed forms appear in a report.
pub const CLOSED_FORM: &str = "closed form";

type Formula<X> = Box<dyn Fn(&X) -> Vec<f64>>;

/// Value, Jacobian and second derivatives of a function as formulas in `f64`; each may be missing.
///
/// The products that some operators ask for, `J·v`, `Jᵀ·w` and `H·v`, are formed from these.
pub struct ClosedForm<X> {
    value: Option<Formula<X>>,
    jacobian: Option<Formula<X>>,
    curvature: Option<Formula<X>>,
}

impl<X> Default for ClosedForm<X> {
    fn default() -> Self {
        Self { value: None, jacobian: None, curvature: None }
    }
}

impl<X> ClosedForm<X> {
    /// With the value, `m` numbers.
    #[must_use]
    pub fn value(mut self, formula: impl Fn(&X) -> Vec<f64> + 'static) -> Self {
        self.value = Some(Box::new(formula));
        self
    }

    /// With the Jacobian, `m×n` row by row; for one output that is the gradient.
    #[must_use]
    pub fn jacobian(mut self, formula: impl Fn(&X) -> Vec<f64> + 'static) -> Self {
        self.jacobian = Some(Box::new(formula));
        self
    }

    /// With the second derivatives: `n×n` for one output, `m` numbers for one input.
    #[must_use]
    pub fn curvature(mut self, formula: impl Fn(&X) -> Vec<f64> + 'static) -> Self {
        self.curvature = Some(Box::new(formula));
        self
    }

    /// The numbers that answer a question, if the formulas for it are there. Without a formula for the value, the value that
    /// stands before a derivative is the function's own, over floats.
    pub fn numbers<F: Differentiable<Input = X>>(&self, question: &Question<'_, F>) -> Option<Vec<f64>> {
        let at = |formula: &Option<Formula<X>>| formula.as_ref().map(|formula| formula(question.point));
        let value = || at(&self.value).unwrap_or_else(|| question.plain_value());
        let direction = || inputs::<F>(question.direction);
        Some(match question.operator {
            Operator::Value => at(&self.value)?,
            Operator::Derivative | Operator::Gradient | Operator::Jacobian => at(&self.jacobian)?,
            Operator::SecondDerivative | Operator::Hessian => at(&self.curvature)?,
            Operator::Directional => times(&at(&self.jacobian)?, &direction(), question.outputs()),
            Operator::Pushforward => [value(), times(&at(&self.jacobian)?, &direction(), question.outputs())].concat(),
            Operator::Pullback => {
                let weights = outputs::<F>(question.weights);
                [value(), transposed_times(&at(&self.jacobian)?, &weights, question.inputs())].concat()
            }
            Operator::Hvp => times(&at(&self.curvature)?, &direction(), question.inputs()),
        })
    }

    /// [`numbers`](Self::numbers) as an answer.
    pub(crate) fn answer<F: Differentiable<Input = X>>(&self, question: &Question<'_, F>) -> Option<Answer> {
        let values = self.numbers(question)?;
        let numbers = Numbers { values, certainty: Certainty::ClosedForm };
        Some(Answer { backend: CLOSED_FORM.to_owned(), result: Ok(numbers) })
    }
}

/// `A·v` for `A` row by row; a component of `v` that is 0 is inactive.
pub(crate) fn times(matrix: &[f64], v: &[f64], rows: usize) -> Vec<f64> {
    let row = |i: usize| matrix.iter().skip(i * v.len()).zip(v);
    (0..rows).map(|i| row(i).filter(|(_, v)| **v != 0.0).fold(0.0, |sum, (a, v)| sum + a * v)).collect()
}

/// `Aᵀ·w` for `A` row by row with `columns` columns.
pub(crate) fn transposed_times(matrix: &[f64], w: &[f64], columns: usize) -> Vec<f64> {
    let mut product = vec![0.0; columns];
    for (row, w) in matrix.chunks(columns.max(1)).zip(w) {
        for (sum, a) in product.iter_mut().zip(row) {
            *sum += a * w;
        }
    }
    product
}
