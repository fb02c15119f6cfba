//! The order in which a block's instructions are made: values are used soon after they are defined.

use anygrad_graph::code::{Block, Instruction, Op, Operand};

/// So many instructions after its last use, a value is likely to have left its register.
pub(crate) const REACH: u32 = 24;

/// An order of the instructions of a block, parameters and constants left out. Operands come before what uses them.
///
/// A gradient as recorded goes through the function and then back, so that each value is used twice, far apart. Of three
/// orders the one with the fewest far uses is taken: as recorded; each result with what it needs, one result after the
/// other; the same, but with each instruction as soon as its operands are there.
pub(crate) fn schedule<R>(block: &Block<R>) -> Vec<u32> {
    let graph = Graph::of(block);
    let recorded: Vec<u32> = (0..block.code.len() as u32).filter(|&def| graph.is_made(def)).collect();
    if recorded.len() <= REACH as usize {
        return recorded;
    }
    let [demanded, eager] = [false, true].map(|eager| Walk::through(&graph, block, eager));
    let orders = [eager, demanded, recorded];
    orders.into_iter().min_by_key(|order| graph.far_uses(order)).unwrap_or_default()
}

/// What is read and what is defined, as numbers: one for each element of a parameter, one for each other instruction.
struct Graph {
    /// The first item of each instruction.
    items: Vec<u32>,
    /// The instruction that an item is made by; parameters and constants are not made.
    makers: Vec<Option<u32>>,
    is_test: Vec<bool>,
    /// The items that each instruction reads.
    reads: Lists,
    /// The instructions that read each item.
    users: Lists,
}

/// Lists of numbers, one behind the other.
struct Lists {
    starts: Vec<u32>,
    entries: Vec<u32>,
}

impl Lists {
    fn of(&self, list: u32) -> &[u32] {
        &self.entries[self.starts[list as usize] as usize..self.starts[list as usize + 1] as usize]
    }

    /// The lists from entries to the lists that they are in.
    fn inverse(&self, count: usize) -> Self {
        let mut starts = vec![0; count + 1];
        self.entries.iter().for_each(|&entry| starts[entry as usize + 1] += 1);
        (0..count).for_each(|list| starts[list + 1] += starts[list]);
        let (mut next, mut entries) = (starts.clone(), vec![0; self.entries.len()]);
        for list in 0..self.starts.len() as u32 - 1 {
            for &entry in self.of(list) {
                entries[next[entry as usize] as usize] = list;
                next[entry as usize] += 1;
            }
        }
        Self { starts, entries }
    }
}

/// Whether the instruction is a test, or has one in it.
fn has_test<R>(instruction: &Instruction<R>) -> bool {
    match &instruction.op {
        Op::Loop(code) => code.body.iter().flat_map(|path| &path.code).any(has_test),
        _ => instruction.is_test(),
    }
}

fn is_made<R>(instruction: &Instruction<R>) -> bool {
    !matches!(instruction.op, Op::Parameter(_) | Op::Constant(_))
}

impl Graph {
    fn of<R>(block: &Block<R>) -> Self {
        let (mut items, mut makers) = (Vec::with_capacity(block.code.len()), Vec::new());
        for (def, instruction) in (0..).zip(&block.code) {
            items.push(makers.len() as u32);
            if is_made(instruction) {
                makers.push(Some(def));
            } else {
                makers.resize(makers.len() + instruction.width as usize, None);
            }
        }
        let mut reads = Lists { starts: vec![0], entries: Vec::new() };
        let mut test_before = None;
        for (def, instruction) in block.code.iter().enumerate() {
            instruction.reads(|span| {
                let def = span.first.def as usize;
                match block.code[def].op {
                    Op::Constant(_) => {}
                    // A loop reads many at once, by itself.
                    Op::Parameter(_) if span.len != 1 => {}
                    _ => reads.entries.push(item(&items, block, span.first)),
                }
            });
            // Of several tests that fail, the first one recorded is the one to fail.
            if has_test(instruction) {
                reads.entries.extend(test_before.replace(items[def]));
            }
            reads.starts.push(reads.entries.len() as u32);
        }
        let users = reads.inverse(makers.len());
        Self { items, makers, is_test: block.code.iter().map(Instruction::is_test).collect(), reads, users }
    }

    fn is_made(&self, def: u32) -> bool {
        self.makers[self.items[def as usize] as usize..].first().is_some_and(|&maker| maker == Some(def))
    }

    /// How often an order uses what was neither defined nor used shortly before; storing counts, too.
    fn far_uses(&self, order: &[u32]) -> usize {
        let mut last = vec![None; self.makers.len()];
        let mut stored = vec![false; self.makers.len()];
        let mut found = 0;
        for (at, &def) in (0_u32..).zip(order) {
            for &item in self.reads.of(def) {
                let place = item as usize;
                if last[place].is_none_or(|last| last + REACH < at) {
                    found += 1 + usize::from(self.makers[place].is_some() && !stored[place]);
                    stored[place] = true;
                }
                last[place] = Some(at);
            }
            last[self.items[def as usize] as usize] = Some(at);
        }
        found
    }
}

fn item<R>(items: &[u32], block: &Block<R>, operand: Operand) -> u32 {
    let first = items[operand.def as usize];
    if is_made(&block.code[operand.def as usize]) { first } else { first + operand.at }
}

/// A way through a graph.
struct Walk<'a> {
    graph: &'a Graph,
    /// Whether an instruction is placed as soon as it can be. Tests always are.
    eager: bool,
    order: Vec<u32>,
    /// Whether an item is there.
    there: Vec<bool>,
    /// How many of its operands each instruction still waits for.
    waits: Vec<u32>,
    ready: Vec<u32>,
}

impl<'a> Walk<'a> {
    fn through<R>(graph: &'a Graph, block: &Block<R>, eager: bool) -> Vec<u32> {
        let defs = 0..block.code.len() as u32;
        let waits: Vec<u32> = defs.clone().map(|def| graph.reads.of(def).len() as u32).collect();
        let there = vec![false; graph.makers.len()];
        let mut walk =
            Self { graph, eager, order: Vec::with_capacity(block.code.len()), there, waits, ready: Vec::new() };
        for result in &block.results {
            walk.demand(result.def);
        }
        defs.for_each(|def| walk.demand(def));
        walk.order
    }

    /// Places an instruction, after all that it needs.
    fn demand(&mut self, def: u32) {
        let mut path = vec![(def, 0)];
        while let Some((def, next)) = path.last_mut() {
            let (def, reads) = (*def, self.graph.reads.of(*def));
            if !self.graph.is_made(def) || self.there[self.graph.items[def as usize] as usize] {
                path.pop();
            } else if let Some(&item) = reads.get(*next) {
                *next += 1;
                match self.graph.makers[item as usize] {
                    Some(maker) => path.push((maker, 0)),
                    None => self.arrive(item),
                }
            } else {
                path.pop();
                self.place(def);
            }
        }
    }

    fn place(&mut self, def: u32) {
        self.order.push(def);
        self.arrive(self.graph.items[def as usize]);
    }

    /// Makes an item known to those that wait for it, and places those that can be.
    fn arrive(&mut self, item: u32) {
        let is_outermost = self.ready.is_empty();
        if !std::mem::replace(&mut self.there[item as usize], true) {
            for &user in self.graph.users.of(item).iter().rev() {
                self.waits[user as usize] -= 1;
                if self.waits[user as usize] == 0 && (self.eager || self.graph.is_test[user as usize]) {
                    self.ready.push(user);
                }
            }
        }
        if !is_outermost {
            return;
        }
        while let Some(&user) = self.ready.last() {
            let own = self.graph.items[user as usize] as usize;
            if self.there[own] {
                self.ready.pop();
            } else {
                self.order.push(user);
                self.arrive(own as u32);
            }
        }
    }
}
