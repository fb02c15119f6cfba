//! Loops while recording: one body for all rows that take the same path through it.

use std::borrow::Cow;

use anygrad_core::Real;
use anygrad_core::loops::{Repeat, Strip};

use crate::code::{Block, Instruction, Layout, Loop, Op, Operand, Row, Span};
use crate::frame::{Capture, Frame, trial};
use crate::machine::{self, Chunk};
use crate::node::Node;
use crate::prune::prune;
use crate::recorder::Recorder;
use crate::run::Sum;

/// The number of the state's parameter until the body is complete.
pub(crate) const STATE: u32 = u32::MAX - 1;

/// Runs a loop that computes with nodes: records its body, or runs it plainly if nothing in it is recorded.
pub(crate) fn repeat<'g, R: Real, L: Repeat<Node<'g, R>>>(body: L) -> L::Output {
    if body.trips() == 0 {
        return body.run();
    }
    let Some(recorder) = recorder_of(&body) else { return body.run() };
    let Ok(trips) = u32::try_from(body.trips()) else { return body.run() };
    let values = Recording::of(recorder, &body, trips).finish();
    body.finish(&values)
}

/// The recorder of the numbers that a loop computes with, some of which may be outside of its rows and its state: the first
/// row tells.
fn recorder_of<'g, R: Real, L: Repeat<Node<'g, R>>>(body: &L) -> Option<&'g Recorder<R>> {
    let (mut found, mut parts) = (None, Vec::new());
    body.strips(&mut |strip| match strip {
        Strip::Values { values, width, .. } => {
            found = found.or_else(|| values.iter().find_map(Node::recorder));
            parts.push(values[..width].to_vec());
        }
        Strip::Data { values, width } => {
            parts.push(values[..width].iter().map(|&datum| Node::constant_of(datum)).collect());
        }
    });
    let state = body.initial();
    found.or_else(|| state.iter().find_map(Node::recorder)).or_else(|| {
        let (results, outermost) = trial(|| body.body(&parts, &state));
        let recorder = results.iter().find_map(Node::recorder)?;
        if outermost {
            recorder.forget_trial();
        }
        Some(recorder)
    })
}

/// A strip with its floats at the point of recording.
struct Values<'l, R: Real> {
    values: Cow<'l, [R]>,
    layout: Layout,
}

impl<R: Real> Values<'_, R> {
    fn strip(&self) -> machine::Strip<'_, R> {
        machine::Strip { values: &self.values, layout: self.layout }
    }
}

/// One path through a body.
struct Path<R> {
    frame: Frame<R>,
    results: Vec<Operand>,
    path: machine::Path<R>,
}

struct Recording<'g, 'l, R: Real, L> {
    recorder: &'g Recorder<R>,
    body: &'l L,
    trips: u32,
    rows: Vec<Row>,
    strips: Vec<Values<'l, R>>,
    initial: Vec<Node<'g, R>>,
    paths: Vec<Path<R>>,
    /// The state, then the sums, then the outputs: floats at the point of recording.
    state: Vec<R>,
    sums: Vec<Sum<R>>,
    outputs: Vec<R>,
}

impl<'g: 'l, 'l, R: Real, L: Repeat<Node<'g, R>>> Recording<'g, 'l, R, L> {
    fn of(recorder: &'g Recorder<R>, body: &'l L, trips: u32) -> Self {
        let (mut rows, mut strips) = (Vec::new(), Vec::new());
        body.strips(&mut |strip| {
            let (first, values, width, step) = match strip {
                Strip::Values { values, width, step } => {
                    let floats = values.iter().map(Node::value).collect();
                    (array(recorder, values), Cow::Owned(floats), width, step)
                }
                Strip::Data { values, width } => (recorder.data(values), Cow::Borrowed(values), width, width),
            };
            let layout = Layout { width: width as u32, step: step as u32 };
            rows.push(Row { first, layout });
            strips.push(Values { values, layout });
        });
        let initial = body.initial();
        let state = initial.iter().map(Node::value).collect();
        let sums = vec![Sum::new(); body.sums()];
        Self { recorder, body, trips, rows, strips, initial, paths: Vec::new(), state, sums, outputs: Vec::new() }
    }

    /// Runs all rows, and makes the loop an instruction; returns what it defines.
    fn finish(mut self) -> Vec<Node<'g, R>> {
        let mut chunk = Chunk::of(!self.state.is_empty());
        let width = chunk.width();
        for first in (0..self.trips).step_by(width as usize) {
            chunk.begin(first, width.min(self.trips - first));
            (0..self.paths.len()).for_each(|path| self.run(path, &mut chunk));
            while let Some((row, _)) = chunk.open_rows() {
                let results = self.record(row);
                chunk.close(row, results.into_iter());
                self.run(self.paths.len() - 1, &mut chunk);
            }
            self.keep(&chunk);
        }
        self.into_nodes()
    }

    /// Runs the rows that take a path.
    fn run(&mut self, path: usize, chunk: &mut Chunk<R>) {
        let Self { paths, strips, state, .. } = self;
        paths[path].path.run(chunk, |k| strips[k].strip(), state);
    }

    /// Takes the results of rows in.
    fn keep(&mut self, chunk: &Chunk<R>) {
        let states = self.state.len();
        self.state.iter_mut().zip(chunk.results(0)).for_each(|(state, lanes)| *state = lanes[0]);
        for (sum, terms) in self.sums.iter_mut().zip(chunk.results(states)) {
            // A copy, which need not go through memory.
            let mut total = *sum;
            (chunk.first()..).zip(terms).for_each(|(row, &term)| total.add(row, term));
            *sum = total;
        }
        for lane in 0..chunk.len() as usize {
            self.outputs.extend(chunk.results(states + self.sums.len()).map(|lanes| lanes[lane]));
        }
    }

    /// Records the path of a row that takes none of those known.
    fn record(&mut self, row: u32) -> Vec<R> {
        let recorder = self.recorder;
        recorder.open();
        let nodes = |parameter: u32, values: &[R]| -> Vec<Node<'g, R>> {
            let first = recorder.parameter(parameter, values.len() as u32);
            (0..).zip(values).map(|(at, &value)| recorder.node(first.plus(at), value)).collect()
        };
        let parts: Vec<_> = (0..).zip(&self.strips).map(|(k, strip)| nodes(k, strip.strip().row(row))).collect();
        let state = nodes(STATE, &self.state);
        let results = self.body.body(&parts, &state);
        let operands: Vec<Operand> = results.iter().map(|&result| recorder.operand(result)).collect();
        let frame = recorder.close();
        let spans: Vec<Span> = frame.captures.iter().map(|capture| capture.outer).collect();
        let block = prune(settled(&frame, self.rows.len(), &spans, operands.clone()));
        let mut path = machine::Path::of(&block, self.rows.len() as u32, spans.len() as u32);
        path.begin(frame.captures.iter().map(|capture| &*capture.values));
        self.paths.push(Path { frame, results: operands, path });
        results.iter().map(Node::value).collect()
    }

    fn into_nodes(self) -> Vec<Node<'g, R>> {
        let paths = self.paths.into_iter().map(|path| (path.frame, path.results)).collect();
        let (captures, body) = bodies(paths, self.rows.len());
        let outputs = (self.outputs.len() / self.trips as usize) as u32;
        let body = Loop {
            trips: self.trips,
            reversed: false,
            storage: self.body.storage(),
            body,
            rows: self.rows,
            captures,
            carry: self.initial.iter().map(|&node| self.recorder.operand(node)).collect(),
            sums: self.sums.len() as u32,
            outs: if outputs > 0 { vec![Layout { width: outputs, step: outputs }] } else { Vec::new() },
        };
        let first = self.recorder.emit_loop(body);
        let values = self.state.into_iter().chain(self.sums.into_iter().map(Sum::total)).chain(self.outputs);
        (0..).zip(values).map(|(at, value)| self.recorder.node(first.plus(at), value)).collect()
    }
}

/// Where an array of numbers is in the innermost block; numbers from here and there are put side by side.
pub(crate) fn array<'g, R: Real>(recorder: &'g Recorder<R>, nodes: &[Node<'g, R>]) -> Operand {
    let place = |at: usize| nodes[at].place();
    if let Some((frame, first)) = nodes.first().and_then(Node::place)
        && (0..nodes.len()).all(|at| place(at) == Some((frame, first.plus(at as u32))))
    {
        let values: Vec<R> = nodes.iter().map(Node::value).collect();
        return recorder.import(frame, Span { first, len: nodes.len() as u32 }, &values);
    }
    recorder.emit(Op::Pack, nodes, nodes.len() as u32)
}

/// What the paths through a body capture, one or another of them, and their blocks.
pub(crate) fn bodies<R: Real>(paths: Vec<(Frame<R>, Vec<Operand>)>, rows: usize) -> (Vec<Span>, Vec<Block<R>>) {
    let mut captures: Vec<Span> = Vec::new();
    for Capture { outer, .. } in paths.iter().flat_map(|(frame, _)| &frame.captures) {
        if !captures.contains(outer) {
            captures.push(*outer);
        }
    }
    let blocks = paths.into_iter().map(|(frame, results)| prune(settled(&frame, rows, &captures, results))).collect();
    (captures, blocks)
}

/// The block of a body, its parameters numbered: the rows, what is captured, the state.
fn settled<R: Real>(frame: &Frame<R>, rows: usize, captures: &[Span], results: Vec<Operand>) -> Block<R> {
    let number = |def: usize, parameter: u32| match parameter {
        STATE => (rows + captures.len()) as u32,
        u32::MAX => {
            let own = frame.captures.iter().find(|capture| capture.def as usize == def).map(|capture| capture.outer);
            let place = captures.iter().position(|&span| Some(span) == own);
            (rows + place.unwrap_or(0)) as u32
        }
        row => row,
    };
    let code = frame.code.iter().enumerate().map(|(def, instruction)| match instruction.op {
        Op::Parameter(k) => Instruction { op: Op::Parameter(number(def, k)), ..instruction.clone() },
        _ => instruction.clone(),
    });
    Block { code: code.collect(), results }
}
