//! What the tests share: programs by hand, hard points, and the comparison of native code with the program's own run.

#![allow(dead_code, reason = "each test uses some of it")]

use anygrad_core::{Error, NaryOp, Real};
use anygrad_graph::Program;
use anygrad_graph::code::{Block, Gate, Instruction, Op, Operand};
use anygrad_jit::Native;

/// Whether two floats are the same: bit for bit, or both NaN.
pub(crate) fn is_same<R: Real>(a: R, b: R) -> bool {
    a.widen().to_bits() == b.widen().to_bits() || (a.is_nan() && b.is_nan())
}

pub(crate) fn are_same<R: Real>(a: &[R], b: &[R]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(&a, &b)| is_same(a, b))
}

/// Native code and the program agree at a point: the same numbers, or the same error.
pub(crate) fn agree<R: Real>(program: &Program<R>, native: &Native<R>, x: &[R], what: &str) {
    match (program.evaluate(x), native.evaluate(x)) {
        (Ok(expected), Ok(found)) => {
            assert!(are_same(&expected, &found), "{what} at {x:?}: program {expected:?}, native {found:?}");
        }
        (expected, found) => assert_eq!(expected, found, "{what} at {x:?}"),
    }
}

/// Numbers where gates go wrong.
pub(crate) fn hard_points<R: Real>() -> Vec<R> {
    let mut points: Vec<R> =
        [0.0, 0.5, 0.875, 1.0, 1.5, 2.0, 3.0, 20.0, 40.0, 90.0, 800.0, 1e-20, 0.3, 0.7].map(R::narrow).to_vec();
    points.extend([R::min_positive_value(), R::max_value(), R::epsilon(), R::infinity(), R::nan()]);
    points.extend([R::min_positive_value() / R::narrow(8.0), R::max_value().sqrt(), R::max_value().sqrt().recip()]);
    let negative: Vec<R> = points.iter().map(|&x| -x).collect();
    points.extend(negative);
    points
}

pub(crate) fn operand(def: u32, at: u32) -> Operand {
    Operand { def, at }
}

pub(crate) fn instruction<R>(op: Op<R>, args: impl IntoIterator<Item = Operand>, width: u32) -> Instruction<R> {
    Instruction { op, args: args.into_iter().collect(), width }
}

/// The inputs of a program.
pub(crate) fn inputs<R>(width: u32) -> Instruction<R> {
    instruction(Op::Parameter(0), [], width)
}

pub(crate) fn program<R: Real>(code: Vec<Instruction<R>>, results: Vec<Operand>) -> Result<Program<R>, Error> {
    Program::from_block(Block { code, results }, Vec::new())
}

/// A gate of the inputs, and its derivatives of order 1 and 2; the latter along further inputs, as many.
pub(crate) fn gate_program<R: Real>(gate: &Gate<R>, arity: u32) -> Result<Program<R>, Error> {
    let x = |n: u32| (0..n).map(|at| operand(0, at));
    let derivative = |order| Op::Derivative { gate: gate.clone(), order };
    let code = vec![
        inputs(2 * arity),
        instruction(Op::Gate(gate.clone()), x(arity), 1),
        instruction(derivative(1), x(arity).chain([operand(1, 0)]), arity),
        instruction(derivative(2), x(2 * arity), arity),
    ];
    let results = [operand(1, 0)]
        .into_iter()
        .chain((0..arity).map(|at| operand(2, at)))
        .chain((0..arity).map(|at| operand(3, at)));
    program(code, results.collect())
}

/// Small numbers of arguments to try a row with.
pub(crate) fn arities(row: NaryOp, arity: Option<usize>) -> Vec<u32> {
    match arity {
        Some(arity) => vec![arity as u32],
        None if row == NaryOp::Dot => vec![2, 4, 6, 40],
        None => vec![1, 2, 3, 5, 20],
    }
}
