//! Derivatives of rows of the table as functions of Rust, found by recording the row itself.
//!
//! The partials of a row that only compares its arguments take one path for each outcome of the comparisons. Recording them at
//! many points finds the paths; each is right wherever its comparisons come out as they did, and where none does the result is NaN.

use anygrad_core::{Error, Real, Scalar};

use super::Helpers;
use super::body::{Body, Home, Lines};
use super::gate::unsupported;
use crate::code::{Block, Gate, Op};
use crate::derive::{Many, One, Partials as Row, Two, once};
use crate::node::Node;
use crate::prune::prune;
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
                for (k, block) in paths.iter().enumerate() {
                    self.path(lines, k, block)?;
                }
                lines.push(&format!("[F::NAN; {arity}]"));
                Ok(())
            })?;
            lines.push("}");
            Ok(())
        })?;
        let text = lines.into_text();
        self.partials.functions.push(Function { gate: gate.clone(), order, arity, name: name.clone(), text });
        Ok(name)
    }

    /// One path: it returns, or leaves its block where a comparison comes out otherwise.
    fn path(&mut self, lines: &mut Lines, k: usize, block: &Block<R>) -> Result<(), Error> {
        lines.push(&format!("'path{k}: {{"));
        lines.indented(|lines| {
            let fail = format!("break 'path{k};");
            let mut body =
                Body { helpers: self, block, prefix: String::new(), parameters: vec![Home::array("x")], fail };
            body.write(lines)?;
            let results: Vec<String> = block.results.iter().map(|&result| body.name(result)).collect();
            lines.push(&format!("return [{}];", results.join(", ")));
            Ok(())
        })?;
        lines.push("}");
        Ok(())
    }
}

/// Arguments on all sides of what rows compare with.
const PROBES: [f64; 20] = [
    0.3,
    -0.3,
    0.7,
    2.0,
    -2.0,
    0.0,
    -0.0,
    1.0,
    -1.0,
    30.0,
    -30.0,
    800.0,
    -800.0,
    1e-310,
    -1e-310,
    1e300,
    -1e300,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// Sixteen steps to the octave from ¹⁄₁₆ to 2048, one beyond, of both signs.
fn sizes() -> impl Iterator<Item = f64> {
    let near = (-64..=176).map(|k| (f64::from(k) / 16.0).exp2());
    let far = (-1074..=1023).map(|k| f64::from(k).exp2());
    near.chain(far).flat_map(|size| [size, -size])
}

/// Points with the probes in all places, up to three of them; beyond that in one place at a time.
fn points<R: Real>(arity: usize) -> Vec<Vec<R>> {
    let probes = || PROBES.iter().map(|&probe| R::narrow(probe));
    if arity == 1 {
        return PROBES.into_iter().chain(sizes()).map(|probe| vec![R::narrow(probe)]).collect();
    }
    if arity <= 3 {
        return (0..arity).fold(vec![vec![]], |points, _| {
            points.iter().flat_map(|point| probes().map(|probe| [&point[..], &[probe]].concat())).collect()
        });
    }
    let base: Vec<R> = (0..arity).map(|i| R::narrow(0.3 + i as f64)).collect();
    let moved = |i: usize| probes().map(move |probe| (i, probe));
    let changed = (0..arity).flat_map(moved).map(|(i, probe)| {
        let mut point = base.clone();
        point[i] = probe;
        point
    });
    changed.chain(probes().map(|probe| vec![probe; arity])).collect()
}

/// The paths through a derivative that some points take.
fn paths<R: Real>(gate: &Gate<R>, order: u32, arity: usize) -> Result<Vec<Block<R>>, Error> {
    if order > 2 {
        return Err(unsupported(gate.name(), "derivatives of third order and higher are for the other backends"));
    }
    let mut paths: Vec<(String, Block<R>)> = Vec::new();
    for point in points::<R>(arity) {
        let block = path(gate, order, &point)?;
        if block.code.iter().any(|instruction| matches!(instruction.op, Op::Exactly { .. })) {
            return Err(unsupported(gate.name(), "its partials look at floats; differentiate by another backend"));
        }
        // Not compared by floats, among which NaN is no path of its own.
        let spelled = spelled(&block);
        if paths.iter().all(|(other, _)| *other != spelled) {
            paths.push((spelled, block));
        }
    }
    Ok(paths.into_iter().map(|(_, block)| block).collect())
}

/// The code, without the lines that made the comparisons.
fn spelled<R: Real>(block: &Block<R>) -> String {
    let mut text = format!("{:?}", block.results);
    for instruction in &block.code {
        match &instruction.op {
            Op::Guard { relation, expected, .. } => text += &format!("{relation:?}{expected}{:?}", instruction.args),
            op => text += &format!("{op:?}{:?}", instruction.args),
        }
    }
    text
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
    Ok(prune(recorder.finish(results)?))
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
