//! Functions that the tests share.

#![allow(dead_code, reason = "each test takes what it needs")]

use anygrad_core::{Differentiable, Error, Scalar};
use anygrad_verify::{Check, ClosedForm, Numbers, Operator, Parting, Question, Report, Witness};

/// `x·y + x²`.
pub(crate) struct Bilinear;

impl Differentiable for Bilinear {
    type Input = [f64; 2];
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, &[x, y]: &[S; 2]) -> S {
        x * y + x * x
    }
}

/// Its derivatives, `(y + 2x, x)` and `(2, 1; 1, 0)`.
pub(crate) fn bilinear() -> ClosedForm<[f64; 2]> {
    ClosedForm::default()
        .value(|[x, y]: &[f64; 2]| vec![x * (x + y)])
        .jacobian(|[x, y]| vec![y + 2.0 * x, *x])
        .curvature(|_| vec![2.0, 1.0, 1.0, 0.0])
}

/// `|x|`.
pub(crate) struct Modulus;

impl Differentiable for Modulus {
    type Input = f64;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        x.abs()
    }
}

/// Central differences with a fixed step that claim an error of the step squared: right for smooth functions only.
pub(crate) struct Central {
    pub(crate) step: f64,
    pub(crate) bound: f64,
}

impl Witness for Central {
    fn name(&self) -> String {
        "central".to_owned()
    }

    fn testify<F: Differentiable>(&mut self, question: &Question<'_, F>) -> Result<Numbers, Error> {
        let help = "first derivatives of functions of one number only";
        if question.operator != Operator::Derivative {
            return Err(Error::Unsupported { backend: "central", operator: question.operator.name(), help });
        }
        let (f, x) = (question.one_input(), question.coordinate());
        let at = |t: f64| {
            let moved = x + anygrad_core::Leaf::<F>::lit(t);
            let y = f.call(&moved);
            <F::Output as anygrad_core::Tree>::flatten::<anygrad_core::Leaf<F>>(&y)
        };
        let (above, below) = (at(self.step), at(-self.step));
        let slope = |(a, b)| anygrad_core::Real::widen(a - b) / (2.0 * self.step);
        let slopes: Vec<f64> = above.into_iter().zip(below).map(slope).collect();
        let bounds = vec![self.bound; slopes.len()];
        Ok(Numbers::bounded(slopes, bounds, self.step))
    }
}

/// The only parting of a report, for the first derivatives.
#[track_caller]
pub(crate) fn parting(report: &Report) -> Parting {
    let first = |check: &&Check| check.operator.order() == 1;
    let mut found: Vec<Parting> =
        report.disagreements().filter(first).filter_map(|check| check.parting.clone()).collect();
    found.dedup();
    assert_eq!(found.len(), 1, "{report}");
    found.remove(0)
}
