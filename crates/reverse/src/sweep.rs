//! The sweep: adjoints flow along the edges of a tape, last entry first.

use std::cell::Cell;

use anygrad_core::Scalar;
use anygrad_core::num_traits::Float;

use crate::Tape;
use crate::blocks::{ArrayAdjoints, Recorded};
use crate::tape::{APART, Apart, Edge, Entry};

/// The seeds of a sweep: edges to single numbers, and adjoints of arrays.
#[derive(Clone)]
pub(crate) struct Seeds<'a, T: Scalar, I> {
    pub(crate) edges: I,
    pub(crate) arrays: &'a [(u32, T::Array)],
}

impl<T: Scalar, I> Seeds<'_, T, I> {
    /// Seeds of single numbers alone.
    #[inline]
    pub(crate) fn of_edges(edges: I) -> Self {
        Self { edges, arrays: &[] }
    }
}

impl<T: Scalar> Tape<T> {
    /// Sweeps the seeded adjoints back to the inputs and hands their adjoints to `take`.
    #[inline]
    pub(crate) fn sweep<R>(
        &self,
        seeds: Seeds<'_, T, impl Iterator<Item = Edge<T>> + Clone>,
        take: impl FnOnce(&[T], &mut ArrayAdjoints<T>) -> R,
    ) -> R {
        let adjoints = &mut *self.adjoints.borrow_mut();
        let arrays = &mut *self.array_adjoints.borrow_mut();
        self.sweep_to(self.inputs, adjoints, arrays, seeds);
        take(&adjoints[..self.inputs], arrays)
    }

    /// Sweeps the seeded adjoints back to the inputs; those of the first `kept` entries are then right.
    ///
    /// The sweep is plain IEEE arithmetic. Where it ends in a NaN, that may be the zero of an operation that no seed
    /// reaches times an infinite partial; a second sweep then visits the reached operations alone.
    #[inline]
    pub(crate) fn sweep_to(
        &self,
        kept: usize,
        adjoints: &mut Vec<T>,
        arrays: &mut ArrayAdjoints<T>,
        seeds: Seeds<'_, T, impl Iterator<Item = Edge<T>> + Clone>,
    ) {
        self.sweep_visited(kept, adjoints, arrays, seeds.clone(), |_| true, |_| ());
        let is_nan = |adjoint: &T| !adjoint.every(|part| !part.is_nan());
        if adjoints[..kept].iter().any(is_nan) || arrays.has_nan() {
            self.sweep_reached(kept, adjoints, arrays, seeds);
        }
    }

    #[cold]
    fn sweep_reached(
        &self,
        kept: usize,
        adjoints: &mut Vec<T>,
        arrays: &mut ArrayAdjoints<T>,
        seeds: Seeds<'_, T, impl Iterator<Item = Edge<T>> + Clone>,
    ) {
        let reached = vec![Cell::new(false); self.len()];
        let reach = |entry: usize| reached[entry].set(true);
        seeds.edges.clone().for_each(|edge| reach(edge.entry as usize));
        self.sweep_visited(kept, adjoints, arrays, seeds, |entry| reached[entry].get(), reach);
    }

    /// One sweep through the entries that `visit` allows; `reach` is told of their parents.
    #[inline]
    fn sweep_visited(
        &self,
        kept: usize,
        adjoints: &mut Vec<T>,
        arrays: &mut ArrayAdjoints<T>,
        seeds: Seeds<'_, T, impl Iterator<Item = Edge<T>> + Clone>,
        visit: impl Fn(usize) -> bool,
        reach: impl Fn(usize),
    ) {
        let recorded = &*self.arrays.borrow();
        let least = arrays.restart(recorded, seeds.arrays);
        let top = seed(adjoints, seeds.edges, least, kept);
        let mut arrays = Arrays { recorded, adjoints: arrays };
        self.entries.read(|entries| self.propagate(entries, &mut adjoints[..top], &mut arrays, visit, reach));
    }

    /// Adds `partial · adjoint` to every parent of the visited entries, from the one with the last adjoint to the inputs.
    #[inline]
    fn propagate(
        &self,
        entries: &[Entry<T>],
        adjoints: &mut [T],
        arrays: &mut Arrays<'_, T>,
        visit: impl Fn(usize) -> bool,
        reach: impl Fn(usize),
    ) {
        let top = adjoints.len();
        let Some((&mut mut adjoint, mut rest)) = adjoints.split_last_mut() else {
            return;
        };
        for entry in entries[self.inputs.min(top)..top].iter().rev() {
            let visited = visit(rest.len());
            let [left, right] = entry.parents;
            let Some((next, before)) = rest.split_last_mut() else {
                // Before the first entry there may be arrays.
                if left == APART {
                    let sums = Sums { before: &mut [], next: T::zero(), reach: &reach };
                    self.propagate_apart(right, visited.then_some(adjoint), sums, arrays);
                }
                return;
            };
            let mut sums = Sums { before, next: *next, reach: &reach };
            if visited {
                if sums.add(left, entry.partials[0], adjoint) || left != APART {
                    sums.add(right, entry.partials[1], adjoint);
                } else {
                    sums = self.propagate_apart(right, Some(adjoint), sums, arrays);
                }
            } else if left == APART {
                sums = self.propagate_apart(right, None, sums, arrays);
            }
            adjoint = sums.next;
            *next = adjoint;
            rest = sums.before;
        }
    }

    /// The same for an entry whose parents stand apart; without an adjoint if it is not visited.
    #[inline(never)]
    fn propagate_apart<'a, F: Fn(usize)>(
        &self,
        number: u32,
        adjoint: Option<T>,
        mut sums: Sums<'a, T, F>,
        arrays: &mut Arrays<'_, T>,
    ) -> Sums<'a, T, F> {
        match (self.apart.borrow()[number as usize], adjoint) {
            (Apart::Edges(start, end), Some(adjoint)) => {
                for edge in &self.edges.borrow()[start..end] {
                    sums.add(edge.entry, edge.partial, adjoint);
                }
            }
            (Apart::Element(array, index), Some(adjoint)) => {
                arrays.adjoints.add_element(arrays.recorded, array, index, adjoint);
            }
            (Apart::Edges(..) | Apart::Element(..), None) => {}
            // An array that nothing flows to has no adjoint.
            (Apart::Block(array), _) => arrays.adjoints.pull(arrays.recorded, array, |edge, adjoint| {
                sums.add(edge.entry, edge.partial, adjoint);
            }),
        }
        sums
    }
}

/// The arrays of a tape, and their adjoints during a sweep.
struct Arrays<'a, T: Scalar> {
    recorded: &'a [Recorded<T>],
    adjoints: &'a mut ArrayAdjoints<T>,
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

/// Sets the adjoints to the seeds, for at least `kept` entries, and returns one more than the last seeded entry, at least
/// `least`.
#[inline]
fn seed<T: Scalar>(
    adjoints: &mut Vec<T>,
    seeds: impl Iterator<Item = Edge<T>> + Clone,
    least: usize,
    kept: usize,
) -> usize {
    let top = seeds.clone().map(|edge| edge.entry as usize + 1).max().unwrap_or(0).max(least);
    if adjoints.capacity() == 0 {
        *adjoints = vec![T::zero(); top.max(kept)];
    } else {
        adjoints.clear();
        adjoints.resize(top.max(kept), T::zero());
    }
    for edge in seeds {
        adjoints[edge.entry as usize] += edge.partial;
    }
    top
}
