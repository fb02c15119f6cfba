//! `Address`: where a number lies while native code runs.

use rustc_hash::FxHashMap;

/// The memory that native code is given, in the order of its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Base {
    /// The inputs; only read.
    Inputs,
    /// The outputs; each is written once, and may be read after that.
    Outputs,
    /// The slots of a workspace.
    Slots,
    /// The constants and the data parameters; only read.
    Table,
}

/// A place in memory: `offset` numbers behind a base, and for each loop around as many numbers as its row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Address {
    pub(crate) base: Base,
    pub(crate) offset: u32,
    pub(crate) rows: Rows,
}

/// A list of rows that an address depends on, by its number among the [`Strides`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Rows(u32);

/// How an address moves with the row of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Stride {
    /// The depth of the loop, 0 for the outermost.
    pub(crate) depth: usize,
    /// By how many numbers from one row to the next.
    pub(crate) step: u32,
}

/// All the lists of strides of a program.
#[derive(Debug)]
pub(crate) struct Strides {
    lists: Vec<Vec<Stride>>,
    known: FxHashMap<Vec<Stride>, u32>,
}

impl Address {
    pub(crate) fn new(base: Base, offset: u32) -> Self {
        Self { base, offset, rows: Rows::default() }
    }

    /// The place so many numbers behind.
    pub(crate) fn plus(self, offset: u32) -> Self {
        Self { offset: self.offset + offset, ..self }
    }

    /// Whether the place is never written while a program runs.
    pub(crate) fn is_read_only(self) -> bool {
        matches!(self.base, Base::Inputs | Base::Table)
    }
}

impl Default for Strides {
    fn default() -> Self {
        Self { lists: vec![Vec::new()], known: FxHashMap::default() }
    }
}

impl Strides {
    pub(crate) fn list(&self, rows: Rows) -> &[Stride] {
        &self.lists[rows.0 as usize]
    }

    /// By how many numbers places move from one row to the next of the loop at a depth.
    pub(crate) fn step(&self, rows: Rows, depth: usize) -> u32 {
        self.list(rows).iter().find(|stride| stride.depth == depth).map_or(0, |stride| stride.step)
    }

    /// The list with one more stride.
    pub(crate) fn with(&mut self, rows: Rows, stride: Stride) -> Rows {
        let mut list = self.list(rows).to_vec();
        list.push(stride);
        let next = self.lists.len() as u32;
        let number = *self.known.entry(list.clone()).or_insert(next);
        if number == next {
            self.lists.push(list);
        }
        Rows(number)
    }
}
