//! `Draft`: a loop in the making, one path of its body after the other.

use anygrad_core::Real;
use anygrad_core::loops::Storage;

use super::copy::Copied;
use crate::code::{Layout, Loop, Operand, Row, Span};
use crate::frame::Frame;
use crate::node::Node;
use crate::recorder::Recorder;
use crate::repeat::{STATE, bodies};

/// A loop in the making. Its operands are of the innermost block at the time when it is begun.
pub(crate) struct Draft<'g, R> {
    pub(crate) recorder: &'g Recorder<R>,
    /// The block that the loop is to stand in.
    home: u32,
    pub(crate) trips: u32,
    pub(crate) reversed: bool,
    pub(crate) storage: Storage,
    pub(crate) rows: Vec<Row>,
    /// What the loop that this one is made from captures, as it is now.
    pub(crate) captures: Vec<Span>,
    pub(crate) carry: Vec<Operand>,
    pub(crate) sums: u32,
    pub(crate) outs: Vec<Layout>,
    paths: Vec<(Frame<R>, Vec<Operand>)>,
}

impl<'g, R: Real> Draft<'g, R> {
    /// A loop with as many trips as another one, and nothing else yet.
    pub(crate) fn new(recorder: &'g Recorder<R>, trips: u32) -> Self {
        let home = recorder.top(|frame| frame.id);
        Self {
            recorder,
            home,
            trips,
            reversed: false,
            storage: Storage::All,
            rows: Vec::new(),
            captures: Vec::new(),
            carry: Vec::new(),
            sums: 0,
            outs: Vec::new(),
            paths: Vec::new(),
        }
    }

    /// The rows and the settings of a loop that was copied, without its state.
    pub(crate) fn like(copied: &Copied<'g, '_, R>, body: &Loop<R>) -> Self {
        let rows = body.rows.iter().map(|row| {
            let span = Span { first: row.first, len: row.layout.len(body.trips) };
            Row { first: copied.span(span).first, ..*row }
        });
        let rows = rows.collect();
        let captures = body.captures.iter().map(|&span| copied.span(span)).collect();
        Self {
            rows,
            captures,
            reversed: body.reversed,
            storage: body.storage,
            ..Self::new(copied.recorder, body.trips)
        }
    }

    /// Adds rows and returns their number.
    pub(crate) fn add_rows(&mut self, first: Operand, layout: Layout) -> u32 {
        self.rows.push(Row { first, layout });
        self.rows.len() as u32 - 1
    }

    /// Begins a path through the body.
    pub(crate) fn open(&self) {
        self.recorder.open();
    }

    /// The part of the current row that lies in these rows.
    pub(crate) fn row(&self, number: u32) -> Operand {
        self.recorder.parameter(number, self.rows[number as usize].layout.width)
    }

    /// The state that the current row begins with.
    pub(crate) fn state(&self) -> Operand {
        self.recorder.parameter(STATE, self.carry.len() as u32)
    }

    /// Numbers from around the loop.
    pub(crate) fn outer(&self, span: Span) -> Operand {
        self.recorder.import(self.home, span, &[])
    }

    /// Numbers of the body as nodes.
    pub(crate) fn nodes(&self, first: Operand, len: u32) -> Vec<Node<'g, R>> {
        (0..len).map(|at| self.recorder.node(first.plus(at), R::nan())).collect()
    }

    /// Ends the path, with its results: the state, the terms of the sums, the outputs.
    pub(crate) fn close(&mut self, results: &[Node<'g, R>]) {
        let results = results.iter().map(|&result| self.recorder.operand(result)).collect();
        let mut frame = self.recorder.close();
        let results = frame.in_order(results);
        self.paths.push((frame, results));
    }

    /// The loop as an instruction: where its values begin, and the loop.
    pub(crate) fn finish(self) -> Operand {
        let (captures, body) = bodies(self.paths, self.rows.len());
        self.recorder.emit_loop(Loop {
            trips: self.trips,
            reversed: self.reversed,
            storage: self.storage,
            body,
            rows: self.rows,
            captures,
            carry: self.carry,
            sums: self.sums,
            outs: self.outs,
        })
    }
}
