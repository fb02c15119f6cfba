//! The scenarios and random programs of a run, on every processor; what they answer comes in their order.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, Scope};
use std::{io, iter};

use anygrad::{Differentiable, everyone};
use anygrad_verify::{Check, Scenario, Visitor, scenarios};

use crate::programs;

/// What is to be done: the scenarios whose name contains the filter, then the random programs.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) filter: &'a str,
    pub(crate) scenarios: u64,
    pub(crate) programs: u64,
    pub(crate) seed: u64,
}

/// What an item of the work answers.
pub(crate) struct Answer {
    pub(crate) item: Item,
    pub(crate) checks: Vec<Check>,
}

/// A scenario by its name, or a random program by its number.
pub(crate) enum Item {
    Scenario(String),
    Program(u64),
}

/// Answers can wait for so many others.
const WAITING: usize = 64;

/// As much as the main thread has: without optimisation, frames are large.
const STACK: usize = 8 << 20;

impl<'a> Work<'a> {
    /// Starts the workers, which stop when nobody takes their answers any more.
    pub(crate) fn start<'scope>(
        self,
        scope: &'scope Scope<'scope, '_>,
        next: &'scope AtomicU64,
    ) -> io::Result<impl Iterator<Item = Answer> + use<'a, 'scope>>
    where
        'a: 'scope,
    {
        let (sender, receiver) = sync_channel(WAITING);
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            let sender = sender.clone();
            let worker = move || Worker { work: self, next, mine: take(next), seen: 0, sender }.run();
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker)?;
        }
        Ok(in_order(receiver))
    }

    pub(crate) fn items(self) -> u64 {
        self.scenarios + self.programs
    }
}

fn take(next: &AtomicU64) -> u64 {
    next.fetch_add(1, Ordering::Relaxed)
}

/// Answers by their number.
fn in_order(receiver: Receiver<(u64, Answer)>) -> impl Iterator<Item = Answer> {
    let (mut early, mut next) = (BTreeMap::new(), 0);
    iter::from_fn(move || {
        while !early.contains_key(&next) {
            early.extend([receiver.recv().ok()?]);
        }
        next += 1;
        early.remove(&(next - 1))
    })
}

/// A thread that takes one item after the other.
struct Worker<'a> {
    work: Work<'a>,
    /// The first item that nobody has taken.
    next: &'a AtomicU64,
    /// The item that this worker has taken.
    mine: u64,
    /// The scenarios that it has come by.
    seen: u64,
    sender: SyncSender<(u64, Answer)>,
}

impl Worker<'_> {
    fn run(mut self) {
        scenarios::each(&mut self);
        while self.mine < self.work.items() {
            let program = self.mine - self.work.scenarios;
            self.answer(Item::Program(program), programs::run(self.work.seed, program));
        }
    }

    fn answer(&mut self, item: Item, checks: Vec<Check>) {
        let sent = self.sender.send((self.mine, Answer { item, checks }));
        self.mine = if sent.is_ok() { take(self.next) } else { u64::MAX };
    }
}

impl Visitor for Worker<'_> {
    fn visit<F: Differentiable>(&mut self, scenario: &Scenario<F>) {
        if !scenario.name.contains(self.work.filter) {
            return;
        }
        if self.seen == self.mine {
            self.answer(Item::Scenario(scenario.name.clone()), scenario.run(&mut everyone()));
        }
        self.seen += 1;
    }
}
