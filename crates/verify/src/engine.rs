//! From a function at a point to its checks.

use anygrad_core::num_traits::Float;
use anygrad_core::{Differentiable, Error, Leaf, Real, Tree};

use crate::closed_form::{ClosedForm, times, transposed_times};
use crate::kink::{self, Line};
use crate::locate::{Locator, Measure};
use crate::question::{default_direction, default_weights, inputs, is_number, outputs};
use crate::tolerance::{Comparison, Context, Group, compare};
use crate::trace::Trace;
use crate::{Answer, Certainty, Check, Numbers, Operator, Panel, Parting, Question, Reason, Verdict};

/// The name under which the function's value over plain floats appears in a report.
pub const PLAIN: &str = "plain";

/// The smallest jump of a function, relative to its size, that counts as one.
const VALUE_JUMP: f64 = 1e-8;

/// A function at a point, and what is known about it.
pub(crate) struct Subject<'a, F: Differentiable> {
    pub(crate) label: &'a str,
    pub(crate) function: &'a F,
    pub(crate) point: &'a F::Input,
    pub(crate) direction: Option<&'a F::Input>,
    pub(crate) weights: Option<&'a F::Output>,
    pub(crate) closed_form: Option<&'a ClosedForm<F::Input>>,
    /// Whether only exact modes take part: the point is one of no derivative, or of infinite ones.
    pub(crate) exact_only: bool,
    /// The highest order of derivatives that is asked for.
    pub(crate) max_order: i32,
}

/// Asks the panel everything that fits the function's shape, and compares everyone with everyone.
pub(crate) fn examine<F: Differentiable, P: Panel>(subject: &Subject<'_, F>, panel: &mut P, checks: &mut Vec<Check>) {
    let value = subject.function.call::<Leaf<F>>(subject.point);
    let direction = default_direction::<F>(subject.point);
    let weights = default_weights::<F>(&value);
    let mut examiner = Examiner {
        subject,
        panel,
        question: Question {
            function: subject.function,
            point: subject.point,
            operator: Operator::Value,
            direction: subject.direction.unwrap_or(&direction),
            weights: subject.weights.unwrap_or(&weights),
            only: None,
        },
        value: outputs::<F>(&value),
        magnitudes: Magnitudes::default(),
        locator: None,
    };
    let (n, m) = (examiner.question.inputs(), examiner.question.outputs());
    let is_asked = |operator: &Operator| {
        operator.fits(n, m) && of_its_input::<F>(*operator) && operator.order() <= subject.max_order
    };
    for operator in Operator::ALL.into_iter().filter(is_asked) {
        examiner.question.operator = operator;
        examiner.examine(checks);
    }
}

/// Derivatives in the narrow sense are asked of functions whose input *is* a number; a vector of length 1 has a gradient.
pub(crate) fn of_its_input<F: Differentiable>(operator: Operator) -> bool {
    is_number::<F>() || !matches!(operator, Operator::Derivative | Operator::SecondDerivative)
}

/// First and second derivatives by the first exact answer, for the scales of products with them.
#[derive(Default)]
struct Magnitudes {
    jacobian: Vec<f64>,
    hessian: Vec<f64>,
}

struct Examiner<'a, 's, F: Differentiable, P> {
    subject: &'a Subject<'s, F>,
    panel: &'a mut P,
    question: Question<'a, F>,
    value: Vec<f64>,
    magnitudes: Magnitudes,
    /// Made at the first disagreement.
    locator: Option<Locator<Leaf<F>>>,
}

impl<F: Differentiable, P: Panel> Examiner<'_, '_, F, P> {
    /// One operator.
    fn examine(&mut self, checks: &mut Vec<Check>) {
        let answers = self.answers();
        self.remember(&answers);
        let groups = self.groups();
        let context = Context {
            groups: &groups,
            epsilon: Leaf::<F>::epsilon().widen(),
            tiny: Leaf::<F>::min_positive_value().widen(),
            natural: self.natural_size(),
        };
        for (i, a) in answers.iter().enumerate() {
            for b in &answers[i + 1..] {
                let mut comparison = compare(a, b, &context);
                self.excuse(&mut comparison, a, b, &answers);
                let Comparison { error, bound, verdict, detail } = comparison;
                let located = verdict == Verdict::Disagree && a.result.is_ok() && b.result.is_ok();
                let parting = if located { self.locate([&a.backend, &b.backend]) } else { None };
                checks.push(Check {
                    scenario: self.subject.label.to_owned(),
                    operator: self.question.operator,
                    backend: a.backend.clone(),
                    against: b.backend.clone(),
                    error,
                    bound,
                    verdict,
                    detail,
                    parting,
                });
            }
        }
    }

    /// Where two sides part that disagree.
    fn locate(&mut self, sides: [&str; 2]) -> Option<Parting> {
        let Subject { function, point, .. } = *self.subject;
        let locator = self.locator.get_or_insert_with(|| Locator::new(Trace::of(function, point), Measure::Size));
        locator.locate(self.panel, self.question.operator, sides)
    }

    /// Everyone's answers: the panel's, the plain value, the closed form.
    fn answers(&mut self) -> Vec<Answer> {
        let mut answers = Vec::new();
        self.panel.ask(&self.question, &mut answers);
        if self.subject.exact_only {
            answers.retain(|answer| match &answer.result {
                Ok(numbers) => !numbers.is_bounded(),
                Err(error) => !matches!(error, Error::NonFiniteProbe { .. } | Error::InvalidStep { .. }),
            });
        }
        if self.question.operator == Operator::Value {
            let result = Ok(Numbers::exact(self.value.clone()));
            answers.push(Answer { backend: PLAIN.to_owned(), result });
        }
        answers.extend(self.subject.closed_form.and_then(|closed_form| closed_form.answer(&self.question)));
        answers
    }

    /// Keeps the first exact Jacobian and Hessian for the scales of what comes after them.
    fn remember(&mut self, answers: &[Answer]) {
        let exact = answers.iter().filter_map(|answer| answer.result.as_ref().ok()).find(|n| !n.is_bounded());
        match (self.question.operator, exact) {
            (Operator::Jacobian, Some(numbers)) => self.magnitudes.jacobian.clone_from(&numbers.values),
            (Operator::Hessian, Some(numbers)) => self.magnitudes.hessian.clone_from(&numbers.values),
            _ => {}
        }
    }

    /// Which numbers of an answer share a scale.
    fn groups(&self) -> Vec<Group> {
        let (n, m) = (self.question.inputs(), self.question.outputs());
        let primal = |len| Group { len, floor: 0.0, primal: true };
        let derivative = |len, floor| Group { len, floor, primal: false };
        let (v, w) = (absolute(&inputs::<F>(self.question.direction)), absolute(&outputs::<F>(self.question.weights)));
        let jacobian = absolute(&self.magnitudes.jacobian);
        match self.question.operator {
            Operator::Value => vec![primal(m)],
            Operator::Derivative | Operator::SecondDerivative => vec![derivative(m, 0.0)],
            Operator::Gradient => vec![derivative(n, 0.0)],
            Operator::Jacobian => vec![derivative(n, 0.0); m],
            Operator::Directional => vec![derivative(m, largest(&times(&jacobian, &v, m)))],
            Operator::Pushforward => vec![primal(m), derivative(m, largest(&times(&jacobian, &v, m)))],
            Operator::Pullback => vec![primal(m), derivative(n, largest(&transposed_times(&jacobian, &w, n)))],
            Operator::Hvp => vec![derivative(n, largest(&times(&absolute(&self.magnitudes.hessian), &v, n)))],
            Operator::Hessian => vec![derivative(n * n, 0.0)],
        }
    }

    /// `‖y‖/‖x‖ᵏ` for a `k`-th derivative, with `‖x‖` at least 1 and `‖y‖` at least `√ε`.
    fn natural_size(&self) -> f64 {
        let size = largest(&absolute(&inputs::<F>(self.question.point))).max(1.0);
        largest(&absolute(&self.value)).max(Leaf::<F>::epsilon().widen().sqrt())
            / size.powi(self.question.operator.order())
    }

    /// Turns a disagreement with a method that probes around the point into doubt, if what it probed is not smooth; says of a
    /// wide bound what is behind it.
    fn excuse(&mut self, comparison: &mut Comparison, a: &Answer, b: &Answer, answers: &[Answer]) {
        let reach = [a, b].iter().filter_map(|answer| answer.result.as_ref().ok()).fold(0.0, |r, n| n.reach().max(r));
        if reach == 0.0 {
            return;
        }
        let reason = match &comparison.verdict {
            Verdict::Inconclusive { reason: Reason::WideBound } => {
                let lines = (0..self.question.inputs()).map(|coordinate| self.along(coordinate, reach));
                lines.map(reason_of).find(Option::is_some).flatten()
            }
            Verdict::Disagree if comparison.error.is_finite() => {
                let exact = [a, b].into_iter().chain(answers).find(|answer| {
                    answer.result.as_ref().is_ok_and(|n| n.certainty != Certainty::ClosedForm && !n.is_bounded())
                });
                let backend = exact.map(|answer| answer.backend.as_str());
                reason_of(self.obstacle(backend, reach, comparison.error))
            }
            _ => None,
        };
        if let Some(reason) = reason {
            comparison.verdict = Verdict::Inconclusive { reason };
            comparison.detail.clear();
        }
    }

    /// What the function's values do along a coordinate.
    fn along(&self, coordinate: usize, reach: f64) -> Line {
        let Question { function, point, .. } = self.question;
        let jump = largest(&absolute(&self.value)) * VALUE_JUMP;
        let sample = |t: f64| outputs::<F>(&function.call::<Leaf<F>>(&shifted::<F>(point, coordinate, t)));
        kink::inspect(sample, reach, jump.max(f64::MIN_POSITIVE))
    }

    /// What stands in the way of differences: looks along each coordinate for a jump of the function, or of the answer of an
    /// exact mode by at least half the error that is to be explained.
    fn obstacle(&mut self, exact: Option<&str>, reach: f64, error: f64) -> Line {
        for coordinate in 0..self.question.inputs() {
            let values = self.along(coordinate, reach);
            if values != Line::Smooth {
                return values;
            }
            let Some(exact) = exact else { continue };
            let derivatives = kink::inspect(
                |t| {
                    let (point, mut answers) = (shifted::<F>(self.question.point, coordinate, t), Vec::new());
                    let question = Question { point: &point, only: Some(exact), ..self.question };
                    self.panel.ask(&question, &mut answers);
                    answers.pop().and_then(|answer| answer.result.ok()).map_or_else(Vec::new, |numbers| numbers.values)
                },
                reach,
                error / 2.0,
            );
            match derivatives {
                Line::Smooth => {}
                // The derivatives of an exact mode have no noise: these are kinks.
                Line::Jump | Line::Noise => return Line::Jump,
                Line::NonFinite => return Line::NonFinite,
            }
        }
        Line::Smooth
    }
}

/// Why differences say nothing about such a line.
fn reason_of(line: Line) -> Option<Reason> {
    match line {
        Line::Smooth => None,
        Line::Jump => Some(Reason::Kink),
        Line::Noise => Some(Reason::Noise),
        Line::NonFinite => Some(Reason::NonFinite),
    }
}

/// The point with one coordinate moved by `t`.
fn shifted<F: Differentiable>(point: &F::Input, coordinate: usize, t: f64) -> F::Input {
    let mut index = 0;
    F::Input::map::<Leaf<F>, Leaf<F>>(point, &mut |leaf| {
        let moved = if index == coordinate { Leaf::<F>::narrow(leaf.widen() + t) } else { leaf };
        index += 1;
        moved
    })
}

fn absolute(values: &[f64]) -> Vec<f64> {
    values.iter().map(|value| value.abs()).filter(|value| !value.is_nan()).collect()
}

/// The largest finite magnitude, 0 for none.
fn largest(values: &[f64]) -> f64 {
    values.iter().copied().filter(|value| value.is_finite()).fold(0.0, f64::max)
}
