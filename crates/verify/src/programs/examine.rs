//! `examine`: the checks of a program at a point.

use anygrad_core::{Differentiable, Real};

use super::{Bounds, Program, Step, curvature};
use crate::kink::{self, Line};
use crate::locate::{Locator, Measure};
use crate::programs::judge::{Judgement, Pair, is_exact};
use crate::question::{default_direction, default_weights};
use crate::tolerance::ULPS;
use crate::trace::Trace;
use crate::{Answer, Check, Numbers, Operator, PLAIN, Panel, Question, Reason, Verdict};

/// Programs with at most so many steps …
const SMALL_STEPS: usize = 12;

/// … and inputs, and with one output, are asked for their Hessian.
const SMALL_INPUTS: usize = 4;

/// The shortest step of a method that searches for its step, as a part of how far it went.
const SHORTEST: f64 = 1.0 / 2048.0;

/// What kind of point a program is run at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// One where the program is smooth: everyone takes part, and numbers are compared.
    Ordinary,
    /// One of NaNs, infinities, zeros and extreme numbers: exact modes alone, and classes of numbers are compared.
    ///
    /// An entry is finite or not. NaN and the two infinities count as one class, since the order of products and sums
    /// decides between them (`0·∞`, `∞ − ∞`); a finite number against one that is not is a disagreement, unless a product
    /// of finite partials can overflow in one order and not in another: then it is inconclusive.
    Hard,
}

impl At {
    /// Whether a program is one to run at a point of this kind: at an ordinary one it is smooth.
    pub fn admits(self, program: &Program, point: &[f64]) -> bool {
        self == Self::Hard || program.is_smooth_at(point)
    }
}

/// Asks everyone about the program at a point, and compares the answers.
///
/// | check | who against whom | error allowed |
/// |---|---|---|
/// | value | everyone against `plain` | none: bit for bit |
/// | `J·v`, `Jᵀ·w`, `J` | exact modes, pairwise | `2E` of [`Bounds`] |
/// | `J·v` | exact modes against methods with bounds | `T`, and the bound that the method reports |
/// | `⟨w, J·v⟩` against `⟨Jᵀ·w, v⟩` | each exact mode against itself | `2E` |
/// | `J·v` in `f32` | each exact mode against itself in `f64` | `T` with the `ε` of `f32` |
/// | Hessian of small programs | exact modes, pairwise and each against its transpose | 16ε a step, times the size of the terms |
///
/// At [hard](At::Hard) points: the value's bits, and the class of every entry of `J·v`, `Jᵀ·w` and `J`. A method with bounds takes
/// no part in a program that [detaches](anygrad_core::Scalar::detach) a number, since it probes values.
///
/// Where two sides disagree, the check says where they part.
pub fn examine<P: Panel>(label: &str, program: &Program, point: &[f64], at: At, panel: &mut P) -> Vec<Check> {
    let mut checks = compare(label, program, point, at, panel);
    let measure = if at == At::Hard { Measure::Class } else { Measure::Size };
    let mut locator = None;
    for check in checks.iter_mut().filter(|check| check.verdict == Verdict::Disagree) {
        let locator = locator.get_or_insert_with(|| Locator::new(Trace::of_program(program, point), measure));
        check.parting = locator.locate(panel, check.operator, [&check.backend, &check.against]);
    }
    checks
}

/// [`examine`] without a look at where sides part that disagree: for [`shrink`](super::shrink), which asks often.
pub fn compare<P: Panel>(label: &str, program: &Program, point: &[f64], at: At, panel: &mut P) -> Vec<Check> {
    let point = point.to_vec();
    let y = program.call::<f64>(&point);
    let direction = default_direction::<Program>(&point);
    let weights = default_weights::<Program>(&y);
    let subject = Subject { program, point: &point, direction: &direction, weights: &weights };
    let bounds = Bounds::at(program, &point, f64::EPSILON);
    let mut examiner = Examiner { label, subject, bounds, at, y, panel, exact: Vec::new(), checks: Vec::new() };
    examiner.run();
    examiner.checks
}

/// A program at a point, and what its derivatives are multiplied with.
#[derive(Clone, Copy)]
struct Subject<'a> {
    program: &'a Program,
    point: &'a Vec<f64>,
    direction: &'a Vec<f64>,
    weights: &'a Vec<f64>,
}

struct Examiner<'a, P> {
    label: &'a str,
    subject: Subject<'a>,
    bounds: Bounds,
    at: At,
    y: Vec<f64>,
    panel: &'a mut P,
    /// The names of the exact modes.
    exact: Vec<String>,
    checks: Vec<Check>,
}

impl<P: Panel> Examiner<'_, P> {
    fn run(&mut self) {
        let mut tangents = self.ask(Operator::Pushforward, None);
        self.exact = tangents.iter().filter(|answer| is_exact(answer)).map(|answer| answer.backend.clone()).collect();
        if self.at == At::Hard || self.subject.program.steps.iter().any(Step::detaches) {
            tangents.retain(is_exact);
        }
        let adjoints = self.ask_exact(Operator::Pullback);
        let jacobians = self.ask_exact(Operator::Jacobian);
        self.values(&tangents);
        self.values(&adjoints);
        let (v, w) = (self.subject.direction, self.subject.weights);
        let outputs = self.y.len();
        let modes: Vec<f64> = self.bounds.order.iter().map(|bound| 2.0 * bound).collect();
        let entries = [modes, self.bounds.truth.clone()];
        let [modes, truth] = entries.each_ref().map(|entries| times(entries, v));
        self.pairs(Operator::Pushforward, &tangents, outputs, [&modes, &truth]);
        let [modes, truth] = entries.each_ref().map(|entries| transposed_times(entries, w, v.len()));
        self.pairs(Operator::Pullback, &adjoints, outputs, [&modes, &truth]);
        self.pairs(Operator::Jacobian, &jacobians, 0, entries.each_ref().map(Vec::as_slice));
        if self.at == At::Ordinary {
            self.adjoint_test(&tangents, &adjoints);
            self.single_precision(&tangents);
            if self.subject.program.steps.len() <= SMALL_STEPS && v.len() <= SMALL_INPUTS && outputs == 1 {
                self.hessians();
            }
        }
    }

    fn ask(&mut self, operator: Operator, only: Option<&str>) -> Vec<Answer> {
        let Subject { program: function, point, direction, weights } = self.subject;
        let mut answers = Vec::new();
        self.panel.ask(&Question { function, point, operator, direction, weights, only }, &mut answers);
        answers
    }

    fn ask_exact(&mut self, operator: Operator) -> Vec<Answer> {
        let names = self.exact.clone();
        names.iter().flat_map(|name| self.ask(operator, Some(name))).collect()
    }

    fn check(&mut self, operator: Operator, backend: &str, against: &str, pair: Pair<'_>) {
        let overflow = self.bounds.overflow;
        let judgement = if self.at == At::Hard { pair.classes(overflow) } else { pair.numbers() };
        self.push(operator, backend, against, judgement);
    }

    fn push(&mut self, operator: Operator, backend: &str, against: &str, judgement: Judgement) {
        let (scenario, backend, against) = (self.label.to_owned(), backend.to_owned(), against.to_owned());
        let (error, bound, verdict, detail) = judgement;
        self.checks.push(Check { scenario, operator, backend, against, error, bound, verdict, detail, parting: None });
    }

    /// The values that come with a derivative, against plain floats.
    fn values(&mut self, answers: &[Answer]) {
        for answer in answers {
            let Ok(numbers) = &answer.result else { continue };
            let differs = |(a, b): (&f64, &f64)| a.to_bits() != b.to_bits() && !(a.is_nan() && b.is_nan());
            let wrong = numbers.values.iter().zip(&self.y).position(differs);
            let verdict = if wrong.is_some() { Verdict::Disagree } else { Verdict::Agree };
            let detail =
                wrong.map_or_else(String::new, |i| format!("number {i}: {:?} and {:?}", numbers.values[i], self.y[i]));
            let error = wrong.map_or(0.0, |i| (numbers.values[i] - self.y[i]).abs());
            self.push(Operator::Value, &answer.backend, PLAIN, (error, 0.0, verdict, detail));
        }
    }

    /// All pairs of answers, from the number `skip` on: exact modes within the first bounds, others within the second.
    fn pairs(&mut self, operator: Operator, answers: &[Answer], skip: usize, [modes, truth]: [&[f64]; 2]) {
        for (i, a) in answers.iter().enumerate() {
            for b in &answers[i + 1..] {
                let probed = !(is_exact(a) && is_exact(b));
                let pair =
                    Pair { a: &a.result, b: &b.result, skip, bounds: if probed { truth } else { modes }, probed };
                self.check(operator, &a.backend, &b.backend, pair);
                self.excuse([a, b]);
            }
        }
    }

    /// Turns a disagreement with a method that probes around the point into doubt, if what it probed is not smooth, or is
    /// known with an error that explains it.
    fn excuse(&mut self, sides: [&Answer; 2]) {
        let reach = sides.iter().filter_map(|side| side.result.as_ref().ok()).map(Numbers::reach).fold(0.0, f64::max);
        let Some(check) = self.checks.last_mut().filter(|check| check.verdict == Verdict::Disagree && reach > 0.0)
        else {
            return;
        };
        let Subject { program, point, direction, .. } = self.subject;
        let noise = self.bounds.value.iter().copied().fold(0.0, f64::max) / (reach * SHORTEST);
        let along = |t: f64| -> Vec<f64> { point.iter().zip(direction).map(|(x, v)| x + t * v).collect() };
        let reason = match kink::inspect(|t| program.pieces(&along(t)), reach, 0.5) {
            // No difference of values over a distance knows a slope better than this.
            Line::Smooth if check.error <= check.bound + noise => Reason::Noise,
            Line::Smooth => return,
            // More than one choice changes sides.
            Line::Jump | Line::Noise => Reason::Kink,
            Line::NonFinite => Reason::NonFinite,
        };
        check.verdict = Verdict::Inconclusive { reason };
        check.detail.clear();
    }

    /// `⟨w, J·v⟩ = ⟨Jᵀ·w, v⟩`.
    fn adjoint_test(&mut self, tangents: &[Answer], adjoints: &[Answer]) {
        let outputs = self.y.len();
        let (v, w) = (self.subject.direction, self.subject.weights);
        let bound = 2.0 * inner(&times(&self.bounds.order, v), w, f64::abs);
        for adjoint in adjoints {
            let tangent = tangents.iter().find(|tangent| tangent.backend == adjoint.backend);
            let (Some(Ok(dy)), Ok(bx)) = (tangent.map(|tangent| &tangent.result), &adjoint.result) else { continue };
            let [forward, backward] = [inner(&dy.values[outputs..], w, |x| x), inner(&bx.values[outputs..], v, |x| x)];
            let sides = [forward, backward].map(|side| Ok(Numbers::exact(vec![side])));
            let pair = Pair { a: &sides[0], b: &sides[1], skip: 0, bounds: &[bound], probed: false };
            self.check(Operator::Pullback, &adjoint.backend, "adjoint test", pair);
        }
    }

    /// `J·v` in `f32` against `f64`.
    fn single_precision(&mut self, tangents: &[Answer]) {
        let Subject { program, point, direction, weights } = self.subject;
        let narrow = |numbers: &[f64]| -> Vec<f32> { numbers.iter().map(|&x| f32::narrow(x)).collect() };
        let bounds = times(&Bounds::at(program, point, f64::from(f32::EPSILON)).truth, direction);
        let (program, point) = (program.narrowed(), narrow(point));
        for wide in tangents.iter().filter(|answer| is_exact(answer)) {
            let question = Question {
                function: &program,
                point: &point,
                operator: Operator::Pushforward,
                direction: &narrow(direction),
                weights: &narrow(weights),
                only: Some(wide.backend.as_str()),
            };
            let mut answers = Vec::new();
            self.panel.ask(&question, &mut answers);
            for answer in answers {
                let pair =
                    Pair { a: &wide.result, b: &answer.result, skip: self.y.len(), bounds: &bounds, probed: true };
                self.check(Operator::Pushforward, &wide.backend, "f32", pair);
            }
        }
    }

    /// Hessians against each other and their transposes.
    fn hessians(&mut self) {
        let answers = self.ask_exact(Operator::Hessian);
        let Subject { program, point, .. } = self.subject;
        let (n, steps) = (point.len(), program.steps.len() + 1);
        let bound = ULPS * f64::EPSILON * steps as f64 * curvature::size(program, point);
        let bounds = vec![bound; n * n];
        self.pairs(Operator::Hessian, &answers, 0, [&bounds; 2]);
        for answer in &answers {
            let Ok(numbers) = &answer.result else { continue };
            let transposed = (0..n * n).map(|k| numbers.values[k % n * n + k / n]).collect();
            let transposed = Ok(Numbers::exact(transposed));
            let pair = Pair { a: &answer.result, b: &transposed, skip: 0, bounds: &bounds, probed: false };
            self.check(Operator::Hessian, &answer.backend, "its transpose", pair);
        }
    }
}

/// `|M|·|v|` of a matrix of magnitudes, row by row.
fn times(matrix: &[f64], v: &[f64]) -> Vec<f64> {
    matrix.chunks(v.len()).map(|row| inner(row, v, f64::abs)).collect()
}

/// `|Mᵀ|·|w|`.
fn transposed_times(matrix: &[f64], w: &[f64], columns: usize) -> Vec<f64> {
    (0..columns).map(|j| w.iter().enumerate().map(|(i, w)| matrix[i * columns + j] * w.abs()).sum()).collect()
}

/// `Σ aᵢ·bᵢ` of the numbers or of their magnitudes.
fn inner(a: &[f64], b: &[f64], of: impl Fn(f64) -> f64) -> f64 {
    a.iter().zip(b).map(|(a, b)| of(a * b)).sum()
}
