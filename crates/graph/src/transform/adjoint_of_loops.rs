//! Adjoints through loops.

use anygrad_core::{Error, Real, Scalar};

use super::adjoint::{Adjoints, Sweep};
use super::copy::Copied;
use super::draft::Draft;
use super::loops::Part;
use crate::code::{Block, Layout, Loop, Op, Operand};
use crate::frame::Replaced;
use crate::node::Node;
use crate::repeat::array;

impl<'g, R: Real> Sweep<'_, 'g, '_, R> {
    /// The adjoints of what a loop reads, from those of what it defines: a loop of its own, the last row first. Where rows do not
    /// wait for each other, and their seeds are known before, that loop does the work of the first one as well.
    pub(super) fn pass_loop(&mut self, def: u32, body: &Loop<R>, adjoints: &Adjoints<'g, R>) -> Result<(), Error> {
        let (copied, width) = (self.copied, body.width());
        let elements = adjoints.elements(copied.recorder, width);
        let zero = Node::constant(R::zero());
        let mut draft = Draft::like(copied, body);
        let (c, s) = (body.carry.len(), body.sums as usize);
        draft.reversed = body.reversed != (c > 0);
        draft.carry = elements[..c].iter().map(|adjoint| copied.recorder.operand(adjoint.unwrap_or(zero))).collect();
        let seeds: Vec<Option<Node<'g, R>>> = elements[c..c + s].to_vec();
        // The adjoints of the outputs come along as rows.
        let mut outs = Vec::new();
        for (k, &layout) in body.outs.iter().enumerate() {
            let own = &elements[body.first_out(k) as usize..][..layout.len(body.trips) as usize];
            outs.push(own.iter().any(Option::is_some).then(|| {
                let nodes: Vec<_> = own.iter().map(|adjoint| adjoint.unwrap_or(zero)).collect();
                draft.add_rows(array(copied.recorder, &nodes), layout)
            }));
        }
        let states = (c > 0).then(|| {
            let first = copied.at(Operand { def, at: 0 }).plus(width);
            let width = (c + body.kept().len()) as u32;
            draft.add_rows(first, Layout { width, step: width })
        });
        let active_rows: Vec<usize> = (0..body.rows.len()).filter(|&k| copied.is_active(body.rows[k].first)).collect();
        let active_captures: Vec<usize> =
            (0..body.captures.len()).filter(|&k| copied.is_active(body.captures[k].first)).collect();
        let forward = copied.at(Operand { def, at: 0 }).def;
        let given = seeds.iter().flatten().map(|&seed| copied.recorder.operand(seed));
        let given = given.chain(draft.rows.iter().map(|row| row.first)).collect();
        let does_both = c == 0 && copied.recorder.top(|frame| frame.may_replace(forward, given));
        let first_out = if does_both { body.outs.len() } else { 0 };
        draft.outs = body.outs[..first_out].to_vec();
        draft.outs.extend(active_rows.iter().map(|&k| body.rows[k].layout));
        let sums: u32 = active_captures.iter().map(|&k| body.captures[k].len).sum();
        draft.sums = sums + if does_both { body.sums } else { 0 };
        for path in &body.body {
            draft.open();
            let passed =
                self.pass_path(&draft, body, path, (&seeds, &outs, states), (&active_rows, &active_captures))?;
            draft.close(&if does_both { passed.with_values(s, sums as usize) } else { passed.adjoints });
        }
        let values = if does_both { body.width() } else { 0 };
        let first_sum = if does_both { body.sums } else { body.state_len() };
        let first = draft.finish();
        if does_both {
            let replaced = Replaced { old: forward, new: first.def, sums: body.sums, shift: sums };
            copied.recorder.top(|frame| frame.replace(replaced));
        }
        let found = (first.plus(first_sum), first.plus(if does_both { values + sums } else { first_sum + sums }));
        for (at, &operand) in (0..).zip(&body.carry) {
            self.add(operand, copied.recorder.node(first.plus(at), R::nan()));
        }
        self.add_loop(body, found, (&active_rows, &active_captures));
        Ok(())
    }

    /// One path of the reversed body: its results are the adjoints of the state, of what is captured, and of the rows.
    fn pass_path(
        &self,
        draft: &Draft<'g, R>,
        body: &Loop<R>,
        path: &Block<R>,
        (seeds, outs, states): (&[Option<Node<'g, R>>], &[Option<u32>], Option<u32>),
        (active_rows, active_captures): (&[usize], &[usize]),
    ) -> Result<Passed<'g, R>, Error> {
        let copied = self.copied;
        let is_active = |part: &Part| match part {
            Part::Row(k) => active_rows.contains(k),
            Part::Capture(k) => active_captures.contains(k),
            Part::State => true,
        };
        let mut inner = Copied::of(copied.recorder, path);
        let kept = body.kept();
        let mut values = states.map(|states| draft.row(states).plus(body.state_len()));
        for (def, instruction) in (0..).zip(&path.code) {
            let Op::Parameter(k) = instruction.op else {
                match values.as_mut().filter(|_| kept.binary_search(&def).is_ok()) {
                    Some(value) => {
                        inner.place_like(instruction, *value);
                        *value = value.plus(1);
                    }
                    None => inner.copy(instruction),
                }
                continue;
            };
            let part = body.part(k);
            let first = match (&part, states) {
                // The state is that of the forward loop; the adjoint is carried.
                (Part::State, Some(states)) => draft.row(states),
                _ => copied.parameter(draft, &part),
            };
            inner.place(first, is_active(&part));
        }
        let mut sweep = Sweep::new(&inner, self.partials);
        let (c, s) = (body.carry.len(), body.sums as usize);
        if c > 0 {
            let state = draft.state();
            for (at, &result) in (0..).zip(&path.results[..c]) {
                sweep.add(result, copied.recorder.node(state.plus(at), R::nan()));
            }
        }
        for (&result, seed) in path.results[c..].iter().zip(seeds) {
            if let Some(seed) = seed {
                sweep.add(result, *seed);
            }
        }
        let mut results = path.results[c + s..].iter();
        for (layout, number) in body.outs.iter().zip(outs) {
            for (at, &result) in (0..layout.width).zip(&mut results) {
                if let Some(number) = number {
                    sweep.add(result, copied.recorder.node(draft.row(*number).plus(at), R::nan()));
                }
            }
        }
        let found = sweep.finish()?;
        let of = |wanted: &dyn Fn(&Part) -> bool, width: u32| -> Vec<Node<'g, R>> {
            let zero = Node::constant(R::zero());
            let def = path.code.iter().position(|i| matches!(i.op, Op::Parameter(k) if wanted(&body.part(k))));
            let own = def.and_then(|def| found.get(&(def as u32)));
            let elements = own.map(|own| own.elements(copied.recorder, width));
            let elements = elements.unwrap_or_else(|| vec![None; width as usize]);
            elements.into_iter().map(|adjoint| adjoint.unwrap_or(zero)).collect()
        };
        let mut adjoints = of(&|part| matches!(part, Part::State), body.state_len());
        for &k in active_captures {
            adjoints.extend(of(&|part| matches!(part, Part::Capture(i) if *i == k), body.captures[k].len));
        }
        for &k in active_rows {
            adjoints.extend(of(&|part| matches!(part, Part::Row(i) if *i == k), body.rows[k].layout.width));
        }
        Ok(Passed { values: inner.nodes(&path.results), adjoints })
    }

    /// Adds what the reversed loop found to the adjoints of what the loop reads.
    fn add_loop(
        &mut self,
        body: &Loop<R>,
        (mut sum, mut out): (Operand, Operand),
        (active_rows, active_captures): (&[usize], &[usize]),
    ) {
        for &k in active_captures {
            self.add_span(body.captures[k], sum);
            sum = sum.plus(body.captures[k].len);
        }
        for &k in active_rows {
            self.add_span(body.array_of(k), out);
            out = out.plus(body.rows[k].layout.len(body.trips));
        }
    }
}

/// What a path of a reversed body computes.
struct Passed<'g, R> {
    /// The results of the path itself.
    values: Vec<Node<'g, R>>,
    /// The adjoints of the state, of what is captured, and of the rows.
    adjoints: Vec<Node<'g, R>>,
}

impl<'g, R: Real> Passed<'g, R> {
    /// The terms of all sums, the path's own first, then all outputs likewise.
    fn with_values(self, terms: usize, sums: usize) -> Vec<Node<'g, R>> {
        let Self { values, adjoints } = self;
        [&values[..terms], &adjoints[..sums], &values[terms..], &adjoints[sums..]].concat()
    }
}
