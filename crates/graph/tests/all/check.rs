//! Code that breaks a rule is refused, and the reason says which.

use crate::common::{at, block, gate, loop_by_hand, looped, parameter};
use anygrad_core::{BinaryOp, Error, NaryOp, Relation, UnaryOp, gates};
use anygrad_graph::code::{Block, Gate, Instruction, Layout, Loop, Op, Operand, Row, Span};
use anygrad_graph::{MAX_DEPTH, MAX_VALUES, Program};

fn tanh() -> Gate<f64> {
    Gate::Unary(UnaryOp::Tanh(gates::Tanh))
}

fn add() -> Gate<f64> {
    Gate::Binary(BinaryOp::Add)
}

fn other(op: Op<f64>, args: &[Operand], width: u32) -> Instruction<f64> {
    Instruction { op, args: args.iter().copied().collect(), width }
}

/// A loop that adds up one number a row.
fn sum(trips: u32, row: Row) -> Loop<f64> {
    let body = block(vec![parameter(0, row.layout.width)], vec![at(0, 0)]);
    Loop {
        trips,
        reversed: false,
        storage: anygrad_core::loops::Storage::All,
        rows: vec![row],
        captures: vec![],
        carry: vec![],
        sums: 1,
        outs: vec![],
        body: vec![body],
    }
}

fn repeated(body: Loop<f64>, width: u32) -> Instruction<f64> {
    other(Op::Loop(Box::new(body)), &[], width)
}

fn row(step: u32) -> Row {
    Row { first: at(0, 0), layout: Layout { width: 1, step } }
}

/// Asserts that a program of two inputs and these instructions is refused at instruction `expected`, for a reason.
fn assert_refused(code: Vec<Instruction<f64>>, expected: usize, because: &str) {
    let code: Vec<_> = [parameter(0, 2)].into_iter().chain(code).collect();
    let last = code.len() as u32 - 1;
    match Program::from_block(block(code, vec![at(last, 0)]), vec![]) {
        Err(Error::InvalidProgram { at, reason }) => {
            assert!(
                at == expected && reason.contains(because),
                "{because} at {expected} expected, {reason} at {at} found"
            );
        }
        other => panic!("{because}: an error expected, found {other:?}"),
    }
}

#[test]
fn a_loop_by_hand_is_a_program() {
    let x = [0.5, -1.5, 2.0, 0.25, 3.0];
    assert_eq!(loop_by_hand().evaluate(&x).expect("there are no branches"), looped(&x));
}

#[test]
fn data_are_parameters() {
    let program = |data| {
        Program::from_block(
            block(vec![parameter(0, 1), parameter(1, 2), gate(add(), &[at(0, 0), at(1, 1)])], vec![at(2, 0)]),
            data,
        )
    };
    assert_eq!(program(vec![vec![5.0, 7.0]]).expect("two numbers are right").evaluate(&[1.0]), Ok(vec![8.0]));
    assert!(matches!(program(vec![vec![5.0]]), Err(Error::InvalidProgram { at: 1, .. })));
    assert!(matches!(program(vec![]), Err(Error::InvalidProgram { at: 1, .. })));
}

#[test]
fn operands_come_before() {
    assert_refused(vec![gate(tanh(), &[at(1, 0)])], 1, "does not come before");
    assert_refused(vec![gate(tanh(), &[at(7, 0)])], 1, "does not come before");
    assert_refused(vec![gate(tanh(), &[at(0, 2)])], 1, "elements 2..3 of instruction 0");
    assert_refused(vec![gate(tanh(), &[at(0, u32::MAX)])], 1, "elements 4294967295..4294967296");
    let guard = Op::Guard { relation: Relation::Less, expected: true, place: None };
    assert_refused(vec![other(guard, &[at(0, 0), at(0, 1)], 0)], 2, "elements 0..1 of instruction 1");
}

#[test]
fn instructions_have_the_operands_of_their_operation() {
    assert_refused(vec![gate(tanh(), &[at(0, 0), at(0, 1)])], 1, "number of operands 2 where 1 is right");
    assert_refused(vec![gate(add(), &[at(0, 0)])], 1, "number of operands 1 where 2 is right");
    assert_refused(vec![gate(Gate::Nary(NaryOp::Clamp), &[at(0, 0); 2])], 1, "number of operands 2 where 3 is right");
    assert_refused(vec![gate(Gate::Nary(NaryOp::Dot), &[at(0, 0); 3])], 1, "`dot` of 3 arguments");
    assert_refused(vec![gate(Gate::Nary(NaryOp::SumOf), &[])], 1, "`sum` of nothing");
    assert_refused(vec![other(Op::Constant(1.0), &[at(0, 0)], 1)], 1, "number of operands 1 where 0 is right");
    assert_refused(vec![other(Op::Masked, &[at(0, 0)], 1)], 1, "number of operands 1 where 2 is right");
    assert_refused(
        vec![other(Op::Exactly { value: 1.0, place: None }, &[], 0)],
        1,
        "number of operands 0 where 1 is right",
    );
}

#[test]
fn widths_are_what_the_operation_defines() {
    assert_refused(vec![Instruction { width: 2, ..gate(tanh(), &[at(0, 0)]) }], 1, "width 2 where 1 is right");
    assert_refused(vec![other(Op::Pack, &[at(0, 0)], 3)], 1, "width 3 where 1 is right");
    let guard = Op::Guard { relation: Relation::Equal, expected: false, place: None };
    assert_refused(vec![other(guard, &[at(0, 0); 2], 1)], 1, "width 1 where 0 is right");
    assert_refused(vec![repeated(sum(2, row(1)), 3)], 1, "width 3 where 1 is right");
}

#[test]
fn derivatives_have_points_and_directions() {
    let derivative = |gate, order, args: &[Operand], width| vec![other(Op::Derivative { gate, order }, args, width)];
    let x = at(0, 0);
    assert_refused(derivative(tanh(), 0, &[x], 1), 1, "a derivative of order 0");
    assert_refused(derivative(tanh(), 5, &[x; 5], 1), 1, "a derivative of order 5");
    assert_refused(derivative(tanh(), 1, &[x], 1), 1, "number of operands 1 where 2 is right");
    assert_refused(derivative(add(), 2, &[x; 3], 2), 1, "number of operands 3 where 4 is right");
    assert_refused(derivative(add(), 1, &[x; 3], 1), 1, "width 1 where 2 is right");
    let right = derivative(tanh(), 2, &[x, at(0, 1)], 1);
    let code = [vec![parameter(0, 2)], right].concat();
    let program = Program::from_block(block(code, vec![at(1, 0)]), vec![]).expect("it keeps the rules");
    // tanh″(0)·v = 0.
    assert_eq!(program.evaluate(&[0.0, 3.0]).map(|y| y[0] == 0.0), Ok(true));
}

#[test]
fn parameters_are_there_and_appear_once() {
    assert_refused(vec![parameter(0, 2)], 1, "parameter 0 for a second time");
    assert_refused(vec![parameter(1, 2)], 1, "parameter 1 of nothing");
    assert!(matches!(Program::<f64>::from_block(Block::default(), vec![]), Err(Error::InvalidProgram { at: 0, .. })));
}

#[test]
fn rows_lie_within_their_array() {
    assert_refused(vec![repeated(sum(3, row(1)), 1)], 1, "elements 0..3 of instruction 0, which has 2");
    assert_refused(vec![repeated(sum(u32::MAX, row(u32::MAX)), 1)], 1, "values of one instruction");
    let capture = Loop { captures: vec![Span { first: at(0, 1), len: 2 }], ..sum(2, row(1)) };
    assert_refused(vec![repeated(capture, 1)], 1, "elements 1..3");
    let carry = Loop { carry: vec![at(1, 0)], ..sum(2, row(1)) };
    assert_refused(vec![repeated(carry, 2)], 1, "does not come before");
    let outs = Loop { outs: vec![Layout { width: 0, step: u32::MAX }], ..sum(u32::MAX, row(0)) };
    assert_refused(vec![repeated(outs, 1)], 1, "values of one instruction");
}

#[test]
fn all_paths_have_one_interface() {
    assert_refused(vec![repeated(Loop { body: vec![], ..sum(2, row(1)) }, 1)], 1, "a loop without a body");
    let wider = Loop { body: vec![block(vec![parameter(0, 2)], vec![at(0, 0)])], ..sum(2, row(1)) };
    assert_refused(vec![repeated(wider, 1)], 1, "width 2 where 1 is right at instruction 0 of path 0");
    let mut more = sum(2, row(1));
    more.body.push(block(vec![parameter(0, 1)], vec![at(0, 0); 2]));
    assert_refused(vec![repeated(more, 1)], 1, "number of a body's results 2 where 1 is right");
}

#[test]
fn loops_are_not_nested_too_deep() {
    let nested = |depth: usize| {
        let inner = |inside: Loop<f64>| {
            let body = block(vec![parameter(0, 1), repeated(inside, 1)], vec![at(1, 0)]);
            Loop { body: vec![body], ..sum(1, row(1)) }
        };
        let body = (1..depth).fold(sum(1, row(1)), |inside, _| inner(inside));
        Program::from_block(block(vec![parameter(0, 1), repeated(body, 1)], vec![at(1, 0)]), vec![])
    };
    assert_eq!(nested(MAX_DEPTH).expect("it is just deep enough").evaluate(&[3.0]), Ok(vec![3.0]));
    assert!(matches!(nested(MAX_DEPTH + 1), Err(Error::InvalidProgram { at: 1, .. })));
}

/// A few bytes of program can't ask for all memory.
#[test]
fn memory_is_bounded() {
    let long = |trips: u32| {
        let body = Loop { outs: vec![Layout { width: 1, step: 1 }], sums: 0, ..sum(trips, row(0)) };
        let code = vec![parameter(0, 1), repeated(body, trips)];
        Program::<f64>::from_block(block(code, vec![at(1, 0)]), vec![])
    };
    let most = u32::try_from(MAX_VALUES).expect("it is less than what can be counted");
    assert!(long(most - 4).is_ok());
    let error = long(most).expect_err("it is too long");
    assert!(error.to_string().contains("values where at most"), "{error}");
}

#[test]
fn what_no_result_needs_is_left_out() {
    let code = vec![parameter(0, 1), gate(tanh(), &[at(0, 0)]), gate(add(), &[at(0, 0), at(0, 0)])];
    let program = Program::from_block(block(code, vec![at(2, 0)]), vec![]).expect("it keeps the rules");
    assert_eq!(program.operations(), 1);
}
