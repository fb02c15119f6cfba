//! Loops in segments, so that their reverse stores the states at the segments' ends only.
//!
//! A loop of `n` steps becomes a loop over segments with a loop over steps in it. The reverse of the outer one stores the state
//! at the start of each segment; its body runs a segment once more, storing all states in it, and then back (Griewank &
//! Walther 2008, §12.2; Chen et al. 2016). Halving does the same with the halves, and so on.

use anygrad_core::Real;
use anygrad_core::loops::Storage;
use smallvec::smallvec;

use crate::code::{Block, Instruction, Layout, Loop, Op, Operand, Row, Span};
use crate::places::{Parts, Places, whole};
use crate::prune::packed;

/// Shorter loops store all their states.
const FEWEST_STEPS: u32 = 4;

/// The block with every loop that does not store all states in segments; none if there is no such loop.
pub(super) fn segmented<R: Real>(block: &Block<R>) -> Option<Block<R>> {
    if !is_cut(block) {
        return None;
    }
    let mut rewriting = Rewriting { code: Vec::new(), places: Places::default() };
    for instruction in &block.code {
        rewriting.rewrite(instruction);
    }
    let results = block.results.iter().map(|&result| rewriting.places.at(result)).collect();
    Some(Block { code: rewriting.code, results })
}

/// Whether some loop of the block, or of the bodies in it, is to be cut.
fn is_cut<R>(block: &Block<R>) -> bool {
    block.code.iter().any(|instruction| match &instruction.op {
        Op::Loop(body) => segment_of(body).is_some() || body.body.iter().any(is_cut),
        _ => false,
    })
}

/// The length of a loop's segments, if it is to be cut.
fn segment_of<R>(body: &Loop<R>) -> Option<u32> {
    let trips = body.trips;
    let overlaps = body.outs.iter().any(|out| out.adds());
    let rest_fits = |segment: u32| trips.is_multiple_of(segment) || (body.sums == 0 && !overlaps);
    let segment = match body.storage {
        Storage::All => return None,
        Storage::Root => trips.isqrt(),
        Storage::Halving => trips / 2,
    };
    (trips >= FEWEST_STEPS && !body.carry.is_empty() && !body.reversed && rest_fits(segment)).then_some(segment)
}

struct Rewriting<R> {
    code: Vec<Instruction<R>>,
    places: Places,
}

impl<R: Real> Rewriting<R> {
    fn push(&mut self, instruction: Instruction<R>) -> Operand {
        self.code.push(instruction);
        Operand { def: self.code.len() as u32 - 1, at: 0 }
    }

    fn push_loop(&mut self, body: Loop<R>) -> Operand {
        let width = body.width();
        self.push(Instruction { op: Op::Loop(Box::new(body)), args: smallvec![], width })
    }

    fn rewrite(&mut self, instruction: &Instruction<R>) {
        let mut instruction = instruction.clone();
        let Self { code, places } = self;
        instruction.move_reads(|span| places.span(span, |args| packed(code, args)));
        let place = if let Op::Loop(mut body) = instruction.op {
            for path in &mut body.body {
                if let Some(cut) = segmented(path) {
                    *path = cut;
                }
            }
            match segment_of(&body) {
                Some(segment) => self.cut(*body, segment),
                None => whole(self.push_loop(*body)),
            }
        } else {
            whole(self.push(instruction))
        };
        self.places.push(place);
    }

    /// A loop over segments, and one over the steps that are left; returns where the values of the whole are.
    fn cut(&mut self, body: Loop<R>, segment: u32) -> Parts {
        let (segments, rest) = (body.trips / segment, body.trips % segment);
        let (state, sums) = (body.carry.len() as u32, body.sums);
        let outer = over_segments(&body, segment, segments);
        let first_outs: Vec<u32> = (0..body.outs.len()).map(|k| outer.first_out(k)).collect();
        let begun = self.push_loop(outer);
        if rest == 0 {
            return whole(begun);
        }
        let done = segments * segment;
        let mut tail = Loop { trips: rest, storage: Storage::All, ..body.clone() };
        tail.rows.iter_mut().for_each(|row| row.first = row.first.plus(done * row.layout.step));
        tail.carry = (0..state).map(|at| begun.plus(at)).collect();
        let tail_outs: Vec<u32> = (0..body.outs.len()).map(|k| tail.first_out(k)).collect();
        let ended = self.push_loop(tail);
        let mut parts = whole(ended);
        let mut from = state + sums;
        for ((out, first), last) in body.outs.iter().zip(first_outs).zip(tail_outs) {
            parts.push((from, begun.plus(first)));
            parts.push((from + done * out.step, ended.plus(last)));
            from += out.len(body.trips);
        }
        parts
    }
}

/// The loop over segments: its body is the loop over the steps of one.
fn over_segments<R: Real>(body: &Loop<R>, segment: u32, segments: u32) -> Loop<R> {
    let longer = |layout: Layout| Layout { width: layout.len(segment), step: segment * layout.step };
    let mut code = Vec::new();
    let mut parameter = |width| {
        code.push(Instruction { op: Op::Parameter(code.len() as u32), args: smallvec![], width });
        Operand { def: code.len() as u32 - 1, at: 0 }
    };
    let rows = body.rows.iter().map(|row| Row { first: parameter(longer(row.layout).width), ..*row }).collect();
    let captures = body.captures.iter().map(|span| Span { first: parameter(span.len), ..*span }).collect();
    let state = parameter(body.carry.len() as u32);
    let steps = Loop {
        trips: segment,
        storage: if body.storage == Storage::Halving { Storage::Halving } else { Storage::All },
        rows,
        captures,
        carry: (0..body.carry.len() as u32).map(|at| state.plus(at)).collect(),
        ..body.clone()
    };
    let width = steps.width();
    code.push(Instruction { op: Op::Loop(Box::new(steps)), args: smallvec![], width });
    let def = code.len() as u32 - 1;
    let inner = Block { code, results: (0..width).map(|at| Operand { def, at }).collect() };
    Loop {
        trips: segments,
        storage: Storage::All,
        rows: body.rows.iter().map(|row| Row { layout: longer(row.layout), ..*row }).collect(),
        outs: body.outs.iter().map(|&out| longer(out)).collect(),
        body: vec![segmented(&inner).unwrap_or(inner)],
        ..body.clone()
    }
}
