//! What has to lie in memory: arrays whose rows a loop goes through, and those that an operation takes as a whole.

use anygrad_graph::code::{Block, Instruction, Loop, Op};

/// For each instruction of a block, whether what it defines is read as an array.
pub(crate) fn marks<R>(block: &Block<R>) -> Vec<bool> {
    let mut marked = vec![false; block.code.len()];
    for instruction in &block.code {
        match &instruction.op {
            Op::Loop(code) => {
                code.rows.iter().for_each(|row| marked[row.first.def as usize] = true);
                code.body.iter().for_each(|path| mark_captures(code, path, &mut marked));
            }
            Op::Arrays(on) => on.args.iter().for_each(|span| marked[span.first.def as usize] = true),
            _ => {}
        }
    }
    marked
}

/// Marks what a path through a loop's body captures to read it as an array.
fn mark_captures<R>(code: &Loop<R>, path: &Block<R>, marked: &mut [bool]) {
    for (instruction, inside) in path.code.iter().zip(marks(path)) {
        let Op::Parameter(k) = instruction.op else { continue };
        let capture = (k as usize).checked_sub(code.rows.len()).and_then(|k| code.captures.get(k));
        if let Some(span) = capture.filter(|_| inside) {
            marked[span.first.def as usize] = true;
        }
    }
}

/// Whether what the instruction defines is written to memory by what computes it.
pub(crate) fn is_array<R>(instruction: &Instruction<R>) -> bool {
    use anygrad_graph::code::Gate;
    match &instruction.op {
        Op::Derivative { gate: Gate::Binary(_), order: 1 } => false,
        Op::Derivative { .. } => instruction.width > 1,
        Op::Arrays(_) => true,
        _ => false,
    }
}
