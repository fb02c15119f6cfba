//! The sweep: adjoints flow along the edges of a tape, last entry first.

use std::cell::Cell;

use anygrad_core::Scalar;
use anygrad_core::num_traits::Float;

use crate::Tape;
use crate::tape::{Edge, Entry, SPAN};

impl<T: Scalar> Tape<T> {
    /// Sweeps the seeded adjoints back to the inputs and hands their adjoints to `take`.
    #[inline]
    pub(crate) fn sweep<R>(&self, seeds: impl Iterator<Item = Edge<T>> + Clone, take: impl FnOnce(&[T]) -> R) -> R {
        let adjoints = &mut *self.adjoints.borrow_mut();
        self.sweep_to(self.inputs, adjoints, seeds);
        take(&adjoints[..self.inputs])
    }

    /// Sweeps the seeded adjoints back to the inputs; those of the first `kept` entries are then right.
    ///
    /// The sweep is plain IEEE arithmetic. Where it ends in a NaN, that may be the zero of an operation that no seed
    /// reaches times an infinite partial; a second sweep then visits the reached operations alone.
    #[inline]
    pub(crate) fn sweep_to(&self, kept: usize, adjoints: &mut Vec<T>, seeds: impl Iterator<Item = Edge<T>> + Clone) {
        self.sweep_visited(kept, adjoints, seeds.clone(), |_| true, |_| ());
        if adjoints[..kept].iter().any(|adjoint| !adjoint.every(|part| !part.is_nan())) {
            self.sweep_reached(kept, adjoints, seeds);
        }
    }

    #[cold]
    fn sweep_reached(&self, kept: usize, adjoints: &mut Vec<T>, seeds: impl Iterator<Item = Edge<T>> + Clone) {
        let reached = vec![Cell::new(false); self.len()];
        let reach = |entry: usize| reached[entry].set(true);
        seeds.clone().for_each(|edge| reach(edge.entry as usize));
        self.sweep_visited(kept, adjoints, seeds, |entry| reached[entry].get(), reach);
    }

    /// One sweep through the entries that `visit` allows; `reach` is told of their parents.
    #[inline]
    fn sweep_visited(
        &self,
        kept: usize,
        adjoints: &mut Vec<T>,
        seeds: impl Iterator<Item = Edge<T>> + Clone,
        visit: impl Fn(usize) -> bool,
        reach: impl Fn(usize),
    ) {
        let top = seed(adjoints, seeds, kept);
        self.entries.read(|entries| self.propagate(entries, &mut adjoints[..top], visit, reach));
    }

    /// Adds `partial · adjoint` to every parent of the visited entries, from the one with the last adjoint to the inputs.
    #[inline]
    fn propagate(
        &self,
        entries: &[Entry<T>],
        adjoints: &mut [T],
        visit: impl Fn(usize) -> bool,
        reach: impl Fn(usize),
    ) {
        let top = adjoints.len();
        let Some((&mut mut adjoint, mut rest)) = adjoints.split_last_mut() else {
            return;
        };
        for entry in entries[self.inputs.min(top)..top].iter().rev() {
            let visited = visit(rest.len());
            let Some((next, before)) = rest.split_last_mut() else {
                return;
            };
            let mut sums = Sums { before, next: *next, reach: &reach };
            if visited {
                let [left, right] = entry.parents;
                if sums.add(left, entry.partials[0], adjoint) || left != SPAN {
                    sums.add(right, entry.partials[1], adjoint);
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
        for edge in &self.edges.borrow()[start..end] {
            sums.add(edge.entry, edge.partial, adjoint);
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
#[inline]
fn seed<T: Scalar>(adjoints: &mut Vec<T>, seeds: impl Iterator<Item = Edge<T>> + Clone, least: usize) -> usize {
    let top = seeds.clone().map(|edge| edge.entry as usize + 1).max().unwrap_or(0);
    adjoints.clear();
    adjoints.resize(top.max(least), T::zero());
    for edge in seeds {
        adjoints[edge.entry as usize] += edge.partial;
    }
    top
}
