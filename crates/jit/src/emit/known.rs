//! `Known`: what a function has at hand.

use cranelift_codegen::ir::Value;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::address::{Base, Rows, Stride};
use crate::plan::Source;
use crate::schedule::REACH;

/// The numbers that are at hand.
#[derive(Default)]
pub(super) struct Known {
    numbers: FxHashMap<Source, (Value, u32)>,
    pointers: FxHashMap<(Base, Rows), Value>,
    offsets: FxHashMap<Stride, Value>,
    /// By the exponent: whether it is positive, and the exponential of its negative size.
    exponentials: FxHashMap<Value, (Value, Value)>,
    lanes: FxHashMap<Value, SmallVec<[Value; 4]>>,
    /// What there was before, to be restored at the end of a loop's body.
    before: Vec<Change>,
    /// How many numbers have been asked for.
    clock: u32,
}

enum Change {
    Number(Source, Option<(Value, u32)>),
    Pointer((Base, Rows)),
    Offset(Stride),
    Exponential(Value),
    Lanes(Value),
}

/// When a number was last used that is to stay at hand.
const PINNED: u32 = u32::MAX;

impl Known {
    /// A number, unless it has probably left its register and is in memory, too.
    pub(super) fn number(&mut self, source: Source, in_memory: bool) -> Option<Value> {
        self.clock += 1;
        let (value, last) = self.numbers.get_mut(&source)?;
        if in_memory && *last != PINNED && *last + REACH < self.clock {
            return None;
        }
        *last = self.clock.max(*last);
        Some(*value)
    }

    /// A call leaves no number in its register: those in memory are better loaded again than saved as well.
    pub(super) fn call(&mut self) {
        self.clock += REACH + 1;
    }

    /// A base at the present rows.
    pub(super) fn pointer(&self, base: Base, rows: Rows) -> Option<Value> {
        self.pointers.get(&(base, rows)).copied()
    }

    pub(super) fn keep_pointer(&mut self, base: Base, rows: Rows, pointer: Value) {
        self.pointers.insert((base, rows), pointer);
        self.before.push(Change::Pointer((base, rows)));
    }

    /// How far a stride has moved on at the present row.
    pub(super) fn offset(&self, stride: Stride) -> Option<Value> {
        self.offsets.get(&stride).copied()
    }

    pub(super) fn keep_offset(&mut self, stride: Stride, offset: Value) {
        self.offsets.insert(stride, offset);
        self.before.push(Change::Offset(stride));
    }

    pub(super) fn set(&mut self, source: Source, value: Value) {
        let before = self.numbers.insert(source, (value, self.clock));
        self.before.push(Change::Number(source, before));
    }

    /// Keeps a number at hand.
    pub(super) fn pin(&mut self, source: Source, value: Value) {
        let before = self.numbers.insert(source, (value, PINNED));
        self.before.push(Change::Number(source, before));
    }

    /// The point to go back to.
    pub(super) fn mark(&self) -> usize {
        self.before.len()
    }

    /// Forgets what has become known since a point: it is not known on all ways from there.
    pub(super) fn forget(&mut self, mark: usize) {
        while self.before.len() > mark {
            match self.before.pop() {
                Some(Change::Number(source, Some(before))) => {
                    self.numbers.insert(source, before);
                }
                Some(Change::Number(source, None)) => {
                    self.numbers.remove(&source);
                }
                Some(Change::Pointer(key)) => {
                    self.pointers.remove(&key);
                }
                Some(Change::Offset(stride)) => {
                    self.offsets.remove(&stride);
                }
                Some(Change::Exponential(x)) => {
                    self.exponentials.remove(&x);
                }
                Some(Change::Lanes(value)) => {
                    self.lanes.remove(&value);
                }
                None => {}
            }
        }
    }

    /// The lanes of a number of several rows.
    pub(super) fn lanes(&self, value: Value) -> Option<SmallVec<[Value; 4]>> {
        self.lanes.get(&value).cloned()
    }

    pub(super) fn keep_lanes(&mut self, value: Value, lanes: SmallVec<[Value; 4]>) {
        self.lanes.insert(value, lanes);
        self.before.push(Change::Lanes(value));
    }

    pub(super) fn exponential(&self, x: Value) -> Option<(Value, Value)> {
        self.exponentials.get(&x).copied()
    }

    pub(super) fn keep_exponential(&mut self, x: Value, known: (Value, Value)) {
        self.exponentials.insert(x, known);
        self.before.push(Change::Exponential(x));
    }
}
