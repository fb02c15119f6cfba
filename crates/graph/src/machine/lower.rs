//! From a block to the steps of a machine.

use anygrad_core::{BinaryOp, Real, Relation, UnaryOp};
use rustc_hash::FxHashMap;

use super::Machine;
use super::looped::Looped;
use super::step::{Lanes, Step};
use crate::code::{Block, Gate, Instruction, Op, Operand};

/// The steps of a block: level by level, the instructions of one kind on one level side by side.
pub(super) fn lower<R: Real>(block: &Block<R>) -> Machine<R> {
    let mut lowering =
        Lowering { block, first: vec![0; block.code.len()], slots: Vec::new(), constants: FxHashMap::default() };
    let parameters = lowering.place_parameters();
    let order = lowering.order();
    let mut steps = Vec::new();
    for group in order.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let mut defs: Vec<u32> = group.iter().map(|&(_, _, def)| def).collect();
        // Neighbours in memory become neighbours in a step; adjoints are recorded last one first.
        defs.sort_by_cached_key(|&def| lowering.lane(def).map(|lane| lane.operands));
        lowering.place(&defs);
        lowering.emit(&defs, &mut steps);
    }
    let steps = chained(steps);
    let results = block.results.iter().map(|&result| lowering.slot(result)).collect();
    Machine { steps, slots: lowering.slots, parameters, results, scratch: Vec::new(), failed: 0 }
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

#[derive(Clone, PartialEq)]
enum Kind<R> {
    Unary(UnaryOp<R>),
    Binary(BinaryOp),
    Slope(UnaryOp<R>),
    Masked,
    Guard(Relation, bool),
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
            if let Op::Gate(Gate::Unary(op)) = &instruction.op
                && let Some((_, c)) = with_constant(*op)
            {
                self.constant(c);
            }
        }
        order.sort_unstable();
        order
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
        let instruction = &self.block.code[def as usize];
        let slots = |i: usize| self.slot(instruction.args[i]);
        Some(match &instruction.op {
            op if is_detached(op) => return None,
            Op::Gate(Gate::Unary(op)) => match with_constant(*op) {
                Some((op, c)) => {
                    Lane { kind: Kind::Binary(op), operands: [slots(0), self.constants[&c.widen().to_bits()]] }
                }
                None if is_square(*op) => Lane { kind: Kind::Binary(BinaryOp::Mul), operands: [slots(0), slots(0)] },
                None => Lane { kind: Kind::Unary(*op), operands: [slots(0); 2] },
            },
            Op::Gate(Gate::Binary(op)) => Lane { kind: Kind::Binary(*op), operands: [slots(0), slots(1)] },
            Op::Derivative { gate: Gate::Unary(op), order: 1 } => {
                Lane { kind: Kind::Slope(*op), operands: [slots(0), slots(1)] }
            }
            Op::Masked => Lane { kind: Kind::Masked, operands: [slots(0), slots(1)] },
            Op::Guard { relation, expected, .. } => {
                Lane { kind: Kind::Guard(*relation, *expected), operands: [slots(0), slots(1)] }
            }
            _ => return None,
        })
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
                    && self.place_of(def) == self.place_of(defs[0])
            })
        };
        (0..).zip(defs).take_while(|&pair| fits(pair)).count()
    }

    /// The line of a guard: guards of one line may share a step.
    fn place_of(&self, def: u32) -> Option<&crate::Place> {
        match &self.block.code[def as usize].op {
            Op::Guard { place, .. } => place.as_ref(),
            _ => None,
        }
    }

    fn step(&self, def: u32, Lane { kind, operands }: Lane<R>, strides: Option<[u32; 2]>, len: u32) -> Step<R> {
        let strides = strides.unwrap_or([1, 1]);
        let [a, b] = [0, 1].map(|i| Lanes { first: operands[i], stride: strides[i] });
        let to = self.first[def as usize];
        match kind {
            Kind::Unary(op) => Step::Unary { op, to, len, x: a },
            Kind::Binary(op) => Step::Binary { op, to, len, a, b },
            Kind::Slope(op) => Step::Slope { op, to, len, x: a, y: b },
            Kind::Masked => Step::Masked { to, len, test: a, x: b },
            Kind::Guard(relation, expected) => {
                Step::Guard { relation, expected, len, a, b, place: self.place_of(def).cloned() }
            }
        }
    }

    /// The step of an instruction that stands alone; none for what needs none.
    fn single(&self, def: u32) -> Option<Step<R>> {
        let Instruction { op, args, width } = &self.block.code[def as usize];
        let to = self.first[def as usize];
        let slots = |operands: &[Operand]| operands.iter().map(|&operand| self.slot(operand)).collect::<Box<[u32]>>();
        Some(match op {
            Op::Gate(gate) if !is_detached(op) => Step::Gate { gate: gate.clone(), to, args: slots(args) },
            Op::Derivative { gate, order } => {
                Step::Derivative { gate: gate.clone(), order: *order, to, width: *width, args: slots(args) }
            }
            Op::Pack => Step::Copy { to, from: slots(args) },
            Op::Exactly { value, place } => {
                Step::Exactly { value: *value, x: self.slot(args[0]), place: place.clone() }
            }
            Op::Loop(body) => Step::Loop(Box::new(Looped::of(body, to, |operand| self.slot(operand)))),
            // A detached number is where the number is.
            Op::Gate(_) | Op::Parameter(_) | Op::Constant(_) | Op::Masked | Op::Guard { .. } => return None,
        })
    }
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

/// A gate with a constant as a gate of two arguments.
fn with_constant<R: Real>(op: UnaryOp<R>) -> Option<(BinaryOp, R)> {
    match op {
        UnaryOp::AddConst(gate) => Some((BinaryOp::Add, gate.c)),
        UnaryOp::MulConst(gate) => Some((BinaryOp::Mul, gate.c)),
        UnaryOp::DivConst(gate) => Some((BinaryOp::Div, gate.c)),
        _ => None,
    }
}

/// A number without its derivative, which is the same number here.
fn is_detached<R>(op: &Op<R>) -> bool {
    matches!(op, Op::Gate(Gate::Unary(UnaryOp::Detach(_))))
}

/// `x²`, which is `x·x` to the bit.
fn is_square<R: Real>(op: UnaryOp<R>) -> bool {
    matches!(op, UnaryOp::Powi(gate) if gate.n == 2)
}

/// What instructions of one step have in common; none for those that stand alone.
fn kind_name<R: Real>(op: &Op<R>) -> Option<(&'static str, u32, Option<u64>)> {
    use anygrad_core::Unary as _;
    match op {
        Op::Gate(Gate::Unary(op)) => Some(match with_constant(*op) {
            Some((op, _)) => (anygrad_core::Binary::<R>::name(op), 0, None),
            None => (op.name(), 0, op.constant().map(f64::to_bits)),
        }),
        Op::Gate(Gate::Binary(op)) => Some((anygrad_core::Binary::<R>::name(*op), 0, None)),
        Op::Derivative { gate: Gate::Unary(op), order: 1 } => Some((op.name(), 1, op.constant().map(f64::to_bits))),
        Op::Masked => Some(("masked", 2, None)),
        Op::Guard { expected, relation, .. } => Some(("guard", 3 + u32::from(*expected), Some(*relation as u64))),
        _ => None,
    }
}
