//! How much code an instruction becomes.

use anygrad_graph::code::{Block, Gate, Instruction, Loop, Op};

/// The most code in one function. Compiling takes more than proportionally long; values that cross functions go through
/// memory.
pub(crate) const FUNCTION: u32 = 400;

/// Loops with more code than this are not made within a function, unless their rows run side by side: their bodies are functions
/// of their own.
pub(crate) const LOOP: u32 = 1200;

const CALL: u32 = 8;
const REPEAT: u32 = 16;

/// The code of an instruction, in instructions of the machine, roughly.
pub(crate) fn cost<R>(instruction: &Instruction<R>) -> u32 {
    let operands = instruction.args.len() as u32;
    match &instruction.op {
        Op::Parameter(_) | Op::Constant(_) => 0,
        Op::Gate(Gate::Unary(_) | Gate::Binary(_)) | Op::Masked => 2,
        Op::Gate(_) | Op::Derivative { .. } => CALL + operands + instruction.width,
        Op::Pack => operands,
        Op::Guard { .. } | Op::Exactly { .. } => 4,
        Op::Arrays(on) => CALL + 2 * on.args.len() as u32,
        Op::Loop(code) => cost_of_loop(code),
    }
}

/// The code of a loop that is made within a function.
pub(crate) fn cost_of_loop<R>(code: &Loop<R>) -> u32 {
    let results = code.body.first().map_or(0, |path| path.results.len() as u32);
    let paths = code.body.iter().map(cost_of_block);
    paths.fold(REPEAT.saturating_add(2 * results), |sum, path| sum.saturating_add(path).saturating_add(results))
}

fn cost_of_block<R>(block: &Block<R>) -> u32 {
    block.code.iter().map(cost).fold(0, u32::saturating_add)
}

/// The most operands and results of an instruction, at any depth.
pub(crate) fn most_operands<R>(block: &Block<R>) -> u32 {
    let of = |instruction: &Instruction<R>| match &instruction.op {
        Op::Loop(code) => code.body.iter().map(most_operands).max().unwrap_or(0),
        Op::Gate(_) | Op::Derivative { .. } => instruction.args.len() as u32 + instruction.width,
        Op::Arrays(on) => on.args.len() as u32,
        _ => 0,
    };
    block.code.iter().map(of).max().unwrap_or(0)
}
