//! Rows that run side by side give the bits of rows that run one by one: every layout of rows and outputs, every number of rows
//! left over, in both precisions.

use crate::common::{agree, instruction, operand};
use anygrad_core::loops::Storage;
use anygrad_core::{BinaryOp, Error, NaryOp, Real, UnaryOp, gates};
use anygrad_graph::Program;
use anygrad_graph::code::{Block, Gate, Instruction, Layout, Loop, Op, Operand, Row, Span};
use anygrad_jit::Native;
use anygrad_verify::programs::SplitMix64;

/// How many inputs there are: rows of at most 4 numbers, at most 4 apart, in any loop here.
const INPUTS: u32 = 5000;

struct Draw(SplitMix64);

impl Draw {
    fn below(&mut self, count: u64) -> u32 {
        (self.0.bits() % count) as u32
    }

    fn layout(&mut self) -> Layout {
        Layout { width: 1 + self.below(4), step: self.below(5) }
    }

    /// A gate or a derivative of numbers that are there.
    fn step<R: Real>(&mut self, numbers: &[Operand]) -> Instruction<R> {
        let c = R::narrow(f64::from(self.below(5)) - 1.5);
        let unary = [
            UnaryOp::Neg(gates::Neg),
            UnaryOp::AddConst(gates::AddConst { c }),
            UnaryOp::MulConst(gates::MulConst { c }),
            UnaryOp::DivConst(gates::DivConst { c }),
            UnaryOp::Recip(gates::Recip),
            UnaryOp::Sqrt(gates::Sqrt),
            UnaryOp::Abs(gates::Abs),
            UnaryOp::Powi(gates::Powi { n: self.below(7).cast_signed() - 3 }),
            UnaryOp::Detach(gates::Detach),
            UnaryOp::Exp(gates::Exp),
            UnaryOp::Sigmoid(gates::Sigmoid),
            UnaryOp::Softplus(gates::Softplus),
            UnaryOp::Relu(gates::Relu),
            UnaryOp::OneMinusSquare(gates::OneMinusSquare),
        ];
        let binary = [BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::Div, BinaryOp::Max, BinaryOp::Copysign];
        let mut args: Vec<Operand> = (0..4).map(|_| numbers[self.below(numbers.len() as u64) as usize]).collect();
        let (op, count, width) = match self.below(12) {
            0..4 => (Op::Gate(Gate::Unary(unary[self.below(9) as usize])), 1, 1),
            4 => (Op::Gate(Gate::Unary(unary[self.below(14) as usize])), 1, 1),
            5..9 => (Op::Gate(Gate::Binary(binary[self.below(4) as usize])), 2, 1),
            9 => (Op::Gate(Gate::Binary(binary[self.below(6) as usize])), 2, 1),
            10 => (Op::Gate(Gate::Nary([NaryOp::MulAdd, NaryOp::Norm][self.below(2) as usize])), 3, 1),
            _ => match self.below(3) {
                0 => (Op::Masked, 2, 1),
                1 => (Op::Pack, 3, 3),
                _ => (Op::Gate(Gate::Binary(BinaryOp::Hypot)), 2, 1),
            },
        };
        args.truncate(count);
        instruction(op, args, width)
    }

    /// A program of one loop over so many rows, and all that it defines.
    fn program<R: Real>(&mut self, trips: u32) -> Result<Program<R>, Error> {
        let parameter = |number, width| instruction(Op::Parameter(number), [], width);
        let layouts = [self.layout(), self.layout()];
        let rows = layouts.map(|layout| Row { first: operand(0, self.below(50)), layout });
        let captures = vec![Span { first: operand(0, 3), len: 2 }];
        let mut body = Block::default();
        body.code.extend([parameter(0, layouts[0].width), parameter(1, layouts[1].width), parameter(2, 2)]);
        body.code.push(instruction(Op::Constant(R::narrow(0.25)), [], 1));
        let mut numbers: Vec<Operand> =
            (0..4).flat_map(|def: u32| (0..body.code[def as usize].width).map(move |at| operand(def, at))).collect();
        for _ in 0..12 + self.below(12) {
            let step = self.step(&numbers);
            let partials = partials_of(&step, operand(body.code.len() as u32, 0));
            for step in [Some(step), partials].into_iter().flatten() {
                numbers.extend((0..step.width).map(|at| operand(body.code.len() as u32, at)));
                body.code.push(step);
            }
        }
        let sums = [0, 1, 2, 3, 12][self.below(5) as usize];
        let outs = (0..self.below(3)).map(|_| self.layout()).collect::<Vec<_>>();
        let results = sums + outs.iter().map(|out| out.width).sum::<u32>();
        body.results = (0..results).map(|_| numbers[self.below(numbers.len() as u64) as usize]).collect();
        let (carry, storage) = (Vec::new(), Storage::All);
        let body = vec![body];
        let code = Loop { trips, reversed: false, storage, rows: rows.to_vec(), captures, carry, sums, outs, body };
        let width = code.width();
        let code = vec![parameter(0, INPUTS), instruction(Op::Loop(Box::new(code)), [], width)];
        Program::from_block(Block { code, results: (0..width).map(|at| operand(1, at)).collect() }, vec![])
    }
}

/// The partials of a hypotenuse `y`, which are the only ones here.
fn partials_of<R: Real>(step: &Instruction<R>, y: Operand) -> Option<Instruction<R>> {
    let gate = Gate::Binary(BinaryOp::Hypot);
    let args = step.args.iter().copied().chain([y]);
    (step.op == Op::Gate(gate.clone())).then(|| instruction(Op::Derivative { gate, order: 1 }, args, 2))
}

fn check<R: Real>(seeds: std::ops::Range<u64>, trips: &[u32]) -> Result<(), Error> {
    for seed in seeds {
        let mut draw = Draw(SplitMix64::new(seed));
        for &trips in trips {
            let program = draw.program::<R>(trips)?;
            let native = Native::compile(&program)?;
            let mut x: Vec<R> = (0..INPUTS).map(|_| R::narrow(f64::from(draw.below(4000)) / 1000.0 - 2.0)).collect();
            agree(&program, &native, &x, &format!("seed {seed}, {trips} rows"));
            x[7] = R::infinity();
            x[60] = R::nan();
            agree(&program, &native, &x, &format!("seed {seed}, {trips} rows, not finite"));
        }
    }
    Ok(())
}

const SEEDS: u64 = if cfg!(debug_assertions) { 18 } else { 2000 };

#[test]
fn few_rows() -> Result<(), Error> {
    let trips: Vec<u32> = (7..26).collect();
    check::<f64>(0..SEEDS / 3, &trips)?;
    check::<f32>(0..SEEDS / 3, &trips)
}

#[test]
fn blocks_of_rows() -> Result<(), Error> {
    let trips = [1023, 1024, 1025, 1027];
    check::<f64>(0..SEEDS, &trips)?;
    check::<f32>(0..SEEDS, &trips)
}

/// A long body, and so many sums that they are in memory: those of the powers of many numbers.
#[test]
fn rows_of_long_bodies() -> Result<(), Error> {
    const POWERS: u32 = 120;
    let [input, number] = [instruction(Op::Parameter(0), [], 1), instruction(Op::Parameter(0), [], 1)];
    for trips in [50, 51, 1023, 1024, 1025, 2050] {
        let power = |k| instruction(Op::Gate(Gate::Binary(BinaryOp::Mul)), [operand(k, 0), operand(0, 0)], 1);
        let body = Block {
            code: std::iter::once(number.clone()).chain((0..POWERS).map(power)).collect(),
            results: (1..=POWERS).map(|k| operand(k, 0)).collect(),
        };
        let code = Loop {
            trips,
            reversed: false,
            storage: Storage::All,
            rows: vec![Row { first: operand(1, 0), layout: Layout { width: 1, step: 1 } }],
            captures: Vec::new(),
            carry: Vec::new(),
            sums: POWERS,
            outs: Vec::new(),
            body: vec![body],
        };
        let data: Vec<f64> = (0..trips).map(|k| f64::from(k).sin()).collect();
        let numbers = instruction(Op::Parameter(1), [], trips);
        let code = vec![input.clone(), numbers, instruction(Op::Loop(Box::new(code)), [], POWERS)];
        let results = (0..POWERS).map(|at| operand(2, at)).collect();
        let program = Program::from_block(Block { code, results }, vec![data.clone()])?;
        let native = Native::compile(&program)?;
        agree(&program, &native, &[0.0], &format!("{trips} rows"));
        let cubes: f64 = data.iter().map(|x| x * x * x).sum();
        assert!((native.evaluate(&[0.0])?[1] - cubes).abs() < 1e-12);
    }
    Ok(())
}
