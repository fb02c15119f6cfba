//! `Locator`: finds the gate where two sides part.

use std::marker::PhantomData;

use anygrad_core::{Differentiable, Leaf, Real};

use crate::differences;
use crate::parting::{DIFFERENCES, Parting, RULE, Side, Source};
use crate::question::{default_direction, default_weights, inputs};
use crate::tolerance::{Context, Group, compare};
use crate::trace::{Alone, Applied, Between, Inputs, Trace};
use crate::{Answer, Certainty, Numbers, Operator, PLAIN, Panel, Question, Verdict};

/// In longer programs the values on the way are not compared: that takes a gradient of each.
const MOST_SUMS: usize = 400;

/// So many gates outside the table are named.
const MOST_NAMED: usize = 4;

/// With more inputs these are not asked by themselves.
const MOST_INPUTS: usize = 32;

/// Which numbers part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Those that differ by more than rounding.
    Size,
    /// A finite one and one that is not.
    Class,
}

/// A function's trace at a point, and what was found in it.
pub(crate) struct Locator<R> {
    trace: Trace<R>,
    measure: Measure,
    /// By the names of the sides and the order of derivatives.
    found: Vec<([String; 2], i32, Option<Parting>)>,
}

impl<R: Real> Locator<R> {
    pub(crate) fn new(trace: Trace<R>, measure: Measure) -> Self {
        Self { trace, measure, found: Vec::new() }
    }

    /// Where two sides part that disagree about an operator; `None` if neither can be asked.
    pub(crate) fn locate(&mut self, panel: &mut impl Panel, operator: Operator, sides: [&str; 2]) -> Option<Parting> {
        let (names, order) = (sides.map(str::to_owned), operator.order());
        if let Some((_, _, parting)) = self.found.iter().find(|known| known.0 == names && known.1 == order) {
            return parting.clone();
        }
        let known = panel.names();
        let sides = sides.map(|name| Some(name).filter(|name| known.iter().any(|known| known == name)));
        let any = sides.iter().any(Option::is_some);
        let parting =
            any.then(|| Search { trace: &self.trace, measure: self.measure, panel, sides, compared: 0 }.run(order));
        self.found.push((names, order, parting.clone()));
        parting
    }
}

/// One search.
struct Search<'a, R, P> {
    trace: &'a Trace<R>,
    measure: Measure,
    panel: &'a mut P,
    /// Who is asked, by name; differences and plain values stand for those who can't be.
    sides: [Option<&'a str>; 2],
    /// How many gates both sides answered for.
    compared: usize,
}

/// Both sides' numbers, each under its name.
type Pair = [(String, Numbers); 2];

impl<R: Real, P: Panel> Search<'_, R, P> {
    fn run(&mut self, order: i32) -> Parting {
        if let Some(parting) = (order > 0).then(|| self.inputs()).flatten() {
            return parting;
        }
        let trace = self.trace;
        let operators: &[Operator] = match order {
            0 => &[Operator::Value],
            1 => &[Operator::Gradient, Operator::Directional],
            _ => &[Operator::Gradient, Operator::Directional, Operator::Hessian],
        };
        // First partials of all gates before second ones: the rules of other gates meet a wrong gate, too.
        for &operator in operators {
            if let Some(parting) = trace.gates.iter().find_map(|gate| self.gate(gate, operator)) {
                return parting;
            }
        }
        let both = self.sides.iter().all(Option::is_some);
        let sums = order > 0 && both && self.measure == Measure::Size && trace.gates.len() <= MOST_SUMS;
        let met = sums.then(|| self.sums()).flatten();
        let own = trace.gates.iter().filter(|gate| gate.is_own() && order > 0).map(Applied::site);
        met.unwrap_or_else(|| Parting::Nowhere {
            gates: self.compared,
            differences: !both && order > 0,
            sums: sums && order == 1,
            own: own.take(MOST_NAMED).collect(),
        })
    }

    /// An input by itself.
    fn inputs(&mut self) -> Option<Parting> {
        let n = self.trace.point.len();
        let identity = (0..n * n).map(|k| if k / n == k % n { 1.0 } else { 0.0 }).collect();
        let identity = (DIFFERENCES.to_owned(), Numbers::exact(identity));
        let asked = Inputs(PhantomData);
        let pair = (n <= MOST_INPUTS).then(|| self.ask(&asked, &self.trace.point, Operator::Jacobian, Some(identity)));
        let pair = pair.flatten().filter(|pair| self.part(pair, &vec![group(n, 0.0); n], 1.0))?;
        let [a, b] = &pair;
        let rows = |j: usize| [a, b].map(|(_, numbers)| numbers.values[j * n..(j + 1) * n].to_vec());
        let distance = |j: usize| distance(&rows(j));
        let index = (0..n).max_by(|&i, &j| distance(i).total_cmp(&distance(j)))?;
        let [left, right] = rows(index);
        let side = |name: &String, numbers| Side { name: name.clone(), numbers };
        Some(Parting::Input { index, sides: [side(&a.0, left), side(&b.0, right)] })
    }

    /// A gate by itself.
    fn gate(&mut self, gate: &Applied<R>, operator: Operator) -> Option<Parting> {
        let arguments = gate.arguments(&gate.active());
        let n = arguments.len();
        let pair = match gate.own_partials() {
            Some(partials) if operator == Operator::Gradient => {
                let rule = Numbers::exact(partials.iter().map(|partial| partial.widen()).collect());
                Some([(RULE.to_owned(), rule), self.differences(gate)])
            }
            Some(_) => None,
            // One tangent alone is a partial.
            None if operator == Operator::Directional && n < 2 => None,
            None => self.ask(&Alone(gate), &arguments, operator, self.reference(gate, operator)),
        }?;
        self.compared += usize::from(operator.order() < 2 && operator != Operator::Directional);
        let groups = match operator {
            Operator::Value => vec![Group { len: 1, floor: 0.0, primal: true }],
            Operator::Directional => vec![group(1, self.steepest(gate, &arguments))],
            Operator::Hessian => vec![group(n * n, 0.0)],
            _ => vec![group(n, 0.0)],
        };
        let parts = self.part(&pair, &groups, 1.0) && self.is_confirmed(gate, operator, &pair, &groups);
        let sides = parts.then(|| sides(pair))?;
        Some(Parting::Gate { site: gate.site(), operator, sides })
    }

    /// Whether differences by shorter steps part from an exact mode as well, if the other side probed around the point: there may
    /// be a kink.
    fn is_confirmed(&self, gate: &Applied<R>, operator: Operator, pair: &Pair, groups: &[Group]) -> bool {
        let Some(probed) = pair.iter().position(|(_, numbers)| numbers.is_bounded()) else { return true };
        let shorter = match operator {
            Operator::Gradient => self.differences(gate),
            Operator::Directional => along(gate, self.differences(gate)),
            _ => return true,
        };
        let mut confirming = pair.clone();
        confirming[probed] = shorter;
        self.part(&confirming, groups, 1.0)
    }

    /// The largest term of a gate's derivative along the fixed tangent, by the first who can be asked.
    fn steepest(&mut self, gate: &Applied<R>, arguments: &Vec<R>) -> f64 {
        let alone = Alone(gate);
        let name = self.sides.iter().flatten().next().copied();
        let answer = name.and_then(|name| self.answer(&alone, arguments, Operator::Gradient, name));
        let along = inputs::<Alone<'_, R>>(&default_direction::<Alone<'_, R>>(arguments));
        let terms = answer.into_iter().flat_map(|(_, numbers)| numbers.values).zip(along);
        terms.map(|(partial, v)| (partial * v).abs()).filter(|term| term.is_finite()).fold(0.0, f64::max)
    }

    /// What stands for a side that can't be asked.
    fn reference(&self, gate: &Applied<R>, operator: Operator) -> Option<(String, Numbers)> {
        match operator {
            _ if self.sides.iter().all(Option::is_some) => None,
            Operator::Value => Some((PLAIN.to_owned(), Numbers::exact(vec![gate.value.widen()]))),
            Operator::Gradient => Some(self.differences(gate)),
            Operator::Directional => Some(along(gate, self.differences(gate))),
            _ => None,
        }
    }

    fn differences(&self, gate: &Applied<R>) -> (String, Numbers) {
        if gate.detaches() {
            return (RULE.to_owned(), Numbers::exact(vec![0.0; gate.active().len()]));
        }
        let numbers = differences::slopes(|x| gate.value_at(x), &gate.arguments(&gate.active()));
        (DIFFERENCES.to_owned(), numbers)
    }

    /// The first value with different derivatives with respect to the inputs, and the last one before it on which these
    /// depend by more than one path.
    fn sums(&mut self) -> Option<Parting> {
        let (trace, n) = (self.trace, self.trace.point.len());
        let all: Vec<usize> = (0..n).collect();
        let (to, pair) = (n..n + trace.gates.len()).find_map(|to| Some((to, self.between(&all, to)?)))?;
        let live = trace.behind(to);
        let met = (0..to).rev().filter(|&from| live[from]).find_map(|from| Some((from, self.between(&[from], to)?)));
        let (from, pair) = met.unwrap_or_else(|| {
            let [a, b] = &pair;
            let distance = |&j: &usize| distance(&[vec![a.1.values[j]], vec![b.1.values[j]]]);
            (all.iter().copied().max_by(|i, j| distance(i).total_cmp(&distance(j))).unwrap_or(0), pair)
        });
        let from = from.checked_sub(n).map_or(Source::Input(from), |gate| Source::Gate(trace.gates[gate].site()));
        Some(Parting::Accumulation { from, to: trace.gates[to - n].site(), sides: sides(pair) })
    }

    /// The derivatives of a value with respect to earlier ones, if they part.
    fn between(&mut self, from: &[usize], to: usize) -> Option<Pair> {
        let trace = self.trace;
        let point: Vec<R> = from.iter().map(|&at| trace.value(at)).collect();
        let pair = self.ask(&Between { trace, from, to }, &point, Operator::Gradient, None)?;
        // Every gate on the way rounds once more.
        let gates = (to + 1 - trace.point.len()) as f64;
        self.part(&pair, &[group(from.len(), 0.0)], 1.0 + gates).then_some(pair)
    }

    /// What both sides say about a function; `None` if one of them has no numbers.
    fn ask<F>(&mut self, f: &F, x: &F::Input, operator: Operator, reference: Option<(String, Numbers)>) -> Option<Pair>
    where
        F: Differentiable,
    {
        let sides = self.sides;
        let mut side = |name: Option<&str>| match name {
            Some(name) => self.answer(f, x, operator, name),
            None => reference.clone(),
        };
        Some([side(sides[0])?, side(sides[1])?])
    }

    fn answer<F: Differentiable>(
        &mut self,
        function: &F,
        point: &F::Input,
        operator: Operator,
        name: &str,
    ) -> Option<(String, Numbers)> {
        let y = function.call::<Leaf<F>>(point);
        let (direction, weights) = (default_direction::<F>(point), default_weights::<F>(&y));
        let only = Some(name);
        let mut answers = Vec::new();
        let question = Question { function, point, operator, direction: &direction, weights: &weights, only };
        self.panel.ask(&question, &mut answers);
        Some((name.to_owned(), answers.pop()?.result.ok()?))
    }

    /// Whether the numbers part, with the rounding of so many gates.
    fn part(&self, pair: &Pair, groups: &[Group], gates: f64) -> bool {
        let [a, b] = pair;
        if self.measure == Measure::Class && !groups.iter().any(|group| group.primal) {
            let mut numbers = a.1.values.iter().zip(&b.1.values);
            return !a.1.is_bounded() && !b.1.is_bounded() && numbers.any(|(a, b)| a.is_finite() != b.is_finite());
        }
        let context = Context {
            groups,
            epsilon: R::epsilon().widen() * gates,
            tiny: R::min_positive_value().widen(),
            natural: f64::INFINITY,
        };
        let answer =
            |(name, numbers): &(String, Numbers)| Answer { backend: name.clone(), result: Ok(numbers.clone()) };
        compare(&answer(a), &answer(b), &context).verdict == Verdict::Disagree
    }
}

/// The derivative of a gate along the fixed tangent, from its partials.
fn along<R: Real>(gate: &Applied<R>, (name, partials): (String, Numbers)) -> (String, Numbers) {
    let along = inputs::<Alone<'_, R>>(&default_direction::<Alone<'_, R>>(&gate.arguments(&gate.active())));
    let inner = |numbers: &[f64], size: fn(f64) -> f64| numbers.iter().zip(&along).map(|(p, &v)| p * size(v)).sum();
    let numbers = match &partials.certainty {
        Certainty::Bounds { bounds, reach } => {
            Numbers::bounded(vec![inner(&partials.values, |v| v)], vec![inner(bounds, f64::abs)], *reach)
        }
        _ => Numbers::exact(vec![inner(&partials.values, |v| v)]),
    };
    (name, numbers)
}

fn group(len: usize, floor: f64) -> Group {
    Group { len, floor, primal: false }
}

fn sides(pair: Pair) -> [Side; 2] {
    pair.map(|(name, numbers)| Side { name, numbers: numbers.values })
}

/// The largest difference, infinite where one is not a number.
fn distance([a, b]: &[Vec<f64>; 2]) -> f64 {
    let differences = a.iter().zip(b).map(|(a, b)| if a == b { 0.0 } else { (a - b).abs() });
    differences.map(|difference| if difference.is_nan() { f64::INFINITY } else { difference }).fold(0.0, f64::max)
}
