//! The body of a loop in two: what is the same for all rows, and the rest.

use anygrad_core::Real;
use rustc_hash::FxHashMap;
use smallvec::smallvec;

use crate::code::{Block, Gate, Instruction, Op, Operand, Span};

/// A body in two. `common` has the captures as its parameters and results in what `rest` reads of it; `rest` has the rows as its
/// parameters, then the results of `common`, then the state.
pub(super) struct Split<R> {
    pub(super) common: Block<R>,
    pub(super) rest: Block<R>,
}

/// Splits a body whose parameters are so many rows, so many captures, and the state.
pub(super) fn split<R: Real>(block: &Block<R>, rows: u32, captures: u32) -> Split<R> {
    let is_common = is_common(block, rows, captures);
    let shared = shared(block, &is_common);
    let starts = shared.iter().scan(0, |next, span| Some(std::mem::replace(next, *next + span.len)));
    let mut splitting = Splitting {
        block,
        is_common,
        names: Vec::with_capacity(block.code.len()),
        places: shared.iter().copied().zip(starts).collect(),
        common: Block::default(),
        rest: Block::default(),
    };
    let width = shared.iter().map(|span| span.len).sum();
    splitting.rest.code.push(Instruction { op: Op::Parameter(rows), args: smallvec![], width });
    for (def, instruction) in block.code.iter().enumerate() {
        splitting.add(def, instruction, rows, captures);
    }
    splitting.rest.results = block.results.iter().map(|&result| splitting.place(result.into())).collect();
    let Splitting { mut common, rest, names, .. } = splitting;
    let named = |operand: Operand| Operand { def: names[operand.def as usize], ..operand };
    common.results = shared.iter().flat_map(|span| (0..span.len).map(|at| named(span.first.plus(at)))).collect();
    Split { common, rest }
}

/// What the rest reads of the common part, besides constants. Neighbours stay neighbours, as far as they are read.
fn shared<R>(block: &Block<R>, is_common: &[bool]) -> Vec<Span> {
    let mut shared = Vec::new();
    let mut read = |span: Span| {
        let def = span.first.def as usize;
        if is_common[def] && !matches!(block.code[def].op, Op::Constant(_)) {
            shared.push(span);
        }
    };
    let rest = block.code.iter().zip(is_common).filter(|(_, is_common)| !**is_common);
    rest.for_each(|(instruction, _)| instruction.reads(&mut read));
    block.results.iter().for_each(|&result| read(result.into()));
    shared.sort_unstable_by_key(|span| (span.first, span.len));
    shared.dedup();
    shared
}

/// Whether there is a gate of the user's in it, which stays behind the tests of the rows.
pub(super) fn is_own<R>(op: &Op<R>) -> bool {
    match op {
        Op::Gate(Gate::Own(_)) | Op::Derivative { gate: Gate::Own(_), .. } => true,
        Op::Loop(body) => body.body.iter().flat_map(|path| &path.code).any(|instruction| is_own(&instruction.op)),
        _ => false,
    }
}

/// Of each instruction whether neither a row nor the state changes what it defines.
fn is_common<R>(block: &Block<R>, rows: u32, captures: u32) -> Vec<bool> {
    let mut is_common = Vec::with_capacity(block.code.len());
    for instruction in &block.code {
        let mut common = match &instruction.op {
            Op::Parameter(k) => (rows..rows + captures).contains(k),
            op => !is_own(op),
        };
        instruction.reads(|span| common &= is_common[span.first.def as usize]);
        is_common.push(common);
    }
    is_common
}

struct Splitting<'a, R> {
    block: &'a Block<R>,
    is_common: Vec<bool>,
    /// The numbers of the instructions in the block that they are in; of constants, which are in both, that in the rest.
    names: Vec<u32>,
    /// Which results of the common block, from there on, are what the rest reads of it.
    places: FxHashMap<Span, u32>,
    common: Block<R>,
    rest: Block<R>,
}

impl<R: Real> Splitting<'_, R> {
    fn add(&mut self, def: usize, instruction: &Instruction<R>, rows: u32, captures: u32) {
        let mut instruction = instruction.clone();
        match &mut instruction.op {
            Op::Parameter(k) if self.is_common[def] => *k -= rows,
            Op::Parameter(k) if *k >= rows + captures => *k = rows + 1,
            _ => {}
        }
        if self.is_common[def] && !matches!(instruction.op, Op::Constant(_)) {
            self.add_common(instruction);
        } else {
            self.add_rest(instruction);
        }
    }

    fn add_common(&mut self, instruction: Instruction<R>) {
        let Self { block, names, common, .. } = self;
        let mut constants = Vec::new();
        let renamed = instruction.renamed(|operand| {
            let constant = &block.code[operand.def as usize];
            match constant.op {
                Op::Constant(_) => {
                    constants.push(constant.clone());
                    Operand { def: (common.code.len() + constants.len() - 1) as u32, at: 0 }
                }
                _ => Operand { def: names[operand.def as usize], ..operand },
            }
        });
        common.code.extend(constants);
        names.push(common.code.len() as u32);
        common.code.push(renamed);
    }

    fn add_rest(&mut self, mut instruction: Instruction<R>) {
        instruction.move_reads(|span| Span { first: self.place(span), ..span });
        self.names.push(self.rest.code.len() as u32);
        self.rest.code.push(instruction);
    }

    /// Where the rest finds values.
    fn place(&self, span: Span) -> Operand {
        match self.places.get(&span) {
            Some(&at) => Operand { def: 0, at },
            None => Operand { def: self.names[span.first.def as usize], ..span.first },
        }
    }
}
