//! From the body of a loop to many rows at once.

use anygrad_core::Real;
use rustc_hash::FxHashSet;

use super::group::Group;
use super::kernel::{Kernel, Lanes, Second};
use super::lower::is_detached;
use super::split::is_own;
use super::test::Test;
use super::wide::{Input, Step, Wide};
use crate::code::{Block, Gate, Instruction, Op, Operand};

/// A body ready to run on many rows at once. Its parameters are so many rows, then what all have in common, then the state. None
/// if there is a state, a loop in the body, or a gate of the user's behind a test, which may ask that the test was passed.
pub(super) fn widen<R: Real>(block: &Block<R>, rows: u32) -> Option<Wide<R>> {
    let wide = Wide {
        width: width(block),
        inputs: Vec::new(),
        common: 0,
        steps: Vec::new(),
        slots: Vec::new(),
        results: Vec::new(),
        scratch: Vec::new(),
    };
    let mut widening = Widening { rows, read: read(block), lanes: Vec::new(), wide };
    for instruction in &block.code {
        let lanes = widening.add(instruction)?;
        widening.lanes.push(lanes);
    }
    widening.wide.results = block.results.iter().map(|&result| widening.at(result)).collect();
    Some(widening.wide)
}

/// As many rows as leave what is computed in the cache. What all have in common is the first instruction.
fn width<R>(block: &Block<R>) -> u32 {
    const CACHE: usize = 1 << 18;
    let numbers: usize = block.code[1..].iter().map(|instruction| instruction.width as usize).sum();
    (CACHE / (numbers.max(1) * size_of::<R>())).clamp(8, Group::MAX as usize) as u32 & !7
}

/// What an instruction or a result reads.
fn read<R>(block: &Block<R>) -> FxHashSet<Operand> {
    block.code.iter().flat_map(|instruction| &instruction.args).chain(&block.results).copied().collect()
}

struct Widening<R> {
    rows: u32,
    read: FxHashSet<Operand>,
    /// Where the values of each instruction are.
    lanes: Vec<Vec<Lanes>>,
    wide: Wide<R>,
}

impl<R: Real> Widening<R> {
    fn at(&self, operand: Operand) -> Lanes {
        self.lanes[operand.def as usize][operand.at as usize]
    }

    fn reserve(&mut self, slots: u32) -> u32 {
        let first = self.wide.slots.len();
        self.wide.slots.resize(first + slots as usize, R::zero());
        first as u32
    }

    fn constant(&mut self, c: R) -> Lanes {
        let first = self.reserve(1);
        self.wide.slots[first as usize] = c;
        Lanes { first, stride: 0 }
    }

    /// Adds an instruction; returns where its values are.
    fn add(&mut self, instruction: &Instruction<R>) -> Option<Vec<Lanes>> {
        let Instruction { op, args, width } = instruction;
        let args: Vec<Lanes> = args.iter().map(|&arg| self.at(arg)).collect();
        Some(match op {
            Op::Parameter(k) if *k < self.rows => self.row(*k, *width),
            Op::Parameter(k) if *k == self.rows => {
                self.wide.common = self.reserve(*width);
                (0..*width).map(|at| Lanes { first: self.wide.common + at, stride: 0 }).collect()
            }
            Op::Parameter(_) if *width == 0 => Vec::new(),
            Op::Parameter(_) | Op::Arrays(_) | Op::Loop(_) => return None,
            Op::Constant(c) => vec![self.constant(*c)],
            // These say anew where numbers are.
            Op::Pack => args,
            op if is_detached(op) => args,
            op if is_own(op) && self.has_tests() => return None,
            Op::Gate(_) | Op::Derivative { .. } | Op::Masked => self.compute(op, &args, *width),
            Op::Guard { .. } | Op::Exactly { .. } => {
                self.wide.steps.push(Step::Test { test: Test::of(op)?, a: args[0], b: args[args.len() - 1] });
                Vec::new()
            }
        })
    }

    fn has_tests(&self) -> bool {
        self.wide.steps.iter().any(|step| matches!(step, Step::Test { .. }))
    }

    /// The elements of a row that are read.
    fn row(&mut self, strip: u32, width: u32) -> Vec<Lanes> {
        let def = self.lanes.len() as u32;
        let element = |at| {
            let is_read = self.read.contains(&Operand { def, at });
            let to = if is_read { self.reserve(self.wide.width) } else { 0 };
            self.wide.inputs.extend(is_read.then_some(Input { strip, at, to }));
            Lanes { first: to, stride: 1 }
        };
        (0..width).map(element).collect()
    }

    fn compute(&mut self, op: &Op<R>, args: &[Lanes], width: u32) -> Vec<Lanes> {
        let kernel = Kernel::of(op).map(|(kernel, second)| match second {
            Second::Own => (kernel, args[1]),
            Second::First => (kernel, args[0]),
            Second::Constant(c) => (kernel, self.constant(c)),
        });
        let lanes: Vec<Lanes> = (0..width).map(|_| Lanes { first: self.reserve(self.wide.width), stride: 1 }).collect();
        let step = match (kernel, op) {
            (Some((kernel, b)), _) => Step::Kernel { kernel, to: lanes[0].first, a: args[0], b },
            (None, Op::Gate(gate)) => gate_step(gate, 0, args, &lanes),
            (None, Op::Derivative { gate, order }) => gate_step(gate, *order, args, &lanes),
            _ => return lanes,
        };
        self.wide.steps.push(step);
        lanes
    }
}

fn gate_step<R: Real>(gate: &Gate<R>, order: u32, args: &[Lanes], to: &[Lanes]) -> Step<R> {
    Step::Gate { gate: gate.clone(), order, to: to.iter().map(|lanes| lanes.first).collect(), args: args.into() }
}
