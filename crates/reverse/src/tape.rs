//! `Tape<T>`: the list of operations that a function went through, with their partials (Wengert 1964).

use std::cell::{Cell, RefCell};

use anygrad_core::num_traits::Float;
use anygrad_core::{Error, Scalar, is_inactive};

use crate::Var;

/// One operation: up to two edges to earlier operations. 24 bytes over `f64`.
#[derive(Clone, Copy, Debug)]
struct Node<T> {
    parents: [u32; 2],
    partials: [T; 2],
}

/// In the second parent: the operation has one edge.
const ONE_EDGE: u32 = u32::MAX;

/// In the second parent: the edges stand apart, and the first parent is the number of their span.
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
    nodes: RefCell<Vec<Node<T>>>,
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
            nodes: RefCell::default(),
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
        self.nodes.borrow().len()
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets the last recording and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.nodes.get_mut().clear();
        self.edges.get_mut().clear();
        self.spans.get_mut().clear();
        self.full.set(false);
    }

    /// The error of a recording that did not fit.
    pub(crate) fn check_full(&self) -> Result<(), Error> {
        if self.full.get() { Err(Error::TapeFull { limit: self.limit }) } else { Ok(()) }
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
    pub(crate) fn variable(&self, value: T) -> Var<'_, T> {
        let mut spans = self.spans.borrow_mut();
        if spans.is_empty() {
            spans.push((0, 0));
        }
        self.push(value, [0, SPAN], [T::zero(); 2])
    }

    /// An operation of one active operand.
    #[inline]
    pub(crate) fn push_one(&self, value: T, parent: u32, partial: T) -> Var<'_, T> {
        self.push(value, [parent, ONE_EDGE], [partial, T::zero()])
    }

    /// An operation of two active operands.
    #[inline]
    pub(crate) fn push_two(&self, value: T, parents: [u32; 2], partials: [T; 2]) -> Var<'_, T> {
        self.push(value, parents, partials)
    }

    /// An operation of many active operands, one entry with as many edges.
    pub(crate) fn push_many(&self, value: T, edges: &[(u32, T)]) -> Var<'_, T> {
        let mut all = self.edges.borrow_mut();
        let mut spans = self.spans.borrow_mut();
        // There is at most one span an operation and one for the inputs, so the number fits wherever the operation does.
        let Ok(number) = u32::try_from(spans.len()) else {
            self.full.set(true);
            return Var::constant_of(value);
        };
        spans.push((all.len(), all.len() + edges.len()));
        all.extend_from_slice(edges);
        self.push(value, [number, SPAN], [T::zero(); 2])
    }

    #[inline]
    fn push(&self, value: T, parents: [u32; 2], partials: [T; 2]) -> Var<'_, T> {
        let mut nodes = self.nodes.borrow_mut();
        let index = nodes.len();
        if index >= self.limit {
            self.full.set(true);
            return Var::constant_of(value);
        }
        nodes.push(Node { parents, partials });
        #[allow(clippy::cast_possible_truncation, reason = "the limit is below u32::MAX")]
        Var::on(self, index as u32, value)
    }

    /// Sweeps the seeded adjoints back to the first `inputs` entries and hands their adjoints to `take`.
    ///
    /// The sweep is plain IEEE arithmetic. Where it ends in a NaN, that may be the zero of an operation that no seed
    /// reaches times an infinite partial; a second sweep then visits the reached operations alone.
    pub(crate) fn sweep<R>(
        &self,
        seeds: impl Iterator<Item = (u32, T)> + Clone,
        inputs: usize,
        take: impl FnOnce(&[T]) -> R,
    ) -> R {
        let adjoints = &mut *self.adjoints.borrow_mut();
        let top = self.seed(adjoints, seeds.clone(), inputs);
        self.propagate(adjoints, top, |_| true, |_| ());
        if adjoints[..inputs].iter().any(|adjoint| !adjoint.every(|part| !part.is_nan())) {
            let top = self.seed(adjoints, seeds.clone(), inputs);
            let reached = RefCell::new(vec![false; top]);
            seeds
                .filter(|&(_, seed)| !is_inactive(seed))
                .for_each(|(index, _)| reached.borrow_mut()[index as usize] = true);
            self.propagate(adjoints, top, |i| reached.borrow()[i], |i| reached.borrow_mut()[i] = true);
        }
        take(&adjoints[..inputs])
    }

    /// Sets the adjoints to the seeds and returns one more than the last seeded entry.
    fn seed(&self, adjoints: &mut Vec<T>, seeds: impl Iterator<Item = (u32, T)> + Clone, inputs: usize) -> usize {
        let top = seeds.clone().map(|(index, _)| index as usize + 1).max().unwrap_or(0);
        adjoints.clear();
        adjoints.resize(top.max(inputs), T::zero());
        for (index, seed) in seeds.filter(|&(_, seed)| !is_inactive(seed)) {
            adjoints[index as usize] += seed;
        }
        top
    }

    /// Adds `partial · adjoint` to every operand of the visited entries, last entry first.
    #[inline]
    fn propagate(&self, adjoints: &mut [T], top: usize, visit: impl Fn(usize) -> bool, mut reach: impl FnMut(usize)) {
        let (nodes, edges, spans) = (self.nodes.borrow(), self.edges.borrow(), self.spans.borrow());
        let mut add = |adjoints: &mut [T], parent: u32, term: T| {
            adjoints[parent as usize] += term;
            reach(parent as usize);
        };
        for (i, node) in nodes[..top].iter().enumerate().rev() {
            if !visit(i) {
                continue;
            }
            let adjoint = adjoints[i];
            match node.parents {
                [parent, ONE_EDGE] => add(adjoints, parent, node.partials[0] * adjoint),
                [span, SPAN] => {
                    let (start, end) = spans[span as usize];
                    for &(parent, partial) in &edges[start..end] {
                        add(adjoints, parent, partial * adjoint);
                    }
                }
                [left, right] => {
                    add(adjoints, left, node.partials[0] * adjoint);
                    add(adjoints, right, node.partials[1] * adjoint);
                }
            }
        }
    }
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
        let adjoints = self.tape.sweep(seed.into_iter(), self.tape.len(), <[T]>::to_vec);
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
