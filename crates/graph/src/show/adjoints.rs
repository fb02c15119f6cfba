//! All values of a program at a point, and the adjoints of all of them.

use anygrad_core::{BinaryOp, Error, Real};

use crate::code::{Block, Gate, Instruction, Op, Operand, Operands};
use crate::program::Program;
use crate::run::run;

/// A number for each value of a program's code, instruction by instruction.
pub(super) type Values<R> = Vec<Vec<R>>;

/// The values that a program has on its way.
///
/// # Errors
/// As [`Program::evaluate`].
pub(super) fn values<R: Real>(program: &Program<R>, x: &[R]) -> Result<Values<R>, Error> {
    program.check_inputs(x.len())?;
    let block = program.block();
    let results = (0..).zip(&block.code).flat_map(|(def, instruction)| operands(def, instruction.width)).collect();
    let mut all = run(&Block { code: block.code.clone(), results }, &[x], program.data())?.into_iter();
    Ok(block.code.iter().map(|instruction| all.by_ref().take(instruction.width as usize).collect()).collect())
}

fn operands(def: u32, width: u32) -> impl Iterator<Item = Operand> {
    (0..width).map(move |at| Operand { def, at })
}

/// `∂y/∂v` for each value `v` on the way to the one output `y`, 0 for constants and data.
///
/// # Errors
/// As [`Program::gradient`] and [`Program::evaluate`].
pub(super) fn adjoints<R: Real>(program: &Program<R>, x: &[R]) -> Result<Values<R>, Error> {
    let inputs = program.inputs();
    let gradient = nudged(program)?.gradient()?;
    let nudges = gradient.inputs() - inputs;
    // A number plus −0 is that number, bit for bit.
    let x: Vec<R> = x.iter().copied().chain(std::iter::repeat_n(R::neg_zero(), nudges)).collect();
    let found = gradient.evaluate(&x)?;
    let (at_inputs, at_nudges) = found[1..].split_at(inputs);
    let mut at_nudges = at_nudges.iter().copied();
    let per_instruction = |instruction: &Instruction<R>| match instruction.op {
        Op::Parameter(0) => at_inputs.to_vec(),
        _ if is_nudged(instruction) => at_nudges.by_ref().take(instruction.width as usize).collect(),
        _ => vec![R::zero(); instruction.width as usize],
    };
    Ok(program.block().code.iter().map(per_instruction).collect())
}

fn is_nudged<R>(instruction: &Instruction<R>) -> bool {
    !matches!(instruction.op, Op::Parameter(_) | Op::Constant(_))
}

/// The program with an input more for each value that it makes, which is added to that value.
fn nudged<R: Real>(program: &Program<R>) -> Result<Program<R>, Error> {
    let Block { code, results } = program.block();
    let mut nudge = Operand { def: 0, at: program.inputs() as u32 };
    let mut places: Vec<Operand> = Vec::with_capacity(code.len());
    let mut new: Vec<Instruction<R>> = Vec::new();
    for instruction in code {
        let here = Operand { def: new.len() as u32, at: 0 };
        new.push(instruction.clone().renamed(|operand| places[operand.def as usize].plus(operand.at)));
        if !is_nudged(instruction) || instruction.width == 0 {
            places.push(here);
            continue;
        }
        let mut sums = Operands::new();
        for at in 0..instruction.width {
            let add = Op::Gate(Gate::Binary(BinaryOp::Add));
            sums.push(Operand { def: new.len() as u32, at: 0 });
            new.push(Instruction { op: add, args: [here.plus(at), nudge].into_iter().collect(), width: 1 });
            nudge = nudge.plus(1);
        }
        places.push(Operand { def: new.len() as u32, at: 0 });
        new.push(Instruction { op: Op::Pack, args: sums, width: instruction.width });
    }
    if let Some(inputs) = new.first_mut() {
        inputs.width = nudge.at;
    }
    let results = results.iter().map(|&result| places[result.def as usize].plus(result.at)).collect();
    Program::from_block(Block { code: new, results }, program.data().to_vec())
}
