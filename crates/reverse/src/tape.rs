//! `Tape<T>`: the list of operations that a function went through, with their partials (Wengert 1964).

use std::cell::{Cell, RefCell};

use anygrad_core::arrays::Array;
use anygrad_core::{Error, Scalar};

use crate::arena::Arena;
use crate::blocks::{ArrayAdjoints, Kind, Recorded};
use crate::recording::Recording;
use crate::{Var, Vars};

/// The entry of what has none. It is past the end of every tape, so the sweep finds no adjoint for it.
pub(crate) const NO_ENTRY: u32 = u32::MAX;

/// In an entry's first edge: what it depends on stands [`Apart`], and the second is the number there.
pub(crate) const APART: u32 = u32::MAX - 1;

/// What an entry depends on that has not just two edges.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Apart {
    /// Many edges, from one index to another.
    Edges(usize, usize),
    /// The entry stands for an operation on arrays.
    Block(u32),
    /// The entry is an element of an array.
    Element(u32, usize),
}

/// What an operation depends on, and its partial with respect to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge<T> {
    pub(crate) entry: u32,
    pub(crate) partial: T,
}

impl<T: Scalar> Edge<T> {
    /// An edge that leads nowhere.
    #[inline]
    pub(crate) fn none() -> Self {
        Self { entry: NO_ENTRY, partial: T::zero() }
    }
}

/// One operation: up to two edges to earlier entries. 24 bytes over `f64`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<T> {
    pub(crate) parents: [u32; 2],
    pub(crate) partials: [T; 2],
}

/// A reusable list of operations over any scalar.
///
/// An operation on [`Var`]s that depend on different entries adds an entry, with an edge to each of these. What depends on
/// one entry alone needs none, and constants leave no trace. A sweep from an output back to the inputs then gives all
/// partials of that output at a constant multiple of the function's cost (Baur & Strassen 1983; Griewank & Walther 2008,
/// §3.2). The memory is kept from one recording to the next.
///
/// Variables live in [`record`](Self::record) and cannot leave it, and a variable of another tape does not compile:
/// each recording has a lifetime of its own that its variables are marked with.
///
/// ```
/// use anygrad_reverse::Tape;
///
/// let mut tape = Tape::new();
/// let (value, dx, dy) = tape.record(|recording| {
///     let [x, y] = [recording.variable(-2.0), recording.variable(3.0)];
///     let product = x * y;
///     let adjoints = recording.adjoints(product)?;
///     Ok::<_, anygrad_core::Error>((product.value(), adjoints.of(x), adjoints.of(y)))
/// })?;
/// assert_eq!((value, dx, dy), (-6.0, Some(3.0), Some(-2.0)));
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Tape<T: Scalar> {
    pub(crate) entries: Arena<Entry<T>>,
    /// How many of the first entries are inputs, which have no edges.
    pub(crate) inputs: usize,
    pub(crate) edges: RefCell<Vec<Edge<T>>>,
    pub(crate) apart: RefCell<Vec<Apart>>,
    pub(crate) arrays: RefCell<Vec<Recorded<T>>>,
    pub(crate) adjoints: RefCell<Vec<T>>,
    pub(crate) array_adjoints: RefCell<ArrayAdjoints<T>>,
    limit: usize,
    full: Cell<bool>,
}

impl<T: Scalar> Tape<T> {
    /// The most entries that a tape indexes.
    pub const MAX_ENTRIES: usize = APART as usize - 1;

    /// An empty tape.
    pub fn new() -> Self {
        Self::with_limit(Self::MAX_ENTRIES)
    }

    /// An empty tape that holds at most `limit` entries, inputs included; more give [`Error::TapeFull`].
    pub fn with_limit(limit: usize) -> Self {
        Self::of_lists(limit, Vec::new(), Vec::new())
    }

    /// An empty tape with the memory of these lists.
    #[inline]
    pub(crate) fn of_lists(limit: usize, entries: Vec<Entry<T>>, adjoints: Vec<T>) -> Self {
        Self {
            entries: Arena::from(entries),
            inputs: 0,
            edges: RefCell::default(),
            apart: RefCell::default(),
            arrays: RefCell::default(),
            adjoints: RefCell::new(adjoints),
            array_adjoints: RefCell::default(),
            limit: limit.min(Self::MAX_ENTRIES),
            full: Cell::new(false),
        }
    }

    /// The most entries that this tape holds.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The number of entries, inputs included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The error of a recording that did not fit.
    pub(crate) fn check_full(&self) -> Result<(), Error> {
        if self.full.get() || self.len() > self.limit { Err(Error::TapeFull { limit: self.limit }) } else { Ok(()) }
    }
}

impl<T: Scalar> Default for Tape<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Scalar> Tape<T> {
    /// Starts a new recording, which replaces the last one, and hands it to `body`.
    pub fn record<R>(&mut self, body: impl for<'t> FnOnce(Recording<'t, T>) -> R) -> R {
        self.restart(0);
        body(Recording::on(self))
    }

    /// Lets go of the arrays of a recording that is done with: it shares them with inputs and outputs, which can then be
    /// written without a copy.
    #[inline]
    pub(crate) fn release(&mut self) {
        self.arrays.get_mut().clear();
    }

    /// Forgets the last recording, keeps the memory, and makes entries for `inputs` inputs.
    pub(crate) fn restart(&mut self, inputs: usize) {
        self.edges.get_mut().clear();
        self.apart.get_mut().clear();
        self.arrays.get_mut().clear();
        self.full.set(false);
        // Those of the last recording are as good as new.
        self.entries.truncate(self.inputs.min(inputs));
        while self.len() < inputs && !self.full.get() {
            self.push(T::zero(), [Edge::none(); 2]);
        }
        self.inputs = self.len();
    }

    /// A new input.
    pub(crate) fn variable(&self, value: T) -> Var<'_, T> {
        self.push(value, [Edge::none(); 2])
    }

    /// The input that [`restart`](Self::restart) made the entry `index` for.
    #[inline]
    pub(crate) fn input(&self, index: usize, value: T) -> Var<'_, T> {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "more inputs than fit make the tape full, which is an error"
        )]
        Var::of_entry(self, index as u32, value)
    }

    /// An array of new inputs.
    pub(crate) fn variables(&self, values: T::Array) -> Vars<'_, T> {
        self.push_array(None, Kind::Input, values)
    }

    /// An operation with many edges, in one entry.
    pub(crate) fn push_many(&self, value: T, edges: &[Edge<T>]) -> Var<'_, T> {
        let mut all = self.edges.borrow_mut();
        let span = Apart::Edges(all.len(), all.len() + edges.len());
        let result = self.push_apart(value, span);
        if !self.full.get() {
            all.extend_from_slice(edges);
        }
        result
    }

    /// An element of an array.
    pub(crate) fn push_element(&self, value: T, block: u32, index: usize) -> Var<'_, T> {
        self.push_apart(value, Apart::Element(block, index))
    }

    /// An array that was computed.
    pub(crate) fn push_block(&self, kind: Kind<T>, values: T::Array) -> Vars<'_, T> {
        #[allow(clippy::cast_possible_truncation, reason = "there is an entry for each array but the inputs")]
        let number = self.arrays.borrow().len() as u32;
        let entry = self.push_apart(T::zero(), Apart::Block(number)).own_entry();
        self.push_array(entry, kind, values)
    }

    fn push_array(&self, entry: Option<u32>, kind: Kind<T>, values: T::Array) -> Vars<'_, T> {
        let mut arrays = self.arrays.borrow_mut();
        if arrays.len() >= Self::MAX_ENTRIES {
            self.full.set(true);
        }
        #[allow(
            clippy::cast_possible_truncation,
            reason = "more arrays than fit make the tape full, which is an error"
        )]
        let number = arrays.len() as u32;
        arrays.push(Recorded { entry, len: values.len(), kind });
        Vars::of_block(self, number, values)
    }

    fn push_apart(&self, value: T, what: Apart) -> Var<'_, T> {
        let mut apart = self.apart.borrow_mut();
        #[allow(clippy::cast_possible_truncation, reason = "there is at most one an entry")]
        let number = apart.len() as u32;
        let pair = [APART, number].map(|entry| Edge { entry, ..Edge::none() });
        let result = self.push(value, pair);
        if !self.full.get() {
            apart.push(what);
        }
        result
    }

    /// An operation with up to two edges.
    #[inline]
    pub(crate) fn push(&self, value: T, [a, b]: [Edge<T>; 2]) -> Var<'_, T> {
        let entry = Entry { parents: [a.entry, b.entry], partials: [a.partial, b.partial] };
        let index = self.entries.push(entry, self.limit).unwrap_or_else(|| {
            self.full.set(true);
            NO_ENTRY as usize
        });
        #[allow(clippy::cast_possible_truncation, reason = "the limit is below u32::MAX")]
        Var::of_entry(self, index as u32, value)
    }
}
