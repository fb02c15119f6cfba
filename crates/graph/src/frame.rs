//! `Frame<R>`: the code of one block in the making.

use std::any::TypeId;
use std::cell::Cell;

use anygrad_core::{BinaryOp, NaryOp, Real, Relation, Unary};
use rustc_hash::FxHashMap;

use smallvec::smallvec;

use crate::code::{Gate, Instruction, Op, Operand, Operands, Span};
use crate::own_block::Identity;
use crate::places::{Parts, Places, whole};
use crate::prune::packed;

/// The code of one block in the making.
#[derive(Debug)]
pub(crate) struct Frame<R> {
    pub(crate) id: u32,
    pub(crate) code: Vec<Instruction<R>>,
    shared: FxHashMap<Key, u32>,
    /// What of the frame around this one is used.
    pub(crate) captures: Vec<Capture<R>>,
    /// Loops whose work another loop does as well.
    replaced: Vec<Replaced>,
    /// The number of the last trial that something was recorded in, and where that began.
    trial: (u64, usize),
}

/// Numbers of the frame around a frame, the instruction that stands for them, and their values at the point of recording.
#[derive(Debug)]
pub(crate) struct Capture<R> {
    pub(crate) outer: Span,
    pub(crate) def: u32,
    pub(crate) values: Vec<R>,
}

/// A loop whose values another one defines as well: its sums at the same places, its outputs `shift` places later.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Replaced {
    pub(crate) old: u32,
    pub(crate) new: u32,
    pub(crate) sums: u32,
    pub(crate) shift: u32,
}

impl Replaced {
    /// Where the values are now.
    fn parts(&self) -> Parts {
        let first = Operand { def: self.new, at: 0 };
        smallvec![(0, first), (self.sums, first.plus(self.sums + self.shift))]
    }
}

thread_local! {
    /// The number of the trial that is under way, or of the last one.
    static TRIAL: Cell<u64> = const { Cell::new(0) };
    /// Whether one is under way.
    static ON_TRIAL: Cell<bool> = const { Cell::new(false) };
}

/// What two equal instructions have in common. Floats are compared by their bits.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    kind: Kind,
    constant: Option<u64>,
    args: Operands,
    spans: Vec<Span>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum Kind {
    Parameter(u32),
    Constant,
    Unary(u32, &'static str),
    Binary(u32, BinaryOp),
    Nary(u32, NaryOp),
    Own(u32, Option<TypeId>, u32),
    Masked,
    Guard(Relation),
    Exactly,
    Arrays(Identity),
}

impl<R: Real> Frame<R> {
    pub(crate) fn new(id: u32) -> Self {
        Self {
            id,
            code: Vec::new(),
            shared: FxHashMap::default(),
            captures: Vec::new(),
            replaced: Vec::new(),
            trial: (0, 0),
        }
    }

    /// Appends an instruction.
    pub(crate) fn push(&mut self, op: Op<R>, args: Operands, width: u32) -> Operand {
        let (def, trial) = (self.code.len() as u32, TRIAL.get());
        if self.trial.0 != trial {
            self.trial = (trial, self.code.len());
        }
        self.code.push(Instruction { op, args, width });
        Operand { def, at: 0 }
    }

    /// The instruction, or an equal one that is there already.
    pub(crate) fn share(&mut self, op: Op<R>, args: Operands, width: u32) -> Operand {
        let Some(key) = key_of(&op, &args) else { return self.push(op, args, width) };
        if let Some(&def) = self.shared.get(&key) {
            return Operand { def, at: 0 };
        }
        let operand = self.push(op, args, width);
        self.shared.insert(key, operand.def);
        operand
    }
}

impl<R: Real> Frame<R> {
    /// Forgets what the last trial recorded here.
    pub(crate) fn forget_trial(&mut self) {
        let (trial, start) = self.trial;
        if trial == TRIAL.get() {
            for Instruction { op, args, .. } in self.code.drain(start..) {
                key_of(&op, &args).map(|key| self.shared.remove(&key));
            }
            self.captures.retain(|capture| (capture.def as usize) < start);
        }
    }
}

impl<R: Real> Frame<R> {
    /// Says that a loop's work is done by another one.
    pub(crate) fn replace(&mut self, replaced: Replaced) {
        self.replaced.push(replaced);
    }

    /// The instruction that defines the values of `def`, now that some loops are replaced.
    fn current(&self, def: u32) -> u32 {
        self.replaced.iter().find(|replaced| replaced.old == def).map_or(def, |by| by.new)
    }

    /// Whether another loop may do the work of the loop `old` as well that reads some values: one loop at most, and none that
    /// waits for what it replaces.
    pub(crate) fn may_replace(&self, old: u32, reads: Vec<Operand>) -> bool {
        self.current(old) == old && !self.depends(reads, old)
    }

    /// Whether any of some values depends on the instruction `on`.
    fn depends(&self, values: Vec<Operand>, on: u32) -> bool {
        let (mut open, mut seen) = (values, vec![false; self.code.len()]);
        while let Some(value) = open.pop() {
            let def = self.current(value.def);
            if def == on {
                return true;
            }
            if !std::mem::replace(&mut seen[def as usize], true) {
                self.code[def as usize].reads(|span| open.push(span.first));
            }
        }
        false
    }

    /// The code and the results with replaced loops left out, in an order in which every value is defined before it is used.
    pub(crate) fn in_order(&mut self, results: Vec<Operand>) -> Vec<Operand> {
        if self.replaced.is_empty() {
            return results;
        }
        let mut places: Places = (0..self.code.len() as u32).map(|def| whole(Operand { def, at: 0 })).collect();
        self.replaced.iter().for_each(|replaced| places.replace(replaced.old, replaced.parts()));
        let results: Vec<Operand> = results.into_iter().map(|result| places.at(result)).collect();
        for def in 0..self.code.len() {
            // What a loop reads may have lain side by side across the sums and the outputs of another.
            let mut instruction = self.code[def].clone();
            instruction.move_reads(|span| places.span(span, |args| packed(&mut self.code, args)));
            self.code[def] = instruction;
        }
        let mut code: Vec<Option<Instruction<R>>> = self.code.drain(..).map(Some).collect();
        self.replaced.iter().for_each(|replaced| code[replaced.old as usize] = None);
        let mut names = vec![u32::MAX; code.len()];
        let mut ordered = Vec::with_capacity(code.len());
        for def in 0..code.len() as u32 {
            let mut open = vec![def];
            while let Some(&def) = open.last() {
                let before = open.len();
                if let Some(instruction) = &code[def as usize] {
                    instruction
                        .reads(|span| open.extend(code[span.first.def as usize].is_some().then_some(span.first.def)));
                }
                if open.len() == before {
                    open.pop();
                    if let Some(instruction) = code[def as usize].take() {
                        names[def as usize] = ordered.len() as u32;
                        ordered.push(instruction);
                    }
                }
            }
        }
        let name = |operand: Operand| Operand { def: names[operand.def as usize], ..operand };
        self.code = ordered.into_iter().map(|instruction| instruction.renamed(name)).collect();
        self.captures.iter_mut().for_each(|capture| capture.def = names[capture.def as usize]);
        self.replaced.clear();
        results.into_iter().map(name).collect()
    }
}

/// The key of an instruction; none for what is never shared.
fn key_of<R: Real>(op: &Op<R>, args: &Operands) -> Option<Key> {
    let mut constant = None;
    let mut gate_kind = |gate: &Gate<R>, order| match gate {
        Gate::Unary(op) => {
            constant = op.constant().map(f64::to_bits);
            Kind::Unary(order, op.name())
        }
        Gate::Binary(op) => Kind::Binary(order, *op),
        Gate::Nary(op) => Kind::Nary(order, *op),
        Gate::Own(own) => {
            let (identity, id) = own.key();
            Kind::Own(order, identity, id)
        }
    };
    let (mut args, mut spans) = (args.clone(), Vec::new());
    let kind = match op {
        Op::Parameter(k) => Kind::Parameter(*k),
        Op::Constant(c) => {
            constant = Some(c.widen().to_bits());
            Kind::Constant
        }
        Op::Gate(gate) => {
            // Sums and products of two are the same either way.
            if matches!(gate, Gate::Binary(BinaryOp::Add | BinaryOp::Mul)) {
                args.sort_unstable();
            }
            gate_kind(gate, 0)
        }
        Op::Derivative { gate, order } => gate_kind(gate, *order),
        Op::Masked => Kind::Masked,
        Op::Guard { relation, .. } => Kind::Guard(*relation),
        Op::Exactly { .. } => Kind::Exactly,
        Op::Arrays(on) => {
            spans.clone_from(&on.args);
            Kind::Arrays(on.block.identity().clone())
        }
        Op::Pack | Op::Loop(_) => return None,
    };
    Some(Key { kind, constant, args, spans })
}

/// Runs something whose recording is to be [forgotten](Frame::forget_trial); true if it is not part of another trial, with
/// which it will be forgotten.
pub(crate) fn trial<Y>(run: impl FnOnce() -> Y) -> (Y, bool) {
    /// Ends the trial, also after a panic.
    struct End(bool);
    impl Drop for End {
        fn drop(&mut self) {
            ON_TRIAL.set(self.0);
        }
    }
    let end = End(ON_TRIAL.replace(true));
    if !end.0 {
        TRIAL.set(TRIAL.get() + 1);
    }
    (run(), !end.0)
}
