//! `Figure`: a program as vertices and edges, before any way to write them.

use anygrad_core::Real;

use super::adjoints::Values;
use super::listing::sign;
use super::name::{SUPERSCRIPT, Scope, digits, full_name, number, rounded, with_constant};
use crate::code::{Block, Gate, Instruction, Loop, Op, Operand, Span};

/// A program, or the body of a loop, as a picture.
#[derive(Debug, Default)]
pub(super) struct Figure {
    pub(super) title: String,
    pub(super) vertices: Vec<Vertex>,
    pub(super) edges: Vec<Edge>,
    pub(super) bodies: Vec<Figure>,
}

/// What a vertex stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Parameter,
    Constant,
    Gate,
    Guard,
    Loop,
    Output,
}

#[derive(Debug)]
pub(super) struct Vertex {
    pub(super) id: String,
    pub(super) shape: Shape,
    pub(super) symbol: String,
    pub(super) value: Option<String>,
    pub(super) adjoint: Option<String>,
}

/// An edge, with the element that it carries if there are several.
#[derive(Debug)]
pub(super) struct Edge {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) label: String,
}

/// What is known about the values at some point.
#[derive(Debug)]
pub(super) struct Known<R> {
    pub(super) values: Values<R>,
    /// None for a program of several outputs.
    pub(super) adjoints: Option<Values<R>>,
}

/// So many numbers of one vertex are shown.
const MOST_SHOWN: usize = 4;

/// Draws a block.
pub(super) struct Sketch<'a, R> {
    pub(super) block: &'a Block<R>,
    pub(super) scope: Scope,
    /// Before all names of vertices.
    pub(super) prefix: String,
    pub(super) known: Option<&'a Known<R>>,
    /// The names of the inputs.
    pub(super) names: &'a [String],
}

impl<R: Real> Sketch<'_, R> {
    pub(super) fn draw(&self, title: String) -> Figure {
        let mut figure = Figure { title, ..Figure::default() };
        for (def, instruction) in (0..).zip(&self.block.code) {
            match &instruction.op {
                Op::Parameter(0) if matches!(self.scope, Scope::Program) => {
                    (0..instruction.width).for_each(|at| figure.vertices.push(self.input(at)));
                }
                Op::Parameter(_) if instruction.width == 0 => {}
                Op::Loop(body) => self.draw_loop(&mut figure, def, body),
                _ => {
                    figure.vertices.push(self.vertex(def, instruction));
                    instruction.reads(|span| figure.edges.push(self.edge_of(span, self.id(def))));
                }
            }
        }
        figure
    }

    /// Adds a vertex for each result of the program.
    pub(super) fn draw_outputs(&self, figure: &mut Figure) {
        for (i, &result) in self.block.results.iter().enumerate() {
            let symbol = if self.block.results.len() == 1 { "out".to_owned() } else { format!("out {i}") };
            let id = format!("{}out{i}", self.prefix);
            figure.edges.push(self.edge(result, id.clone()));
            figure.vertices.push(Vertex { id, shape: Shape::Output, symbol, value: None, adjoint: None });
        }
    }

    fn id(&self, def: u32) -> String {
        format!("{}v{def}", self.prefix)
    }

    /// The vertex that a value belongs to.
    fn home(&self, operand: Operand) -> String {
        match self.block.code[operand.def as usize].op {
            Op::Parameter(0) if matches!(self.scope, Scope::Program) => format!("{}x{}", self.prefix, operand.at),
            _ => self.id(operand.def),
        }
    }

    fn edge(&self, operand: Operand, to: String) -> Edge {
        let Instruction { op, width, .. } = &self.block.code[operand.def as usize];
        let is_input = matches!(self.scope, Scope::Program) && matches!(op, Op::Parameter(0));
        let label = if *width == 1 || is_input { String::new() } else { format!("[{}]", operand.at) };
        Edge { from: self.home(operand), to, label }
    }

    /// An edge for all of an array.
    fn edge_of(&self, span: Span, to: String) -> Edge {
        let edge = self.edge(span.first, to);
        if span.len == 1 { edge } else { Edge { label: self.scope.span(self.block, span), ..edge } }
    }

    fn input(&self, at: u32) -> Vertex {
        let operand = Operand { def: 0, at };
        let symbol = self.names.get(at as usize).cloned().unwrap_or_else(|| format!("x{at}"));
        let own = |values: &Values<R>| rounded(values[0][at as usize]);
        let value = self.known.map(|known| own(&known.values));
        let adjoint = self.known.and_then(|known| known.adjoints.as_ref()).map(own);
        Vertex { id: self.home(operand), shape: Shape::Parameter, symbol, value, adjoint }
    }

    fn vertex(&self, def: u32, instruction: &Instruction<R>) -> Vertex {
        let (shape, symbol) = match &instruction.op {
            Op::Parameter(k) => (Shape::Parameter, self.scope.parameter(*k)),
            Op::Constant(c) => (Shape::Constant, number(*c)),
            Op::Gate(gate) => (Shape::Gate, symbol(gate)),
            Op::Derivative { gate, order: 1 } => (Shape::Gate, format!("D {}", full_name(gate))),
            Op::Derivative { gate, order } => {
                (Shape::Gate, format!("D{} {}", digits(order, SUPERSCRIPT), full_name(gate)))
            }
            Op::Masked => (Shape::Gate, "mask".to_owned()),
            Op::Pack => (Shape::Gate, "pack".to_owned()),
            Op::Guard { relation, expected, .. } => {
                let not = if *expected { "" } else { "not " };
                (Shape::Guard, format!("{not}{}", sign(*relation)))
            }
            Op::Exactly { value, .. } => (Shape::Guard, format!("is {}", number(*value))),
            Op::Arrays(on) => (Shape::Gate, on.block.name().to_owned()),
            Op::Loop(body) => (Shape::Loop, format!("loop × {}", body.trips)),
        };
        let has_numbers = !matches!(shape, Shape::Constant | Shape::Guard);
        let known = self.known.filter(|_| has_numbers);
        let own = |values: &Values<R>| listed(&values[def as usize]);
        let adjoints = known.and_then(|known| known.adjoints.as_ref()).filter(|_| shape != Shape::Parameter);
        Vertex {
            id: self.id(def),
            shape,
            symbol,
            value: known.map(|known| own(&known.values)),
            adjoint: adjoints.map(own),
        }
    }

    fn draw_loop(&self, figure: &mut Figure, def: u32, body: &Loop<R>) {
        figure.vertices.push(self.vertex(def, &self.block.code[def as usize]));
        let rows = body.rows.iter().map(|row| Span { first: row.first, len: row.layout.len(body.trips) });
        let mut sources: Vec<Vec<Span>> = rows.chain(body.captures.iter().copied()).map(|span| vec![span]).collect();
        sources.push(body.carry.iter().map(|&operand| operand.into()).collect());
        for (path, block) in body.body.iter().enumerate() {
            let prefix = format!("{}p{path}_", self.id(def));
            let sketch = Sketch { block, scope: Scope::of(body), prefix, known: None, names: &[] };
            let which = if body.body.len() == 1 { String::new() } else { format!(", path {path}") };
            figure.bodies.push(sketch.draw(format!("loop × {}{which}", body.trips)));
            for (inner, instruction) in (0..).zip(&block.code) {
                let Op::Parameter(k) = instruction.op else { continue };
                let spans = sources.get(k as usize).into_iter().flatten().filter(|span| span.len > 0);
                figure.edges.extend(spans.map(|&span| self.span_edge(span, sketch.id(inner))));
            }
            figure.edges.extend(block.results.iter().map(|&result| sketch.edge(result, self.id(def))));
        }
    }

    /// An edge for neighbouring values: from the first of them, if they are inputs.
    fn span_edge(&self, span: Span, to: String) -> Edge {
        let name = self.scope.span(self.block, span);
        let label = name.find('[').map_or_else(String::new, |bracket| name[bracket..].to_owned());
        Edge { label, ..self.edge(span.first, to) }
    }
}

/// The sign of a gate in a picture.
fn symbol<R: Real>(gate: &Gate<R>) -> String {
    match (gate.name(), with_constant(gate)) {
        (_, Some((symbol, constant))) => format!("{} {constant}", if symbol == "·" { "×" } else { symbol }),
        ("add" | "sum", _) => "+".to_owned(),
        ("sub" | "neg", _) => "−".to_owned(),
        ("mul" | "product", _) => "×".to_owned(),
        ("div", _) => "÷".to_owned(),
        ("recip", _) => "1/".to_owned(),
        ("sqrt", _) => "√".to_owned(),
        ("sigmoid", _) => "σ".to_owned(),
        _ => full_name(gate),
    }
}

fn listed<R: Real>(values: &[R]) -> String {
    let mut shown: Vec<String> = values.iter().take(MOST_SHOWN).map(|&value| rounded(value)).collect();
    if values.len() > MOST_SHOWN {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}
