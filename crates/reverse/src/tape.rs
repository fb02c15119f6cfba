//! `Tape<T>`: the list of operations that a function went through, with their partials (Wengert 1964).

use std::cell::{Cell, RefCell};

use anygrad_core::num_traits::Float;
use anygrad_core::{Error, Scalar, is_inactive};

use crate::Var;
use crate::arena::Arena;

/// One operation: up to two edges to earlier operations. 24 bytes over `f64`.
#[derive(Clone, Copy, Debug)]
struct Node<T> {
    parents: [u32; 2],
    partials: [T; 2],
}

/// The parent of an edge that is not there. It is past the end of every tape, so the sweep finds no such parent.
pub(crate) const NO_PARENT: u32 = u32::MAX;

/// In the first parent: the edges stand apart, and the second parent is the number of their span.
const SPAN: u32 = u32::MAX - 1;

/// A reusable list of operations over any scalar.
///
/// Each operation on a [`Var`] adds one entry with an edge to each operand that depends on an input; constants leave no
/// trace. A sweep from an output back to the inputs then gives all partials of that output at a constant multiple of the
/// function's cost (Baur & Strassen 1983; Griewank & Walther 2008, §3.2). The memory is kept from one recording to the next.
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
/// assert_eq!((value, dx, dy), (-6.0, 3.0, -2.0));
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Tape<T> {
    nodes: Arena<Node<T>>,
    edges: RefCell<Vec<(u32, T)>>,
    spans: RefCell<Vec<(usize, usize)>>,
    adjoints: RefCell<Vec<T>>,
    limit: usize,
    full: Cell<bool>,
}

impl<T> Tape<T> {
    /// The most operations that a tape indexes.
    pub const MAX_OPERATIONS: usize = SPAN as usize - 1;

    /// An empty tape.
    pub fn new() -> Self {
        Self::with_limit(Self::MAX_OPERATIONS)
    }

    /// An empty tape that holds at most `limit` operations, inputs included; more give [`Error::TapeFull`].
    pub fn with_limit(limit: usize) -> Self {
        Self {
            nodes: Arena::default(),
            edges: RefCell::default(),
            spans: RefCell::default(),
            adjoints: RefCell::default(),
            limit: limit.min(Self::MAX_OPERATIONS),
            full: Cell::new(false),
        }
    }

    /// The most operations that this tape holds.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The number of operations recorded, inputs included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets the last recording and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.edges.get_mut().clear();
        self.spans.get_mut().clear();
        self.full.set(false);
    }

    /// The error of a recording that did not fit.
    pub(crate) fn check_full(&self) -> Result<(), Error> {
        if self.full.get() || self.len() > self.limit { Err(Error::TapeFull { limit: self.limit }) } else { Ok(()) }
    }
}

impl<T> Default for Tape<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Scalar> Tape<T> {
    /// Starts a new recording, which replaces the last one, and hands it to `body`.
    pub fn record<R>(&mut self, body: impl for<'t> FnOnce(Recording<'t, T>) -> R) -> R {
        self.clear();
        body(Recording { tape: self })
    }

    /// A new input.
    #[inline]
    pub(crate) fn variable(&self, value: T) -> Var<'_, T> {
        self.push(value, [NO_PARENT; 2], [T::zero(); 2])
    }

    /// An operation of many active operands, one entry with as many edges.
    pub(crate) fn push_many(&self, value: T, edges: &[(u32, T)]) -> Var<'_, T> {
        let mut all = self.edges.borrow_mut();
        let mut spans = self.spans.borrow_mut();
        // There is at most one span an operation, so the number fits wherever the operation does.
        let Ok(number) = u32::try_from(spans.len()) else {
            self.full.set(true);
            return Var::constant_of(value);
        };
        spans.push((all.len(), all.len() + edges.len()));
        all.extend_from_slice(edges);
        self.push(value, [SPAN, number], [T::zero(); 2])
    }

    /// An operation of up to two active operands; the partial of [`NO_PARENT`] is not read.
    #[inline]
    pub(crate) fn push(&self, value: T, parents: [u32; 2], partials: [T; 2]) -> Var<'_, T> {
        let Some(index) = self.nodes.push(Node { parents, partials }, self.limit) else {
            self.full.set(true);
            return Var::on(self, NO_PARENT, value);
        };
        #[allow(clippy::cast_possible_truncation, reason = "the limit is below u32::MAX")]
        Var::on(self, index as u32, value)
    }

    /// Sweeps the seeded adjoints back to the inputs, which are the first entries, and hands their adjoints to `take`.
    pub(crate) fn sweep<R>(
        &self,
        seeds: impl Iterator<Item = (u32, T)> + Clone,
        inputs: usize,
        take: impl FnOnce(&[T]) -> R,
    ) -> R {
        let adjoints = &mut *self.adjoints.borrow_mut();
        self.sweep_to(inputs, adjoints, seeds, inputs);
        take(&adjoints[..inputs])
    }

    /// Sweeps the seeded adjoints back to the entry `first`; the adjoints of the first `kept` entries are then right.
    ///
    /// The sweep is plain IEEE arithmetic. Where it ends in a NaN, that may be the zero of an operation that no seed
    /// reaches times an infinite partial; a second sweep then visits the reached operations alone.
    #[inline]
    fn sweep_to(
        &self,
        first: usize,
        adjoints: &mut Vec<T>,
        seeds: impl Iterator<Item = (u32, T)> + Clone,
        kept: usize,
    ) {
        let top = seed(adjoints, seeds.clone(), kept);
        self.propagate(first, &mut adjoints[..top], |_| true, |_| ());
        if adjoints[..kept].iter().any(|adjoint| !adjoint.every(|part| !part.is_nan())) {
            self.sweep_reached(first, adjoints, seeds, kept);
        }
    }

    #[cold]
    fn sweep_reached(
        &self,
        first: usize,
        adjoints: &mut Vec<T>,
        seeds: impl Iterator<Item = (u32, T)> + Clone,
        kept: usize,
    ) {
        let top = seed(adjoints, seeds.clone(), kept);
        let reached = vec![Cell::new(false); top];
        for (index, _) in seeds.filter(|&(_, seed)| !is_inactive(seed)) {
            reached[index as usize].set(true);
        }
        self.propagate(first, &mut adjoints[..top], |i| reached[i].get(), |i| reached[i].set(true));
    }

    /// Adds `partial · adjoint` to every operand of the visited entries, last entry first.
    #[inline]
    fn propagate(&self, first: usize, adjoints: &mut [T], visit: impl Fn(usize) -> bool, reach: impl Fn(usize)) {
        let top = adjoints.len();
        self.nodes.read(|nodes| self.propagate_through(&nodes[first.min(top)..top], adjoints, visit, reach));
    }

    /// The same for the given entries, the last of which has the last adjoint.
    #[inline]
    fn propagate_through(
        &self,
        nodes: &[Node<T>],
        adjoints: &mut [T],
        visit: impl Fn(usize) -> bool,
        reach: impl Fn(usize),
    ) {
        let Some((&mut mut adjoint, mut rest)) = adjoints.split_last_mut() else {
            return;
        };
        for node in nodes.iter().rev() {
            let visited = visit(rest.len());
            let Some((next, before)) = rest.split_last_mut() else {
                return;
            };
            let mut sums = Sums { before, next: *next, reach: &reach };
            if visited {
                let [left, right] = node.parents;
                if sums.add(left, node.partials[0], adjoint) || left != SPAN {
                    sums.add(right, node.partials[1], adjoint);
                } else {
                    sums = self.propagate_span(right, adjoint, sums);
                }
            }
            adjoint = sums.next;
            *next = adjoint;
            rest = sums.before;
        }
    }

    /// The same for an entry whose edges stand apart.
    #[inline(never)]
    fn propagate_span<'a, F: Fn(usize)>(&self, number: u32, adjoint: T, mut sums: Sums<'a, T, F>) -> Sums<'a, T, F> {
        let (start, end) = self.spans.borrow()[number as usize];
        for &(parent, partial) in &self.edges.borrow()[start..end] {
            sums.add(parent, partial, adjoint);
        }
        sums
    }
}

/// The adjoints of the entries before the one that is visited. That of the next one stands apart: most operations use the
/// result before them, and the sweep then need not wait for a store.
struct Sums<'a, T, F> {
    before: &'a mut [T],
    next: T,
    reach: &'a F,
}

impl<T: Scalar, F: Fn(usize)> Sums<'_, T, F> {
    /// Adds `partial · adjoint` to the adjoint of a parent, if there is such a parent.
    #[inline]
    fn add(&mut self, parent: u32, partial: T, adjoint: T) -> bool {
        let parent = parent as usize;
        if parent == self.before.len() {
            self.next += partial * adjoint;
        } else if let Some(sum) = self.before.get_mut(parent) {
            *sum += partial * adjoint;
        } else {
            return false;
        }
        (self.reach)(parent);
        true
    }
}

/// Sets the adjoints to the seeds, for at least `least` entries, and returns one more than the last seeded entry.
fn seed<T: Scalar>(adjoints: &mut Vec<T>, seeds: impl Iterator<Item = (u32, T)> + Clone, least: usize) -> usize {
    let top = seeds.clone().map(|(index, _)| index as usize + 1).max().unwrap_or(0);
    adjoints.clear();
    adjoints.resize(top.max(least), T::zero());
    for (index, seed) in seeds.filter(|&(_, seed)| !is_inactive(seed)) {
        adjoints[index as usize] += seed;
    }
    top
}

/// A recording in progress: makes inputs and sweeps back from an output.
#[derive(Debug)]
pub struct Recording<'t, T> {
    tape: &'t Tape<T>,
}

impl<'t, T: Scalar> Recording<'t, T> {
    /// A new input.
    pub fn variable(&self, value: T) -> Var<'t, T> {
        self.tape.variable(value)
    }

    /// The adjoints `∂output/∂v` of everything recorded so far.
    ///
    /// # Errors
    /// [`Error::TapeFull`] if an operation did not fit.
    pub fn adjoints(&self, output: Var<'t, T>) -> Result<Adjoints<'t, T>, Error> {
        self.tape.check_full()?;
        let seed = output.index().map(|index| (index, T::one()));
        let mut adjoints = Vec::new();
        self.tape.sweep_to(0, &mut adjoints, seed.into_iter(), self.tape.len());
        Ok(Adjoints { adjoints, recording: std::marker::PhantomData })
    }
}

/// The adjoints of a recording's variables.
#[derive(Debug)]
pub struct Adjoints<'t, T> {
    adjoints: Vec<T>,
    recording: crate::var::Brand<'t>,
}

impl<'t, T: Scalar> Adjoints<'t, T> {
    /// The adjoint of a variable: 0 where the output does not depend on it.
    pub fn of(&self, variable: Var<'t, T>) -> T {
        let index = variable.index().map(|index| index as usize);
        index.and_then(|index| self.adjoints.get(index).copied()).unwrap_or_else(T::zero)
    }
}
