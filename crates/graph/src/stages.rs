//! `Stages`: a program cut at some of its loops.

use std::ops::Range;

use anygrad_core::Real;
use rustc_hash::FxHashMap;
use smallvec::smallvec;

use crate::Program;
use crate::code::{Block, Instruction, Loop, Op, Operand, Row, Span};

/// A program cut at some of its loops. The stages share a list of values: the inputs, then what each of them defines for
/// those behind it.
pub(crate) struct Stages<R> {
    pub(crate) stages: Vec<Stage<R>>,
    pub(crate) results: Vec<Source<R>>,
    /// How many values there are in all.
    pub(crate) values: usize,
}

/// Some work, and where its results are among the values.
pub(crate) enum Stage<R> {
    /// A program of all values before its own.
    Code(Program<R>, Range<usize>),
    /// A loop, and where its rows and captures come from.
    Rows { code: Loop<R>, rows: Vec<Source<R>>, captures: Vec<Source<R>>, to: Range<usize> },
}

/// Where numbers come from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<R> {
    /// The values, from one on.
    Values(u32),
    /// A data parameter, from some number on.
    Data(usize, u32),
    Constant(R),
}

impl<R: Real> Source<R> {
    /// The number itself.
    pub(crate) fn value(self, values: &[R], data: &[Vec<R>]) -> R {
        match self {
            Self::Values(at) => values[at as usize],
            Self::Data(k, at) => data[k][at as usize],
            Self::Constant(c) => c,
        }
    }

    /// Appends `len` of the numbers, from the `from`-th on.
    pub(crate) fn append(self, from: u32, len: u32, values: &[R], data: &[Vec<R>], to: &mut Vec<R>) {
        let (array, at) = match self {
            Self::Values(at) => (values, at),
            Self::Data(k, at) => (&*data[k], at),
            Self::Constant(c) => return to.extend((0..len).map(|_| c)),
        };
        to.extend_from_slice(&array[(at + from) as usize..][..len as usize]);
    }
}

/// Cutting a program.
struct Cutting<'p, R> {
    block: &'p Block<R>,
    data: &'p [Vec<R>],
    /// The stage of each instruction.
    stage: Vec<usize>,
    /// Where the values of an instruction are that another stage needs.
    places: FxHashMap<u32, u32>,
    values: u32,
}

impl<R: Real> Stages<R> {
    /// Cuts a program at the loops that `is_cut` chooses, outside of other loops.
    pub(crate) fn of(program: &Program<R>, is_cut: impl Fn(&Loop<R>) -> bool) -> Self {
        let block = program.block();
        let mut number = 0;
        let stage = block.code.iter().map(|instruction| match &instruction.op {
            Op::Loop(code) if is_cut(code) => {
                number += 2;
                number - 1
            }
            _ => number,
        });
        let stage: Vec<usize> = stage.collect();
        let values = program.inputs() as u32;
        let mut cutting = Cutting { block, data: program.data(), stage, places: FxHashMap::default(), values };
        let shared = cutting.shared();
        let stages = (0..=number).filter_map(|number| cutting.stage(number, &shared)).collect();
        let results = block.results.iter().map(|&result| cutting.source(result)).collect();
        Self { stages, results, values: cutting.values as usize }
    }
}

fn is_given<R>(instruction: &Instruction<R>) -> bool {
    matches!(instruction.op, Op::Parameter(_) | Op::Constant(_))
}

impl<R: Real> Cutting<'_, R> {
    /// The instructions that another stage than their own needs, or a result.
    fn shared(&self) -> Vec<bool> {
        let mut shared = vec![false; self.block.code.len()];
        for (def, instruction) in self.block.code.iter().enumerate() {
            instruction.reads(|span| {
                let read = span.first.def as usize;
                shared[read] |= self.stage[read] != self.stage[def];
            });
        }
        self.block.results.iter().for_each(|result| shared[result.def as usize] = true);
        shared
    }

    /// Makes a stage; none if there is nothing to do in it.
    fn stage(&mut self, number: usize, shared: &[bool]) -> Option<Stage<R>> {
        let block = self.block;
        let own = (0..block.code.len()).filter(|&def| self.stage[def] == number && !is_given(&block.code[def]));
        let own: Vec<usize> = own.collect();
        let start = self.values;
        let stage = match own.first().map(|&def| &block.code[def].op) {
            None => return None,
            Some(Op::Loop(code)) if number % 2 == 1 => {
                let rows = code.rows.iter().map(|row| self.source(row.first)).collect();
                let captures = code.captures.iter().map(|span| self.source(span.first)).collect();
                self.place(own[0]);
                Stage::Rows { code: (**code).clone(), rows, captures, to: start as usize..self.values as usize }
            }
            Some(_) => {
                let program = self.program(&own, shared);
                own.iter().filter(|&&def| shared[def]).for_each(|&def| self.place(def));
                Stage::Code(program, start as usize..self.values as usize)
            }
        };
        Some(stage)
    }

    /// Gives the values of an instruction the next places.
    fn place(&mut self, def: usize) {
        self.places.insert(def as u32, self.values);
        self.values += self.block.code[def].width;
    }

    fn source(&self, operand: Operand) -> Source<R> {
        match self.block.code[operand.def as usize].op {
            Op::Parameter(0) => Source::Values(operand.at),
            Op::Parameter(k) => Source::Data(k as usize - 1, operand.at),
            Op::Constant(c) => Source::Constant(c),
            _ => Source::Values(self.places.get(&operand.def).map_or(0, |place| place + operand.at)),
        }
    }

    /// The program of some instructions: of all values so far, resulting in what other stages need.
    fn program(&self, own: &[usize], shared: &[bool]) -> Program<R> {
        let mut code = vec![Instruction { op: Op::Parameter(0), args: smallvec![], width: self.values }];
        let (mut names, mut data) = (FxHashMap::default(), Vec::new());
        for &def in own {
            let instruction = self.block.code[def].clone();
            instruction.reads(|span| {
                let read = &self.block.code[span.first.def as usize];
                let op = match read.op {
                    Op::Parameter(k) if k > 0 && !names.contains_key(&span.first.def) => {
                        data.push(self.data[k as usize - 1].clone());
                        Op::Parameter(data.len() as u32)
                    }
                    Op::Constant(c) if !names.contains_key(&span.first.def) => Op::Constant(c),
                    _ => return,
                };
                names.insert(span.first.def, code.len() as u32);
                code.push(Instruction { op, args: smallvec![], width: read.width });
            });
            let name = |operand: Operand| match (names.get(&operand.def), self.source(operand)) {
                (Some(&def), _) => Operand { def, ..operand },
                (None, Source::Values(at)) => Operand { def: 0, at },
                (None, _) => operand,
            };
            let renamed = instruction.renamed(name);
            names.insert(def as u32, code.len() as u32);
            code.push(renamed);
        }
        let results = own.iter().filter(|&&def| shared[def]).flat_map(|&def| {
            let def_now = names[&(def as u32)];
            (0..self.block.code[def].width).map(move |at| Operand { def: def_now, at })
        });
        let results = results.collect();
        Program::new(Block { code, results }, data)
    }
}

impl<R: Real> Program<R> {
    /// A loop without a state as a program of its rows and captures, one behind the other, that results in all it defines.
    pub(crate) fn of_loop(mut code: Loop<R>) -> Self {
        let (mut at, trips, width) = (0, code.trips, code.width());
        let mut place = |len: u32| {
            let first = Operand { def: 0, at };
            at += len;
            first
        };
        code.rows.iter_mut().for_each(|row| *row = Row { first: place(row.layout.len(trips)), ..*row });
        code.captures.iter_mut().for_each(|span| *span = Span { first: place(span.len), ..*span });
        let inputs = Instruction { op: Op::Parameter(0), args: smallvec![], width: at };
        let rows = Instruction { op: Op::Loop(Box::new(code)), args: smallvec![], width };
        let results = (0..width).map(|at| Operand { def: 1, at }).collect();
        Self::new(Block { code: vec![inputs, rows], results }, Vec::new())
    }
}
