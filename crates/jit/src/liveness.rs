//! `Liveness`: how long the numbers of a routine are needed, and which of them more than one function needs.

use anygrad_core::{Real, UnaryOp};
use anygrad_graph::code::{Block, Gate, Op, Operand};

use crate::looped::is_apart;

const NEVER: u32 = u32::MAX;

/// How long the numbers of a routine are needed. Arrays count as one.
pub(crate) struct Liveness {
    /// The first entry of each instruction.
    starts: Vec<u32>,
    in_memory: Vec<bool>,
    /// The position in the order of the last use of an entry.
    last: Vec<u32>,
    /// Whether it is used in another function than the one that defines it.
    escapes: Vec<bool>,
    /// For each instruction the entries that it reads; each is listed where its last use is.
    ended: Vec<Vec<Operand>>,
}

/// The number that an operand is another name for.
pub(crate) fn root<R>(block: &Block<R>, marked: &[bool], operand: Operand) -> Operand {
    let mut operand = operand;
    loop {
        let instruction = &block.code[operand.def as usize];
        let is_name = matches!(instruction.op, Op::Pack | Op::Gate(Gate::Unary(UnaryOp::Detach(_))));
        if !is_name || marked[operand.def as usize] {
            return operand;
        }
        operand = instruction.args[operand.at as usize];
    }
}

impl Liveness {
    /// `starts` are the positions in the order where functions begin.
    pub(crate) fn of<R: Real>(
        block: &Block<R>,
        order: &[u32],
        starts: &[u32],
        is_in_memory: impl Fn(usize) -> bool,
    ) -> Self {
        let in_memory: Vec<bool> = (0..block.code.len()).map(&is_in_memory).collect();
        let mut entries = 0;
        let firsts = block.code.iter().zip(&in_memory).map(|(instruction, &in_memory)| {
            let first = entries;
            entries += match instruction.op {
                Op::Parameter(_) | Op::Constant(_) => 0,
                _ if in_memory => 1,
                _ => instruction.width,
            };
            first
        });
        let firsts: Vec<u32> = firsts.collect();
        let mut liveness = Self {
            starts: firsts,
            in_memory,
            last: vec![NEVER; entries as usize],
            escapes: vec![false; entries as usize],
            ended: vec![Vec::new(); order.len()],
        };
        liveness.follow(block, order, starts);
        liveness
    }

    fn follow<R: Real>(&mut self, block: &Block<R>, order: &[u32], starts: &[u32]) {
        let mut functions = vec![0_u32; block.code.len()];
        let mut names = vec![Operand { def: 0, at: 0 }; self.last.len()];
        let mut function = 0;
        for (at, &def) in (0..).zip(order) {
            function += u32::from(starts.get(function as usize + 1) == Some(&at));
            functions[def as usize] = function;
            let instruction = &block.code[def as usize];
            let is_apart = matches!(&instruction.op, Op::Loop(code) if is_apart(code));
            instruction.reads(|span| {
                if matches!(block.code[span.first.def as usize].op, Op::Parameter(_) | Op::Constant(_)) {
                    return;
                }
                let len = if self.in_memory[span.first.def as usize] { span.len.min(1) } else { span.len };
                for offset in 0..len {
                    let operand = Operand { at: span.first.at + offset, ..span.first };
                    let Some((entry, operand)) = self.entry(block, operand) else { continue };
                    self.last[entry] = at;
                    names[entry] = operand;
                    self.escapes[entry] |= is_apart || functions[operand.def as usize] != function;
                }
            });
        }
        for &result in &block.results {
            if let Some((entry, operand)) = self.entry(block, result) {
                // Arrays are delivered at the end.
                if self.in_memory[operand.def as usize] {
                    self.last[entry] = NEVER;
                }
            }
        }
        for (&last, name) in self.last.iter().zip(names) {
            if last != NEVER {
                self.ended[last as usize].push(name);
            }
        }
    }

    /// The entry of a number, and the number that it is another name for; none for parameters and constants.
    fn entry<R>(&self, block: &Block<R>, operand: Operand) -> Option<(usize, Operand)> {
        let operand = root(block, &self.in_memory, operand);
        let first = self.starts[operand.def as usize] as usize;
        match block.code[operand.def as usize].op {
            Op::Parameter(_) | Op::Constant(_) => None,
            _ if self.in_memory[operand.def as usize] => Some((first, Operand { at: 0, ..operand })),
            _ => Some((first + operand.at as usize, operand)),
        }
    }

    /// Whether the number is needed in another function than the one that defines it.
    pub(crate) fn escapes(&self, operand: Operand) -> bool {
        self.escapes[(self.starts[operand.def as usize] + operand.at) as usize]
    }

    pub(crate) fn is_in_memory(&self, def: u32) -> bool {
        self.in_memory[def as usize]
    }

    /// What is not needed after the `at`-th instruction of the order.
    pub(crate) fn ended(&mut self, at: u32) -> Vec<Operand> {
        std::mem::take(&mut self.ended[at as usize])
    }
}
