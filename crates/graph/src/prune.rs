//! Leaving out what no result needs.

use crate::code::{Block, Instruction, Loop, Op, Operand, Operands, Span};

/// Which instructions a result or a test needs; parameters always.
pub(crate) fn needed<R>(block: &Block<R>) -> Vec<bool> {
    let mut needed = vec![false; block.code.len()];
    block.results.iter().for_each(|result| needed[result.def as usize] = true);
    for (def, instruction) in block.code.iter().enumerate().rev() {
        needed[def] |= instruction.is_test() || matches!(instruction.op, Op::Parameter(_));
        if needed[def] {
            instruction.reads(|span| needed[span.first.def as usize] = true);
        }
    }
    needed
}

/// The block without the instructions that neither a result nor a test needs; parameters stay.
pub(crate) fn prune<R>(block: Block<R>) -> Block<R> {
    let needed = needed(&block);
    let mut next = 0;
    let numbers: Vec<u32> = needed
        .iter()
        .map(|&needed| {
            next += u32::from(needed);
            next.wrapping_sub(1)
        })
        .collect();
    let renamed = |operand: Operand| Operand { def: numbers[operand.def as usize], ..operand };
    let kept = block.code.into_iter().zip(needed).filter(|(_, needed)| *needed);
    Block {
        code: kept.map(|(instruction, _)| instruction.renamed(renamed)).collect(),
        results: block.results.into_iter().map(renamed).collect(),
    }
}

/// Appends an instruction that puts values side by side.
pub(crate) fn packed<R>(code: &mut Vec<Instruction<R>>, args: Operands) -> Operand {
    let (def, width) = (code.len() as u32, args.len() as u32);
    code.push(Instruction { op: Op::Pack, args, width });
    Operand { def, at: 0 }
}

impl<R> Instruction<R> {
    /// The same instruction on other operands.
    pub(crate) fn renamed(mut self, mut name: impl FnMut(Operand) -> Operand) -> Self {
        self.move_reads(|span| Span { first: name(span.first), ..span });
        self
    }

    /// The same instruction reading from elsewhere: `place` says where each span of values is.
    pub(crate) fn move_reads(&mut self, mut place: impl FnMut(Span) -> Span) {
        self.args.iter_mut().for_each(|arg| *arg = place((*arg).into()).first);
        match &mut self.op {
            Op::Loop(body) => body.move_reads(place),
            Op::Arrays(on) => on.args.iter_mut().for_each(|span| *span = place(*span)),
            _ => {}
        }
    }
}

impl<R> Loop<R> {
    /// The same loop reading from elsewhere: `place` says where each span of values is.
    pub(crate) fn move_reads(&mut self, mut place: impl FnMut(Span) -> Span) {
        let trips = self.trips;
        for row in &mut self.rows {
            row.first = place(Span { first: row.first, len: row.layout.len(trips) }).first;
        }
        self.captures.iter_mut().for_each(|span| *span = place(*span));
        self.carry.iter_mut().for_each(|operand| *operand = place((*operand).into()).first);
    }
}
