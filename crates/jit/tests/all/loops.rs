//! Loops give the same bits as the program's own run: by hand where something is special, and at random.

use crate::common::{agree, inputs, instruction, operand};
use anygrad_core::loops::Storage;
use anygrad_core::{BinaryOp, Error, NaryOp, Relation, UnaryOp, gates};
use anygrad_graph::Program;
use anygrad_graph::code::{Block, Gate, Instruction, Layout, Loop, Op, Operand, Row, Span};
use anygrad_jit::Native;
use anygrad_verify::programs::SplitMix64;

fn unary(op: UnaryOp<f64>, x: Operand) -> Instruction<f64> {
    instruction(Op::Gate(Gate::Unary(op)), [x], 1)
}

fn binary(op: BinaryOp, a: Operand, b: Operand) -> Instruction<f64> {
    instruction(Op::Gate(Gate::Binary(op)), [a, b], 1)
}

fn parameter(number: u32, width: u32) -> Instruction<f64> {
    instruction(Op::Parameter(number), [], width)
}

fn span(first: Operand, len: u32) -> Span {
    Span { first, len }
}

fn row(first: Operand, width: u32, step: u32) -> Row {
    Row { first, layout: Layout { width, step } }
}

fn repeat(code: Loop<f64>) -> Instruction<f64> {
    let width = code.width();
    instruction(Op::Loop(Box::new(code)), [], width)
}

fn plain(trips: u32, body: Block<f64>) -> Loop<f64> {
    let (rows, captures, carry, outs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    Loop { trips, reversed: false, storage: Storage::All, rows, captures, carry, sums: 0, outs, body: vec![body] }
}

/// `Σ tanh(wᵀx)` over the rows of the data, and all the terms.
fn sum_over_data(trips: u32, width: u32, reversed: bool) -> Result<Program<f64>, Error> {
    let args = (0..width).map(|at| operand(1, at)).chain((0..width).map(|at| operand(0, at)));
    let body = Block {
        code: vec![
            parameter(0, width),
            parameter(1, width),
            instruction(Op::Gate(Gate::Nary(NaryOp::Dot)), args, 1),
            unary(UnaryOp::Tanh(gates::Tanh), operand(2, 0)),
        ],
        results: vec![operand(3, 0), operand(3, 0)],
    };
    let code = Loop {
        reversed,
        rows: vec![row(operand(1, 0), width, width)],
        captures: vec![span(operand(0, 0), width)],
        sums: 1,
        outs: vec![Layout { width: 1, step: 1 }],
        ..plain(trips, body)
    };
    let results = (0..=trips).map(|at| operand(2, at)).collect();
    let data = (0..trips * width).map(|k| f64::from(k).sin()).collect();
    let code = vec![inputs(width), parameter(1, trips * width), repeat(code)];
    Program::from_block(Block { code, results }, vec![data])
}

#[test]
fn sums_are_added_in_the_same_blocks() -> Result<(), Error> {
    for trips in [0, 1, 2, 1023, 1024, 1025, 2048, 3000] {
        for (width, reversed) in [(1, false), (3, true), (20, false)] {
            let program = sum_over_data(trips, width, reversed)?;
            let native = Native::compile(&program)?;
            let x: Vec<f64> = (0..width).map(|k| f64::from(k).cos() * 0.3).collect();
            agree(&program, &native, &x, &format!("{trips} rows of {width}"));
            if trips == 0 {
                assert_eq!(native.evaluate(&x)?[0].to_bits(), (-0.0_f64).to_bits());
            }
        }
    }
    Ok(())
}

/// More sums than there are registers, and a state beside them.
#[test]
fn many_sums() -> Result<(), Error> {
    for trips in [1, 5, 1024, 1025, 3000] {
        let mut code = vec![parameter(0, 1), parameter(1, 2), binary(BinaryOp::Add, operand(1, 0), operand(0, 0))];
        for k in 0..20 {
            code.push(unary(UnaryOp::MulConst(gates::MulConst { c: f64::from(k) / 7.0 }), operand(2, 0)));
        }
        let results = [operand(1, 1), operand(0, 0)].into_iter().chain((0..20).map(|k| operand(3 + k, 0))).collect();
        let rows = vec![row(operand(1, 0), 1, 1)];
        let carry = vec![operand(0, 0), operand(0, 1)];
        let code = Loop { rows, carry, sums: 20, ..plain(trips, Block { code, results }) };
        let data = (0..trips).map(|k| f64::from(k).sin()).collect();
        let results = (0..22).map(|at| operand(2, at)).collect();
        let code = vec![inputs(2), parameter(1, trips), repeat(code)];
        let program = Program::from_block(Block { code, results }, vec![data])?;
        agree(&program, &Native::compile(&program)?, &[0.3, -0.2], &format!("{trips} rows"));
    }
    Ok(())
}

/// Fibonacci's recurrence, whose state is exchanged from row to row; with `steps` extra operations in the body.
fn exchange(trips: u32, steps: u32) -> Result<Program<f64>, Error> {
    let mut code = vec![parameter(0, 2), binary(BinaryOp::Add, operand(0, 0), operand(0, 1))];
    for step in 0..steps {
        code.push(unary(UnaryOp::AddConst(gates::AddConst { c: f64::from(step % 2 * 2) - 1.0 }), operand(1 + step, 0)));
    }
    let body = Block { code, results: vec![operand(0, 1), operand(1 + steps, 0)] };
    let code = Loop { carry: vec![operand(0, 0), operand(0, 1)], ..plain(trips, body) };
    crate::common::program(vec![inputs(2), repeat(code)], vec![operand(1, 0), operand(1, 1)])
}

#[test]
fn the_state_goes_from_row_to_row() -> Result<(), Error> {
    for steps in [0, 10, 2000] {
        let native = Native::compile(&exchange(30, steps)?)?;
        assert_eq!(native.evaluate(&[0.0, 1.0])?, [832_040.0, 1_346_269.0]);
    }
    Ok(())
}

/// Outputs of two numbers a row, `step` apart: they overlap, touch or leave gaps.
#[test]
fn outputs_overlap_touch_or_leave_gaps() -> Result<(), Error> {
    for step in 0..5 {
        for reversed in [false, true] {
            let body = Block {
                code: vec![parameter(0, 1), unary(UnaryOp::Sin(gates::Sin), operand(0, 0))],
                results: vec![operand(1, 0), operand(0, 0)],
            };
            let layout = Layout { width: 2, step };
            let code = Loop { reversed, rows: vec![row(operand(0, 0), 1, 1)], outs: vec![layout], ..plain(9, body) };
            let results = (0..layout.len(9)).map(|at| operand(1, at)).collect();
            let program = crate::common::program(vec![inputs(9), repeat(code)], results)?;
            let x: Vec<f64> = (0..9).map(|k| f64::from(k) * 0.37 - 1.0).collect();
            agree(&program, &Native::compile(&program)?, &x, &format!("step {step}"));
        }
    }
    Ok(())
}

/// Two paths: up where the row is below the input, down where it is not but above −1; further down there is none.
fn two_ways(steps: u32) -> Result<Program<f64>, Error> {
    let path = |relation, expected, bound: f64, c: f64| {
        let mut code = vec![
            parameter(0, 1),
            parameter(1, 1),
            instruction(Op::Constant(bound), [], 1),
            instruction(
                Op::Guard { relation, expected, place: None },
                [operand(0, 0), operand(if bound == 0.0 { 1 } else { 2 }, 0)],
                0,
            ),
            unary(UnaryOp::MulConst(gates::MulConst { c }), operand(0, 0)),
        ];
        for step in 0..steps {
            code.push(unary(UnaryOp::AddConst(gates::AddConst { c: 0.1 }), operand(4 + step, 0)));
        }
        Block { code, results: vec![operand(4 + steps, 0)] }
    };
    let body = vec![path(Relation::Less, true, 0.0, 2.0), path(Relation::LessOrEqual, false, -1.0, -3.0)];
    let code = Loop {
        rows: vec![row(operand(0, 1), 1, 1)],
        captures: vec![span(operand(0, 0), 1)],
        sums: 1,
        body,
        ..plain(4, Block::default())
    };
    crate::common::program(vec![inputs(5), repeat(code)], vec![operand(1, 0)])
}

#[test]
fn a_row_takes_the_first_path_whose_tests_hold() -> Result<(), Error> {
    for steps in [0, 1500] {
        let program = two_ways(steps)?;
        let native = Native::compile(&program)?;
        agree(&program, &native, &[0.5, 0.1, 0.9, 0.2, 3.0], "both paths");
        agree(&program, &native, &[-9.0, 0.1, 0.9, 0.2, 3.0], "the second path");
        for x in [[-5.0, 0.1, 0.9, -2.0, 3.0], [f64::NAN, 0.1, -7.0, -2.0, 3.0]] {
            agree(&program, &native, &x, "no path");
            assert!(matches!(native.evaluate(&x), Err(Error::BranchChanged { .. })));
        }
    }
    Ok(())
}

/// About so often the bodies of a random program run.
const MOST_RUNS: u32 = 1100;

/// Programs of loops in loops, at random.
struct Draw {
    random: SplitMix64,
    /// How often the present block runs, times a factor that keeps it short.
    runs: u32,
    code: Vec<Instruction<f64>>,
}

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        (self.random.bits() % n.max(1) as u64) as usize
    }

    /// A number among those that are defined; later ones more often.
    fn number(&mut self) -> Operand {
        loop {
            let back = self.below(self.code.len()).min(self.below(self.code.len()));
            let def = self.code.len() - 1 - back;
            let width = self.code[def].width as usize;
            if width > 0 {
                return operand(def as u32, self.below(width) as u32);
            }
        }
    }

    fn span(&mut self, most: usize) -> Span {
        let first = self.number();
        let room = self.code[first.def as usize].width - first.at;
        span(first, 1 + self.below((room as usize).min(most)) as u32)
    }

    fn push(&mut self, op: Op<f64>, args: Vec<Operand>, width: u32) {
        self.code.push(instruction(op, args, width));
    }

    fn step(&mut self, depth: usize) {
        let rows = [
            UnaryOp::Sin(gates::Sin),
            UnaryOp::Tanh(gates::Tanh),
            UnaryOp::Neg(gates::Neg),
            UnaryOp::AddConst(gates::AddConst { c: 0.3 }),
            UnaryOp::MulConst(gates::MulConst { c: 0.7 }),
            UnaryOp::Relu(gates::Relu),
            UnaryOp::Detach(gates::Detach),
            UnaryOp::Powi(gates::Powi { n: 2 }),
        ];
        match self.below(20) {
            0..=6 => {
                let (row, x) = (rows[self.below(rows.len())], self.number());
                self.push(Op::Gate(Gate::Unary(row)), vec![x], 1);
            }
            7..=11 => {
                let row = [BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::Max][self.below(4)];
                let args = vec![self.number(), self.number()];
                self.push(Op::Gate(Gate::Binary(row)), args, 1);
            }
            12 => {
                let count = 1 + self.below(6);
                let args = (0..count).map(|_| self.number()).collect();
                self.push(Op::Gate(Gate::Nary(NaryOp::Norm)), args, 1);
            }
            13 => {
                let args = vec![self.number(), self.number()];
                self.push(Op::Masked, args, 1);
            }
            14 => {
                let c = self.below(5) as f64 - 2.0;
                self.push(Op::Constant(c), vec![], 1);
            }
            15 => {
                let count = 1 + self.below(6);
                let args = (0..count).map(|_| self.number()).collect();
                self.push(Op::Pack, args, count as u32);
            }
            16 => {
                let count = 1 + self.below(4);
                let args = (0..count).map(|_| self.number()).collect::<Vec<_>>();
                let norm = Gate::Nary(NaryOp::Norm);
                self.push(Op::Gate(norm.clone()), args.clone(), 1);
                let value = operand(self.code.len() as u32 - 1, 0);
                self.push(Op::Derivative { gate: norm, order: 1 }, [args, vec![value]].concat(), count as u32);
            }
            17 if self.below(3) == 0 => {
                let relation = [Relation::Less, Relation::LessOrEqual, Relation::Equal][self.below(3)];
                let (expected, args) = (self.below(2) == 0, vec![self.number(), self.number()]);
                self.push(Op::Guard { relation, expected, place: None }, args, 0);
            }
            18 | 19 if depth > 0 => self.repeat(depth),
            _ => {}
        }
    }

    fn repeat(&mut self, depth: usize) {
        let trips: u32 = [0, 1, 2, 3, 5, 9, 40, 1030][self.below(8)];
        let trips = if trips * self.runs > MOST_RUNS { 2 } else { trips };
        let rows: Vec<Row> = (0..self.below(4)).map(|_| self.row(trips)).collect();
        let captures: Vec<Span> = (0..self.below(4)).map(|_| self.span(9)).collect();
        let carry: Vec<Operand> = (0..self.below(4)).map(|_| self.number()).collect();
        let sums = if self.below(8) == 0 { 12 } else { self.below(3) as u32 };
        let outs: Vec<Layout> = (0..self.below(3))
            .map(|_| {
                let width = 1 + self.below(3) as u32;
                Layout { width, step: [0, 1, width, width + 1][self.below(4)] }
            })
            .collect();
        let mut widths: Vec<u32> = rows.iter().map(|row| row.layout.width).collect();
        widths.extend(captures.iter().map(|span| span.len));
        if !carry.is_empty() {
            widths.push(carry.len() as u32);
        }
        let results = carry.len() + sums as usize + outs.iter().map(|out| out.width as usize).sum::<usize>();
        let length = if self.below(8) == 0 && trips * self.runs < 20 { 700 } else { 1 + self.below(12) };
        let (paths, runs) = (1 + self.below(3), self.runs);
        self.runs *= trips.max(1);
        let body = (0..paths).map(|_| self.block(&widths, length, depth - 1, results)).collect();
        self.runs = runs;
        let reversed = self.below(2) == 0;
        self.code.push(repeat(Loop {
            trips,
            reversed,
            storage: Storage::All,
            rows,
            captures,
            carry,
            sums,
            outs,
            body,
        }));
    }

    fn row(&mut self, trips: u32) -> Row {
        let span = self.span(usize::MAX);
        let width = 1 + self.below((span.len as usize).min(4)) as u32;
        let most = if trips > 1 { (span.len - width) / (trips - 1) } else { 3 };
        row(span.first, width, self.below(most as usize + 1) as u32)
    }

    /// A block with these parameters.
    fn block(&mut self, widths: &[u32], length: usize, depth: usize, results: usize) -> Block<f64> {
        let outer = std::mem::take(&mut self.code);
        for (number, &width) in (0..).zip(widths) {
            if number == 0 || self.below(8) > 0 {
                self.push(Op::Parameter(number), vec![], width);
            }
        }
        self.push(Op::Constant(0.25), vec![], 1);
        for _ in 0..length {
            self.step(depth);
        }
        let results = (0..results).map(|_| self.number()).collect();
        Block { code: std::mem::replace(&mut self.code, outer), results }
    }
}

/// Programs of a seed whose loops run at most about `runs` times in all.
fn check_at_random(cases: u64, lengths: [usize; 3], runs: u32) -> Result<(), Error> {
    let (mut right, mut changed) = (0, 0);
    for case in 0..cases {
        let mut draw = Draw { random: SplitMix64::new(case), runs: MOST_RUNS / runs, code: Vec::new() };
        let length = lengths[draw.below(3)];
        let mut block = draw.block(&[6, 50], length, 3, 8);
        // All that a loop defines, as it lies or as the outputs before it let it lie.
        if case % 2 == 0
            && let Some(def) = block.code.iter().rposition(|instruction| matches!(instruction.op, Op::Loop(_)))
        {
            let from = draw.below(2);
            block.results.extend((from as u32..block.code[def].width).map(|at| operand(def as u32, at)));
        }
        let data = (0..50).map(|k| f64::from(k).sin()).collect();
        let program = Program::from_block(block, vec![data])?;
        let native = Native::compile(&program)?;
        for _ in 0..3 {
            let x: Vec<f64> = (0..6).map(|_| draw.below(4000) as f64 / 1000.0 - 2.0).collect();
            agree(&program, &native, &x, &format!("case {case}"));
            match native.evaluate(&x) {
                Ok(_) => right += 1,
                Err(_) => changed += 1,
            }
        }
    }
    assert!(right > cases && changed > cases / 10, "{right} runs with a result, {changed} without");
    Ok(())
}

#[test]
fn random_loops() -> Result<(), Error> {
    check_at_random(if cfg!(debug_assertions) { 200 } else { 10_000 }, [4, 8, 14], 50)
}

#[test]
fn random_long_loops() -> Result<(), Error> {
    check_at_random(if cfg!(debug_assertions) { 10 } else { 100 }, [15, 30, 60], MOST_RUNS)
}
