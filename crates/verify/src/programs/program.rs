//! `Program`: a straight-line function as data.

use anygrad_core::{Differentiable, Real, Scalar};

use super::Step;

/// Values this near to a kink, relative to their size (at least 1), are on it.
const KINK: f64 = 1e-3;

/// A function of `inputs` numbers as a list of operations. Value `i` is input `i`, or from there on the result of a step;
/// a step reads earlier values only.
///
/// ```
/// use anygrad_core::{BinaryOp, Differentiable};
/// use anygrad_verify::programs::{Program, Step};
///
/// // x₀·x₁ + x₀
/// let steps = vec![Step::Binary(BinaryOp::Mul, [0, 1]), Step::Binary(BinaryOp::Add, [2, 0])];
/// let program = Program::<f64> { inputs: 2, steps, outputs: vec![3] };
/// assert_eq!(program.call(&vec![3.0, 4.0]), [15.0]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Program<R = f64> {
    /// The number of inputs.
    pub inputs: usize,
    /// The operations.
    pub steps: Vec<Step<R>>,
    /// The values that are the outputs.
    pub outputs: Vec<usize>,
}

impl<R: Real> Differentiable for Program<R> {
    type Input = Vec<R>;
    type Output = Vec<R>;

    fn call<S: Scalar<Real = R>>(&self, x: &Vec<S>) -> Vec<S> {
        let values = self.values(x);
        self.outputs.iter().map(|&output| values[output]).collect()
    }
}

impl<R: Real> Program<R> {
    /// The inputs and the value of each step.
    pub fn values<S: Scalar<Real = R>>(&self, x: &[S]) -> Vec<S> {
        let mut values = x.to_vec();
        values.reserve(self.steps.len());
        for step in &self.steps {
            values.push(step.apply(&values));
        }
        values
    }
}

impl Program<f64> {
    /// The same program in single precision.
    pub fn narrowed(&self) -> Program<f32> {
        let steps = self.steps.iter().map(Step::narrowed).collect();
        Program { inputs: self.inputs, steps, outputs: self.outputs.clone() }
    }

    /// Whether every value is finite, and no choice among smooth pieces is within 10⁻³ of its kink.
    pub fn is_smooth_at(&self, point: &[f64]) -> bool {
        let values = self.values(point);
        values.iter().all(|value| value.is_finite())
            && self.steps.iter().all(|step| {
                let args = arguments(step, &values);
                step.keeps_piece(&args, |i| KINK * args[i].abs().max(1.0))
            })
    }

    /// Which smooth piece each step is on.
    pub(super) fn pieces(&self, point: &[f64]) -> Vec<f64> {
        let values = self.values(point);
        let piece = |step: &Step| step.piece(&arguments(step, &values));
        // A value that is not finite makes its piece NaN.
        let finite = values.iter().map(|value| value * 0.0);
        self.steps.iter().map(piece).chain(finite).collect()
    }
}

/// The values that a step reads.
pub(super) fn arguments(step: &Step, values: &[f64]) -> Vec<f64> {
    step.operands().iter().map(|&operand| values[operand]).collect()
}
