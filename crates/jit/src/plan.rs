//! `Plan`: where each number of a program lies, and which functions there are.

use std::ops::Range;

use anygrad_core::Real;
use anygrad_graph::code::{Block, Layout, Loop, Operand};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::address::{Address, Base, Strides};
use crate::test::Test;

/// Where a computed number is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Home {
    /// In the function that computes it.
    Local,
    /// There, and stored for other functions and for loops.
    Stored(Address),
    /// Another number.
    Alias(Source),
}

/// Where a number comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// A place in memory.
    Memory(Address),
    /// A computed number, by its position among the homes.
    Value(u32),
}

/// Where the numbers of an instruction are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// In memory, one behind the other.
    Memory(Address),
    /// Each has a home, from here on.
    Values(u32),
    /// The first `values` have homes, and all of them are in memory, in these stretches.
    Both { first: u32, values: u32, stretches: u32 },
}

/// Where the numbers that a loop defines lie in memory: each stretch of them begins with a number.
#[derive(Debug)]
pub(crate) struct Stretches {
    pub(crate) list: SmallVec<[(u32, Address); 2]>,
    /// The slots that the loop has of its own, and how many.
    pub(crate) own: Address,
    pub(crate) len: u32,
}

impl Stretches {
    /// The place of a number.
    pub(crate) fn address(&self, at: u32) -> Address {
        let (start, first) = self.list[self.list.partition_point(|&(start, _)| start <= at) - 1];
        first.plus(at - start)
    }
}

/// A block with its numbers placed.
#[derive(Debug)]
pub(crate) struct Part<'p, R> {
    pub(crate) block: &'p Block<R>,
    pub(crate) places: Vec<Place>,
    /// How many loops are around.
    pub(crate) depth: usize,
    /// What is done, in this order.
    pub(crate) work: Vec<Work>,
    /// The loops among it, by instruction.
    pub(crate) loops: FxHashMap<u32, Inner<'p, R>>,
}

/// Something to do.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Work {
    /// An instruction.
    Make(u32),
    /// So many results from this one on are copied to where they belong.
    Deliver { first: u32, len: u32 },
}

/// A loop with its numbers placed.
#[derive(Debug)]
pub(crate) struct Inner<'p, R> {
    pub(crate) code: &'p Loop<R>,
    /// The memory of each output.
    pub(crate) outs: Vec<Address>,
    /// Where sums are while the loop runs, if there are too many for registers: those of the block of rows, then those of
    /// the blocks before.
    pub(crate) totals: Option<Address>,
    /// What becomes of the terms of the sums and of the outputs of a row.
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) carried: Vec<Carried>,
    /// How many rows run side by side, if that is worth it.
    pub(crate) at_once: Option<u32>,
    pub(crate) form: Form<'p, R>,
}

/// Where a number goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Target {
    pub(crate) address: Address,
    /// Whether it is added to what is there.
    pub(crate) adds: bool,
}

impl From<Address> for Target {
    fn from(address: Address) -> Self {
        Self { address, adds: false }
    }
}

/// What becomes of a result of a row, besides its state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Delivery {
    /// It is added to a sum in a register.
    Register,
    /// It goes to memory when the row is complete.
    AtEnd(Target),
    /// It is part of an output whose rows overlap, and what a row shares with the next is in registers.
    Carried,
    /// It has gone there when it was computed.
    Early,
}

/// An output whose rows overlap: what a row shares with the next one is in registers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Carried {
    pub(crate) out: usize,
    pub(crate) layout: Layout,
    /// Which of the row's results go there, from this one on; the state is not counted.
    pub(crate) term: usize,
    /// The place of the row.
    pub(crate) row: Address,
}

impl Carried {
    /// How many numbers a row shares with the next one.
    pub(crate) fn shared(self) -> u32 {
        self.layout.width - self.layout.step
    }
}

/// How a loop is made.
#[derive(Debug)]
pub(crate) enum Form<'p, R> {
    /// Within the function around it; the paths, and the homes of the state in each.
    Inline(Vec<(Part<'p, R>, Place)>),
    /// Each path as routines of its own, by the number of the loop's context.
    Apart(usize),
}

/// A block that is functions of its own, one after the other.
#[derive(Debug)]
pub(crate) struct Routine<'p, R> {
    pub(crate) part: Part<'p, R>,
    /// Where the work of each function ends.
    pub(crate) cuts: Vec<usize>,
    /// Where the results go.
    pub(crate) results: Address,
}

/// A loop whose body is functions of its own.
#[derive(Debug)]
pub(crate) struct Apart<'p, R> {
    pub(crate) code: &'p Loop<R>,
    pub(crate) depth: usize,
    pub(crate) array: Address,
    /// Where the state is that a body starts with.
    pub(crate) state: Address,
    /// Where a body leaves its results.
    pub(crate) results: Address,
    /// What has been added up: for each sum the rows of this block, then for each those before.
    pub(crate) sums: Address,
    /// Where the state and the sums come from at the start.
    pub(crate) paths: Vec<Routine<'p, R>>,
}

/// Where each number of a program lies.
#[derive(Debug)]
pub(crate) struct Plan<'p, R> {
    pub(crate) homes: Vec<Home>,
    /// Where else a number goes when it is computed.
    pub(crate) copies: FxHashMap<u32, SmallVec<[Target; 1]>>,
    /// The memory of each loop.
    pub(crate) stretches: Vec<Stretches>,
    pub(crate) strides: Strides,
    pub(crate) table: Table<R>,
    pub(crate) slots: Slots,
    pub(crate) apart: Vec<Apart<'p, R>>,
    pub(crate) tests: Vec<Test<R>>,
    /// Room for the operands and results of calls.
    pub(crate) scratch: Address,
}

impl<R> Default for Plan<'_, R> {
    fn default() -> Self {
        Self {
            homes: Vec::new(),
            copies: FxHashMap::default(),
            stretches: Vec::new(),
            strides: Strides::default(),
            table: Table { numbers: Vec::new(), data: Vec::new(), known: FxHashMap::default() },
            slots: Slots::default(),
            apart: Vec::new(),
            tests: Vec::new(),
            scratch: Address::new(Base::Slots, 0),
        }
    }
}

impl<R: Real> Plan<'_, R> {
    /// Where a number comes from in the end.
    pub(crate) fn root(&self, source: Source) -> Source {
        match source {
            Source::Value(value) => match self.homes[value as usize] {
                Home::Alias(other) => self.root(other),
                Home::Local | Home::Stored(_) => source,
            },
            Source::Memory(_) => source,
        }
    }

    /// Where a number of a block comes from.
    pub(crate) fn source(&self, places: &[Place], operand: Operand) -> Source {
        match places[operand.def as usize] {
            Place::Values(first) => self.root(Source::Value(first + operand.at)),
            Place::Both { first, values, .. } if operand.at < values => self.root(Source::Value(first + operand.at)),
            Place::Both { stretches, .. } => Source::Memory(self.stretches[stretches as usize].address(operand.at)),
            Place::Memory(array) => Source::Memory(array.plus(operand.at)),
        }
    }

    /// The memory of a number of a block, if it has some.
    pub(crate) fn memory(&self, places: &[Place], operand: Operand) -> Option<Address> {
        match self.source(places, operand) {
            Source::Memory(address) => Some(address),
            Source::Value(value) => match self.homes[value as usize] {
                Home::Stored(address) => Some(address),
                Home::Local | Home::Alias(_) => None,
            },
        }
    }
}

/// The constants and the data of a program.
#[derive(Debug)]
pub(crate) struct Table<R> {
    pub(crate) numbers: Vec<R>,
    /// Where each array of data is.
    pub(crate) data: Vec<Range<usize>>,
    known: FxHashMap<u64, u32>,
}

impl<R: Real> Table<R> {
    /// The place of a constant.
    pub(crate) fn constant(&mut self, c: R) -> Address {
        let next = self.numbers.len() as u32;
        let offset = *self.known.entry(c.widen().to_bits()).or_insert(next);
        if offset == next {
            self.numbers.push(c);
        }
        Address::new(Base::Table, offset)
    }

    /// The place of an array of data, which is appended.
    pub(crate) fn append(&mut self, data: &[R]) -> Address {
        let offset = self.numbers.len();
        self.numbers.extend_from_slice(data);
        self.data.push(offset..self.numbers.len());
        Address::new(Base::Table, offset as u32)
    }
}

/// The memory of a workspace, given out and taken back.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    pub(crate) len: u32,
    free: FxHashMap<u32, Vec<u32>>,
}

impl Slots {
    /// Memory for so many numbers.
    pub(crate) fn take(&mut self, len: u32) -> Address {
        let free = self.free.get_mut(&len).and_then(Vec::pop);
        let offset = free.unwrap_or_else(|| {
            self.len += len;
            self.len - len
        });
        Address::new(Base::Slots, offset)
    }

    /// Takes it back.
    pub(crate) fn give_back(&mut self, address: Address, len: u32) {
        self.free.entry(len).or_default().push(address.offset);
    }
}
