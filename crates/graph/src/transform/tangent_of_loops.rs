//! Tangents through loops.

use anygrad_core::{Error, Real, Scalar};
use rustc_hash::FxHashMap;

use super::copy::Copied;
use super::draft::Draft;
use super::loops::Part;
use super::tangent::Push;
use crate::code::{Block, Loop, Op, Operand, Span};
use crate::node::Node;
use crate::repeat::array;

impl<'g, R: Real> Push<'_, 'g, '_, R> {
    /// Copies a loop with the tangents of all that it computes.
    pub(super) fn push_loop(&mut self, def: u32, body: &Loop<R>) -> Result<(), Error> {
        let copied = &self.copied;
        let rows: Vec<Option<Operand>> = (0..body.rows.len()).map(|k| self.tangent_array(body.array_of(k))).collect();
        let captures: Vec<Option<Operand>> = body.captures.iter().map(|&span| self.tangent_array(span)).collect();
        let carried: Vec<Option<Node<'g, R>>> = body.carry.iter().map(|&operand| self.tangent(operand)).collect();
        if rows.iter().chain(&captures).all(Option::is_none) && carried.iter().all(Option::is_none) {
            self.copied.copy_loop(body);
            return Ok(());
        }
        let mut draft = Draft::like(copied, body);
        let zero = Node::constant(R::zero());
        let moved = carried.iter().map(|tangent| copied.recorder.operand(tangent.unwrap_or(zero)));
        draft.carry = body.carry.iter().map(|&operand| copied.at(operand)).chain(moved).collect();
        let numbers: Vec<Option<u32>> = rows
            .iter()
            .zip(&body.rows)
            .map(|(first, row)| first.map(|first| draft.add_rows(first, row.layout)))
            .collect();
        draft.sums = 2 * body.sums;
        draft.outs = [&*body.outs, &*body.outs].concat();
        for path in &body.body {
            draft.open();
            let results = self.push_path(&draft, body, path, (&numbers, &captures))?;
            draft.close(&results);
        }
        self.place_pushed(def, body, draft.finish());
        Ok(())
    }

    /// The tangents of an array, side by side; none if no element has one.
    fn tangent_array(&self, span: Span) -> Option<Operand> {
        let tangents: Vec<_> = (0..span.len).map(|at| self.tangent(span.first.plus(at))).collect();
        tangents.iter().any(Option::is_some).then(|| {
            let zero = Node::constant(R::zero());
            let nodes: Vec<Node<'g, R>> = tangents.into_iter().map(|tangent| tangent.unwrap_or(zero)).collect();
            array(self.copied.recorder, &nodes)
        })
    }

    /// One path of the body, with tangents: the results in the order of the new loop.
    fn push_path(
        &self,
        draft: &Draft<'g, R>,
        body: &Loop<R>,
        path: &Block<R>,
        (rows, captures): (&[Option<u32>], &[Option<Operand>]),
    ) -> Result<Vec<Node<'g, R>>, Error> {
        let recorder = self.copied.recorder;
        let mut inner =
            Push { copied: Copied::of(recorder, path), partials: self.partials, tangents: FxHashMap::default() };
        for (def, instruction) in (0..).zip(&path.code) {
            let Op::Parameter(k) = instruction.op else {
                inner.step(def, instruction)?;
                continue;
            };
            let part = body.part(k);
            let len = instruction.width;
            let tangent = match part {
                Part::Row(k) => rows[k].map(|number| draft.row(number)),
                Part::Capture(k) => captures[k].map(|first| draft.outer(Span { first, len })),
                Part::State => Some(draft.state().plus(body.state_len())),
            };
            inner.copied.place(self.copied.parameter(draft, &part), tangent.is_some());
            for at in 0..len {
                if let Some(first) = tangent {
                    inner.tangents.insert(Operand { def, at }, recorder.node(first.plus(at), R::nan()));
                }
            }
        }
        let values = inner.copied.nodes(&path.results);
        let zero = Node::constant(R::zero());
        let tangents: Vec<_> = path.results.iter().map(|&result| inner.tangent(result).unwrap_or(zero)).collect();
        let (c, s) = (body.carry.len(), body.carry.len() + body.sums as usize);
        let parts = [0..c, c..s, s..values.len()];
        Ok(parts.into_iter().flat_map(|part| [&values[part.clone()], &tangents[part]].concat()).collect())
    }

    /// Says where the values of the old loop and their tangents are in the new one.
    fn place_pushed(&mut self, def: u32, body: &Loop<R>, first: Operand) {
        let (c, s) = (body.state_len(), body.sums);
        let outs = body.width() - c - s;
        let old = [0, c, c + s];
        let new = [first, first.plus(2 * c), first.plus(2 * c + 2 * s)];
        self.copied.place_parts(old.into_iter().zip(new).collect(), true);
        for (part, len) in [c, s, outs].into_iter().enumerate() {
            for at in 0..len {
                let tangent = self.copied.recorder.node(new[part].plus(len + at), R::nan());
                self.tangents.insert(Operand { def, at: old[part] + at }, tangent);
            }
        }
    }
}
