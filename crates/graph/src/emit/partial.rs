//! Derivatives of rows of the table as functions of Rust, found by recording the row itself.
//!
//! The partials of a row take one path for each outcome of their comparisons. Recording them at many points finds the paths. They
//! are written as one tree, in which each comparison is asked once; where it comes out as at none of the points the result is NaN.

use std::collections::BTreeMap;

use anygrad_core::{Error, Real, Scalar};

use super::Helpers;
use super::body::{Body, Home, Lines, comparison};
use super::gate::unsupported;
use crate::code::{Block, Gate, Instruction, Op};
use crate::derive::{Many, One, Partials as Row, Two, once};
use crate::node::Node;
use crate::prune::needed;
use crate::recorder::Recorder;
use crate::tangent::Tangent;

/// The functions so far.
#[derive(Clone, Debug)]
pub(super) struct Partials<R> {
    functions: Vec<Function<R>>,
}

impl<R> Default for Partials<R> {
    fn default() -> Self {
        Self { functions: Vec::new() }
    }
}

#[derive(Clone, Debug)]
struct Function<R> {
    gate: Gate<R>,
    order: u32,
    arity: u32,
    name: String,
    text: String,
}

impl<R: Real> Partials<R> {
    /// The module with all functions.
    pub(super) fn module(&self, float: &str, has_math: bool) -> String {
        if self.functions.is_empty() {
            return String::new();
        }
        let math = if has_math { "    use super::math;\n\n" } else { "" };
        let bodies: String = self.functions.iter().map(|function| format!("\n{}", function.text)).collect();
        format!("#[allow(clippy::all, unused)]\nmod partial {{\n{math}    type F = {float};\n{bodies}}}\n")
    }

    fn find(&self, gate: &Gate<R>, order: u32, arity: u32) -> Option<&str> {
        let is_it = |other: &&Function<R>| other.order == order && other.arity == arity && other.gate == *gate;
        self.functions.iter().find(is_it).map(|function| &*function.name)
    }
}

impl<R: Real> Helpers<R> {
    /// A call of a function for a derivative; see [`Op::Derivative`] for the operands.
    pub(super) fn call_derivative(
        &mut self,
        gate: &Gate<R>,
        order: u32,
        arity: u32,
        operands: &[String],
    ) -> Result<String, Error> {
        let name = match self.partials.find(gate, order, arity) {
            Some(name) => name.to_owned(),
            None => self.add(gate, order, arity, operands.len())?,
        };
        Ok(format!("partial::{name}({})", operands.join(", ")))
    }

    fn add(&mut self, gate: &Gate<R>, order: u32, arity: u32, operands: usize) -> Result<String, Error> {
        let paths = paths(gate, order, arity as usize)?;
        let name = format!("d{order}_{}_{}", gate.name(), self.partials.functions.len());
        let mut lines = Lines::default();
        let args = (0..operands).map(|i| format!("x{i}: F")).collect::<Vec<_>>().join(", ");
        lines.indented(|lines| {
            lines.push(&format!("pub fn {name}({args}) -> [F; {arity}] {{"));
            let inputs = (0..operands).map(|i| format!("x{i}")).collect::<Vec<_>>().join(", ");
            lines.indented(|lines| {
                lines.push(&format!("let x = [{inputs}];"));
                self.tree(lines, &paths.iter().collect::<Vec<_>>(), 0)
            })?;
            lines.push("}");
            Ok(())
        })?;
        let text = lines.into_text();
        self.partials.functions.push(Function { gate: gate.clone(), order, arity, name: name.clone(), text });
        Ok(name)
    }

    /// The instructions from `at` on of some paths that are one path so far.
    fn tree(&mut self, lines: &mut Lines, paths: &[&Path<R>], mut at: usize) -> Result<(), Error> {
        let block = &paths[0].block;
        let parameters = vec![Home::array("x")];
        let mut body = Body { helpers: self, block, prefix: String::new(), parameters, fail: String::new() };
        while let Some(instruction) = block.code.get(at) {
            if let Op::Guard { relation, .. } = instruction.op {
                let args: Vec<String> = instruction.args.iter().map(|&arg| body.name(arg)).collect();
                let (yes, no): (Vec<_>, Vec<_>) = paths.iter().partition(|path| path.holds(at));
                lines.push(&format!("if {} {{", comparison(relation, &args)));
                self.side(lines, &yes, block.results.len(), at + 1)?;
                lines.push("} else {");
                self.side(lines, &no, block.results.len(), at + 1)?;
                lines.push("}");
                return Ok(());
            }
            if paths.iter().any(|path| path.needed[at]) {
                body.instruction(lines, at as u32, instruction)?;
            }
            at += 1;
        }
        let results: Vec<String> = block.results.iter().map(|&result| body.name(result)).collect();
        lines.push(&format!("[{}]", results.join(", ")));
        Ok(())
    }

    /// The paths on one side of a comparison, if there are any.
    fn side(&mut self, lines: &mut Lines, paths: &[&Path<R>], arity: usize, at: usize) -> Result<(), Error> {
        lines.indented(|lines| {
            if paths.is_empty() {
                lines.push(&format!("[F::NAN; {arity}]"));
                return Ok(());
            }
            self.tree(lines, paths, at)
        })
    }
}

/// A derivative as it goes at a point, and which of its instructions are needed.
struct Path<R> {
    block: Block<R>,
    needed: Vec<bool>,
}

impl<R: Real> Path<R> {
    fn of(block: Block<R>) -> Self {
        Self { needed: needed(&block), block }
    }

    /// The outcome of the comparison that is instruction `at`.
    fn holds(&self, at: usize) -> bool {
        matches!(self.block.code[at].op, Op::Guard { expected: true, .. })
    }
}

/// Arguments on all sides of what rows of any number of arguments compare with …
const PROBES: [f64; 14] =
    [0.3, -0.3, 2.0, -2.0, 0.0, -0.0, 1.0, 800.0, -800.0, 1e300, -1e300, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];

/// … and of one or two, besides: with and without a float of one less …
const MORE_PROBES: [f64; 20] = [
    -1.0, 0.5, -0.5, 0.7, -0.7, 0.9, -0.9, 1.5, -1.5, 1.7, -1.3, 3.0, -3.0, 17.3, -17.9, 30.0, -30.0, 401.3, -401.7,
    0.1,
];

/// … and these powers of the largest float, with their reciprocals.
const POWERS: [f64; 6] = [0.03125, 0.125, 0.25, 0.5, 0.75, 0.875];

/// The probes for a row of so many arguments, and the least and the largest floats.
fn probes<R: Real>(arity: usize) -> Vec<R> {
    let (more, powers): (&[f64], &[f64]) = if arity < 3 { (&MORE_PROBES, &POWERS) } else { (&[], &[]) };
    let edges = [R::max_value(), R::min_positive_value(), R::min_positive_value() * R::narrow(0.125)];
    let powers = powers.iter().map(|&power| R::max_value().powf(R::narrow(power))).flat_map(|x| [x, x.recip()]);
    let large = edges.into_iter().chain(powers).flat_map(|x| [x, -x]);
    PROBES.iter().chain(more).map(|&probe| R::narrow(probe)).chain(large).collect()
}

/// Sixteen steps to the octave from ¹⁄₁₆ to 2048, one beyond, of both signs.
fn sizes() -> impl Iterator<Item = f64> {
    let near = (-64..=176).map(|k| (f64::from(k) / 16.0).exp2());
    let far = (-1074..=1023).map(|k| f64::from(k).exp2());
    near.chain(far).flat_map(|size| [size, -size])
}

/// Points with the probes in all places, up to three of them. Rows of more ask about all arguments together: the probes are in
/// the first place, in the last, and in all.
fn points<R: Real>(arity: usize) -> Vec<Vec<R>> {
    let probes = probes(arity);
    if arity == 1 {
        return probes.into_iter().chain(sizes().map(R::narrow)).map(|probe| vec![probe]).collect();
    }
    if arity <= 3 {
        return (0..arity).fold(vec![vec![]], |points, _| {
            points.iter().flat_map(|point| probes.iter().map(|&probe| [&point[..], &[probe]].concat())).collect()
        });
    }
    let base: Vec<R> = (0..arity).map(|i| R::narrow(0.3 + i as f64)).collect();
    let at = |place: usize, probe: R| {
        let mut point = base.clone();
        point[place] = probe;
        point
    };
    probes.iter().flat_map(|&probe| [at(0, probe), at(arity - 1, probe), vec![probe; arity]]).collect()
}

/// The paths through a derivative that some points take.
fn paths<R: Real>(gate: &Gate<R>, order: u32, arity: usize) -> Result<Vec<Path<R>>, Error> {
    if order > 2 {
        return Err(unsupported(gate.name(), "derivatives of third order and higher are for the other backends"));
    }
    let mut paths = BTreeMap::new();
    for point in points::<R>(arity) {
        let block = path(gate, order, &point)?;
        if block.code.iter().any(|instruction| matches!(instruction.op, Op::Exactly { .. })) {
            return Err(unsupported(gate.name(), "its partials look at floats and not just at their order"));
        }
        paths.entry(outcomes(&block)).or_insert_with(|| Path::of(block));
    }
    Ok(paths.into_values().collect())
}

/// How the comparisons of a path came out: what tells it from the others.
fn outcomes<R: Real>(block: &Block<R>) -> Vec<bool> {
    let outcome = |instruction: &Instruction<R>| match instruction.op {
        Op::Guard { expected, .. } => Some(expected),
        _ => None,
    };
    block.code.iter().filter_map(outcome).collect()
}

/// The derivative as it goes at a point.
fn path<R: Real>(gate: &Gate<R>, order: u32, point: &[R]) -> Result<Block<R>, Error> {
    let recorder = Recorder::new(usize::MAX, false);
    let directions: Vec<R> = (0..point.len()).map(|i| R::narrow(0.6 + 0.1 * i as f64)).collect();
    let values = [point, if order == 1 { &[] } else { &directions }].concat();
    let values = if order == 1 { [&values[..], &[gate.value(point)]].concat() } else { values };
    let first = recorder.parameter(0, values.len() as u32);
    let nodes: Vec<Node<'_, R>> = (0..).zip(&values).map(|(at, &value)| recorder.node(first.plus(at), value)).collect();
    let mut out = vec![Node::constant(R::zero()); point.len()];
    match gate {
        Gate::Unary(op) => record(&One(*op), order, &nodes, &mut out),
        Gate::Binary(op) => record(&Two(*op), order, &nodes, &mut out),
        Gate::Nary(op) => record(&Many(*op), order, &nodes, &mut out),
        Gate::Own(_) => return Err(unsupported(gate.name(), "write the function by hand from `listing`")),
    }
    let results = out.into_iter().map(|partial| recorder.operand(partial)).collect();
    recorder.finish(results)
}

/// Runs the row's partials over nodes; of second order, along a direction.
fn record<'g, R: Real>(row: &impl Row<R>, order: u32, nodes: &[Node<'g, R>], out: &mut [Node<'g, R>]) {
    let arity = out.len();
    if order == 1 {
        row.edges(&nodes[..arity], nodes[arity], |i, partial| out[i] = partial);
    } else {
        let argument = |i| Tangent { primal: nodes[i], tangent: nodes[arity + i] };
        once(row, arity, argument, |i, partial: Tangent<Node<'g, R>>| out[i] = partial.tangent);
    }
}
