//! How a program is laid out: the order of its instructions, its functions, and the memory of its numbers.

use anygrad_core::{Error, Real};
use anygrad_graph::Program;
use anygrad_graph::code::{Block, Gate, Op, Operand, Span};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::address::{Address, Base};
use crate::cost::most_operands;
use crate::cut::{cut, deliver_too};
use crate::liveness::{Liveness, root};
use crate::marks::{is_array, marks};
use crate::plan::{Home, Inner, Part, Place, Plan, Routine, Source, Target, Work};
use crate::schedule::schedule;

/// The first slots hold what the test that failed compared.
pub(crate) const COMPARED: u32 = 2;

impl<'p, R: Real> Plan<'p, R> {
    /// The plan of a program, and its routine.
    pub(crate) fn of(program: &'p Program<R>) -> Result<(Self, Routine<'p, R>), Error> {
        let mut plan = Self::default();
        plan.slots.take(COMPARED);
        plan.scratch = plan.slots.take(most_operands(program.block()));
        let mut givens = vec![Place::Memory(Address::new(Base::Inputs, 0))];
        givens.extend(program.data().iter().map(|data| Place::Memory(plan.table.append(data))));
        let routine = plan.routine(program.block(), &givens, 0, Address::new(Base::Outputs, 0))?;
        Ok((plan, routine))
    }

    /// Lays out a block that becomes functions of its own.
    pub(crate) fn routine(
        &mut self,
        block: &'p Block<R>,
        givens: &[Place],
        depth: usize,
        results: Address,
    ) -> Result<Routine<'p, R>, Error> {
        let order = schedule(block);
        let (starts, cuts) = cut(block, &order);
        let marked = marks(block);
        let is_in_memory =
            |def: usize| marked[def] || is_array(&block.code[def]) || matches!(block.code[def].op, Op::Loop(_));
        let mut liveness = Liveness::of(block, &order, &starts, is_in_memory);
        let mut layout = Layout::new(self, block, givens, depth);
        for (k, &result) in (0..).zip(&block.results) {
            layout.delivered.entry(root(block, &marked, result)).or_default().push(results.plus(k).into());
        }
        for (at, &def) in (0..).zip(&order) {
            layout.make(def, &marked, &mut |layout, operand| {
                let copies = layout.delivered.get(&operand).cloned().unwrap_or_default();
                layout.home(operand, copies, &mut liveness)
            })?;
            layout.free(at, &mut liveness, results);
        }
        let deliver = layout.deliveries(results);
        let (places, loops) = (layout.places, layout.loops);
        let mut work: Vec<Work> = order.into_iter().map(Work::Make).collect();
        work.extend(deliver);
        let cuts = deliver_too(cuts, work.len());
        let part = Part { block, places, depth, work, loops };
        Ok(Routine { part, cuts, results })
    }

    /// Lays out a block that becomes code within a function.
    pub(crate) fn inline(&mut self, block: &'p Block<R>, givens: &[Place], depth: usize) -> Result<Part<'p, R>, Error> {
        let order = schedule(block);
        let marked = marks(block);
        let mut layout = Layout::new(self, block, givens, depth);
        for &def in &order {
            layout.make(def, &marked, &mut |_, _| (Home::Local, SmallVec::new()))?;
        }
        let (places, loops) = (layout.places, layout.loops);
        Ok(Part { block, places, depth, work: order.into_iter().map(Work::Make).collect(), loops })
    }

    /// Homes for so many numbers.
    pub(crate) fn homes(&mut self, homes: impl IntoIterator<Item = Home>) -> u32 {
        let first = self.homes.len() as u32;
        self.homes.extend(homes);
        first
    }

    /// Homes in memory.
    pub(crate) fn stored(&mut self, array: Address, len: u32) -> u32 {
        self.homes((0..len).map(|at| Home::Stored(array.plus(at))))
    }
}

/// The layout of one block in the making.
pub(crate) struct Layout<'a, 'p, R> {
    pub(crate) plan: &'a mut Plan<'p, R>,
    block: &'p Block<R>,
    pub(crate) depth: usize,
    pub(crate) places: Vec<Place>,
    pub(crate) loops: FxHashMap<u32, Inner<'p, R>>,
    /// Where results are to be delivered, by the number that they are.
    pub(crate) delivered: FxHashMap<Operand, SmallVec<[Target; 1]>>,
    /// What is read side by side of the numbers that a loop defines.
    pub(crate) spans: FxHashMap<u32, Vec<Span>>,
}

/// Decides on the home of a number, and on further copies.
type Housing<'h, 'a, 'p, R> = &'h mut dyn FnMut(&mut Layout<'a, 'p, R>, Operand) -> (Home, SmallVec<[Target; 1]>);

impl<'a, 'p, R: Real> Layout<'a, 'p, R> {
    fn new(plan: &'a mut Plan<'p, R>, block: &'p Block<R>, givens: &[Place], depth: usize) -> Self {
        let places = block.code.iter().map(|instruction| match instruction.op {
            Op::Parameter(k) => givens[k as usize],
            Op::Constant(c) => Place::Memory(plan.table.constant(c)),
            _ => Place::Values(0),
        });
        let places = places.collect();
        let (loops, delivered, mut spans) = (FxHashMap::default(), FxHashMap::default(), FxHashMap::default());
        for instruction in &block.code {
            instruction.reads(|span| {
                if span.len > 1 && matches!(block.code[span.first.def as usize].op, Op::Loop(_)) {
                    spans.entry(span.first.def).or_insert_with(Vec::new).push(span);
                }
            });
        }
        Self { plan, block, depth, places, loops, delivered, spans }
    }

    /// Finds places for what an instruction defines.
    fn make(&mut self, def: u32, marked: &[bool], housing: Housing<'_, 'a, 'p, R>) -> Result<(), Error> {
        let instruction = &self.block.code[def as usize];
        let (width, marked) = (instruction.width, marked[def as usize]);
        self.places[def as usize] = match &instruction.op {
            Op::Loop(code) => self.repeat(def, code)?,
            _ if width == 0 => return Ok(()),
            _ if is_array(instruction) => Place::Memory(self.plan.slots.take(width)),
            _ if marked => {
                let array = self.plan.slots.take(width);
                Place::Values(self.plan.stored(array, width))
            }
            Op::Pack | Op::Gate(Gate::Unary(anygrad_core::UnaryOp::Detach(_))) => {
                let sources = instruction.args.iter().map(|&arg| Home::Alias(self.plan.source(&self.places, arg)));
                let homes: Vec<Home> = sources.collect();
                Place::Values(self.plan.homes(homes))
            }
            _ => {
                let first = self.plan.homes.len() as u32;
                for at in 0..width {
                    let (home, copies) = housing(self, Operand { def, at });
                    self.plan.homes.push(home);
                    if !copies.is_empty() {
                        self.plan.copies.insert(first + at, copies);
                    }
                }
                Place::Values(first)
            }
        };
        Ok(())
    }

    /// Where a number of a routine lives: first of all where it is to be delivered, if it is a result.
    fn home(
        &mut self,
        operand: Operand,
        mut copies: SmallVec<[Target; 1]>,
        liveness: &mut Liveness,
    ) -> (Home, SmallVec<[Target; 1]>) {
        if !copies.is_empty() {
            let home = Home::Stored(copies.remove(0).address);
            return (home, copies);
        }
        if !liveness.escapes(operand) {
            return (Home::Local, copies);
        }
        (Home::Stored(self.plan.slots.take(1)), copies)
    }

    /// Takes back the memory of what the `at`-th instruction of the order was the last to use, but for that of the results.
    fn free(&mut self, at: u32, liveness: &mut Liveness, results: Address) {
        let kept = results.offset..results.offset + self.block.results.len() as u32;
        for operand in liveness.ended(at) {
            let instruction = &self.block.code[operand.def as usize];
            let own = match self.places[operand.def as usize] {
                Place::Memory(array) => Some((array, instruction.width)),
                Place::Both { stretches, .. } => {
                    let stretches = &self.plan.stretches[stretches as usize];
                    Some((stretches.own, stretches.len))
                }
                Place::Values(first) => match self.plan.homes[(first + operand.at) as usize] {
                    Home::Stored(address) if liveness.is_in_memory(operand.def) => Some((address, instruction.width)),
                    Home::Stored(address) => Some((address, 1)),
                    Home::Local | Home::Alias(_) => None,
                },
            };
            let is_own = |address: Address| {
                address.base == Base::Slots && !(address.base == results.base && kept.contains(&address.offset))
            };
            if let Some((address, len)) = own.filter(|(address, _)| is_own(*address)) {
                self.plan.slots.give_back(address, len);
            }
        }
    }

    /// The results that do not go where they belong when they are computed, as many at a time as lie side by side.
    fn deliveries(&self, results: Address) -> Vec<Work> {
        let mut work: Vec<Work> = Vec::new();
        for (k, &result) in (0..).zip(&self.block.results) {
            let is_delivered = match self.plan.source(&self.places, result) {
                Source::Value(value) => {
                    let copies =
                        self.plan.copies.get(&value).is_some_and(|copies| copies.contains(&results.plus(k).into()));
                    copies || self.plan.homes[value as usize] == Home::Stored(results.plus(k))
                }
                Source::Memory(address) => address == results.plus(k),
            };
            if is_delivered {
                continue;
            }
            match work.last_mut() {
                Some(Work::Deliver { first, len }) if *first + *len == k && self.are_neighbours(k - 1, k) => *len += 1,
                _ => work.push(Work::Deliver { first: k, len: 1 }),
            }
        }
        work
    }

    fn are_neighbours(&self, one: u32, next: u32) -> bool {
        let memory = |k: u32| self.plan.memory(&self.places, self.block.results[k as usize]);
        matches!((memory(one), memory(next)), (Some(one), Some(next)) if one.plus(1) == next)
    }
}
