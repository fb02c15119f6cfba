//! From a block to the steps of a machine.

use anygrad_core::{Real, UnaryOp};
use rustc_hash::FxHashMap;

use super::kernel::{Kernel, Lanes, Second};
use super::looped::Looped;
use super::step::Step;
use super::test::Test;
use super::{Machine, Stretch};
use crate::code::{Block, Gate, Instruction, Op, Operand};

/// The steps of a block: level by level, the instructions of one kind on one level side by side.
pub(super) fn lower<R: Real>(block: &Block<R>) -> Machine<R> {
    let mut lowering =
        Lowering { block, first: vec![0; block.code.len()], slots: Vec::new(), constants: FxHashMap::default() };
    let parameters = lowering.place_parameters();
    let order = lowering.order();
    let mut steps = Vec::new();
    for group in order.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let defs = lowering.side_by_side(group.iter().map(|&(_, _, def)| def));
        lowering.place(&defs);
        lowering.emit(&defs, &mut steps);
    }
    let steps = chained(steps);
    let results: Vec<u32> = block.results.iter().map(|&result| lowering.slot(result)).collect();
    let stretches = Stretch::all_of(&results);
    Machine { steps, slots: lowering.slots, parameters, results, stretches, scratch: Vec::new(), failed: 0 }
}

struct Lowering<'a, R> {
    block: &'a Block<R>,
    /// Of each instruction the slot of its first value.
    first: Vec<u32>,
    slots: Vec<R>,
    /// The slots of the constants that are operands of gates with a constant.
    constants: FxHashMap<u64, u32>,
}

/// What one lane of a step does, as far as lanes may differ.
struct Lane<R> {
    kind: Kind<R>,
    operands: [u32; 2],
}

/// Tests of one line may share a step.
#[derive(PartialEq)]
enum Kind<R> {
    Kernel(Kernel<R>),
    Test(Test<R>),
}

impl<R: Real> Lowering<'_, R> {
    fn slot(&self, operand: Operand) -> u32 {
        self.first[operand.def as usize] + operand.at
    }

    fn reserve(&mut self, width: u32) -> u32 {
        let first = self.slots.len();
        self.slots.resize(first + width as usize, R::zero());
        first as u32
    }

    /// Slots for parameters and constants; returns where each parameter is and its length.
    fn place_parameters(&mut self) -> Vec<(u32, u32)> {
        let mut parameters = Vec::new();
        for (def, instruction) in self.block.code.iter().enumerate() {
            match instruction.op {
                Op::Parameter(k) => {
                    self.first[def] = self.reserve(instruction.width);
                    let known = parameters.len().max(k as usize + 1);
                    parameters.resize(known, (0, 0));
                    parameters[k as usize] = (self.first[def], instruction.width);
                }
                Op::Constant(c) => self.first[def] = self.constant(c),
                _ => {}
            }
        }
        parameters
    }

    fn constant(&mut self, c: R) -> u32 {
        if let Some(&slot) = self.constants.get(&c.widen().to_bits()) {
            return slot;
        }
        let slot = self.reserve(1);
        self.slots[slot as usize] = c;
        self.constants.insert(c.widen().to_bits(), slot);
        slot
    }

    /// The instructions with their levels and kinds, sorted by these.
    fn order(&mut self) -> Vec<(u32, u32, u32)> {
        let mut levels = vec![0_u32; self.block.code.len()];
        let mut kinds: FxHashMap<(&'static str, u32, Option<u64>), u32> = FxHashMap::default();
        let mut order = Vec::new();
        for (def, instruction) in self.block.code.iter().enumerate() {
            if matches!(instruction.op, Op::Parameter(_) | Op::Constant(_)) {
                continue;
            }
            let mut level = 0;
            instruction.reads(|span| level = level.max(levels[span.first.def as usize]));
            levels[def] = level + 1;
            let count = kinds.len() as u32;
            let kind = match kind_name(&instruction.op) {
                Some(name) => *kinds.entry(name).or_insert(count),
                // On its own.
                None => u32::MAX - def as u32,
            };
            order.push((level, kind, def as u32));
        }
        // Constants of gates are operands of their own, before everything that is computed.
        for instruction in &self.block.code {
            if let Some((_, Second::Constant(c))) = Kernel::of(&instruction.op) {
                self.constant(c);
            }
        }
        order.sort_unstable();
        order
    }

    /// A group in the order in which neighbours in memory become neighbours in a step: those of the first operand or of the
    /// second one, whichever makes fewer steps. (Adjoints are recorded last one first.)
    fn side_by_side(&self, defs: impl Iterator<Item = u32>) -> Vec<u32> {
        let operands = |def| self.lane(def).map(|lane| lane.operands);
        let mut by_first: Vec<_> = defs.map(|def| (operands(def), def)).collect();
        by_first.sort_unstable();
        let mut by_second = by_first.clone();
        by_second.sort_by_key(|(operands, _)| operands.map(|[a, b]| [b, a]));
        let best = if runs(&by_second) < runs(&by_first) { by_second } else { by_first };
        best.into_iter().map(|(_, def)| def).collect()
    }

    /// Slots for the values of a group.
    fn place(&mut self, defs: &[u32]) {
        for &def in defs {
            let width = self.block.code[def as usize].width;
            self.first[def as usize] = match &self.block.code[def as usize].op {
                op if is_detached(op) => self.slot(self.block.code[def as usize].args[0]),
                _ => self.reserve(width),
            };
        }
    }

    /// The steps of a group.
    fn emit(&mut self, defs: &[u32], steps: &mut Vec<Step<R>>) {
        let mut rest = defs;
        while let Some((&def, _)) = rest.split_first() {
            let Some(lane) = self.lane(def) else {
                steps.extend(self.single(def));
                rest = &rest[1..];
                continue;
            };
            let strides = self.strides(&lane, rest);
            let len = self.run_length(&lane, strides, rest);
            steps.push(self.step(def, lane, strides, len as u32));
            rest = &rest[len..];
        }
    }

    /// What an instruction does, if it can stand side by side with others.
    fn lane(&self, def: u32) -> Option<Lane<R>> {
        let Instruction { op, args, .. } = &self.block.code[def as usize];
        if is_detached(op) {
            return None;
        }
        let slot = |i: usize| self.slot(args[i]);
        if let Some((kernel, second)) = Kernel::of(op) {
            let second = match second {
                Second::Own => slot(1),
                Second::First => slot(0),
                Second::Constant(c) => self.constants[&c.widen().to_bits()],
            };
            return Some(Lane { kind: Kind::Kernel(kernel), operands: [slot(0), second] });
        }
        let test @ Test::Guard { .. } = Test::of(op)? else { return None };
        Some(Lane { kind: Kind::Test(test), operands: [slot(0), slot(1)] })
    }

    /// How far apart the operands of the first two lanes are.
    fn strides(&self, first: &Lane<R>, defs: &[u32]) -> Option<[u32; 2]> {
        let second = self.lane(*defs.get(1)?)?;
        let [a, b] = [0, 1].map(|i| second.operands[i].checked_sub(first.operands[i]));
        (second.kind == first.kind).then_some([a?, b?])
    }

    /// How many of the instructions are lanes of one step.
    fn run_length(&self, first: &Lane<R>, strides: Option<[u32; 2]>, defs: &[u32]) -> usize {
        let Some(strides) = strides else { return 1 };
        let fits = |(k, &def): (u32, &u32)| {
            self.lane(def).is_some_and(|lane| {
                lane.kind == first.kind
                    && [0, 1].iter().all(|&i| lane.operands[i] == first.operands[i] + k * strides[i])
            })
        };
        (0..).zip(defs).take_while(|&pair| fits(pair)).count()
    }

    fn step(&self, def: u32, Lane { kind, operands }: Lane<R>, strides: Option<[u32; 2]>, len: u32) -> Step<R> {
        let strides = strides.unwrap_or([1, 1]);
        let [a, b] = [0, 1].map(|i| Lanes { first: operands[i], stride: strides[i] });
        let to = self.first[def as usize];
        match kind {
            Kind::Kernel(kernel) => Step::Kernel { kernel, to, len, a, b },
            Kind::Test(test) => Step::Test { test, len, a, b },
        }
    }

    /// The step of an instruction that stands alone; none for what needs none.
    fn single(&self, def: u32) -> Option<Step<R>> {
        let Instruction { op, args, width } = &self.block.code[def as usize];
        let to = self.first[def as usize];
        let slots = |operands: &[Operand]| operands.iter().map(|&operand| self.slot(operand)).collect::<Box<[u32]>>();
        Some(match op {
            Op::Gate(gate) if !is_detached(op) => {
                Step::Gate { gate: gate.clone(), order: 0, to, width: 1, args: slots(args) }
            }
            Op::Derivative { gate, order } => {
                Step::Gate { gate: gate.clone(), order: *order, to, width: *width, args: slots(args) }
            }
            Op::Pack => Step::Copy { to, from: slots(args) },
            Op::Exactly { .. } => {
                let x = Lanes { first: self.slot(args[0]), stride: 1 };
                Step::Test { test: Test::of(op)?, len: 1, a: x, b: x }
            }
            Op::Arrays(on) => {
                let args = on.args.iter().map(|span| (self.slot(span.first), span.len)).collect();
                Step::Arrays { block: on.block.clone(), to, width: *width, args }
            }
            Op::Loop(body) => Step::Loop(Box::new(Looped::of(body, to, |operand| self.slot(operand)))),
            // A detached number is where the number is.
            Op::Gate(_) | Op::Parameter(_) | Op::Constant(_) | Op::Masked | Op::Guard { .. } => return None,
        })
    }
}

/// How many steps lanes with these operands make, in this order.
fn runs(lanes: &[(Option<[u32; 2]>, u32)]) -> usize {
    let (mut runs, mut rest) = (0, lanes);
    while let [(first, _), others @ ..] = rest {
        let strides = first
            .zip(others.first().and_then(|(second, _)| *second))
            .and_then(|([a, b], [c, d])| Some(([a, b], [c.checked_sub(a)?, d.checked_sub(b)?])));
        let fits = |(k, (operands, _)): &(u32, &(Option<[u32; 2]>, u32))| {
            strides.is_some_and(|([a, b], [c, d])| *operands == Some([a + k * c, b + k * d]))
        };
        let len = (1..).zip(others).take_while(fits).count();
        (runs, rest) = (runs + 1, &others[len..]);
    }
    runs
}

/// The steps, with chains of sums (each adds something to the one before) as one step each.
fn chained<R: Real>(steps: Vec<Step<R>>) -> Vec<Step<R>> {
    let mut all: Vec<Step<R>> = Vec::with_capacity(steps.len());
    for step in steps {
        if let Some(longer) = all.last().and_then(|last| last.joined(&step)) {
            all.pop();
            all.push(longer);
        } else {
            all.push(step);
        }
    }
    all
}

/// A number without its derivative, which is the same number here.
pub(super) fn is_detached<R>(op: &Op<R>) -> bool {
    matches!(op, Op::Gate(Gate::Unary(UnaryOp::Detach(_))))
}

/// What instructions of one step have in common; none for those that stand alone.
fn kind_name<R: Real>(op: &Op<R>) -> Option<(&'static str, u32, Option<u64>)> {
    match op {
        Op::Guard { expected, relation, .. } => Some(("guard", 3 + u32::from(*expected), Some(*relation as u64))),
        _ => Kernel::of(op).map(|(kernel, _)| kernel.name()),
    }
}
