//! What a tape knows of whole arrays: their operations, and the adjoints that flow to them.

use std::any::Any;
use std::fmt;

use anygrad_core::arrays::{Array, At, Block};
use anygrad_core::num_traits::Float;
use anygrad_core::{Scalar, is_inactive};
use smallvec::SmallVec;

use crate::tape::Edge;

/// The block of what has none.
pub(crate) const NO_BLOCK: u32 = u32::MAX;

/// Where an array comes from.
#[derive(Debug)]
pub(crate) enum Kind<T: Scalar> {
    /// It is an input.
    Input,
    /// An operation on other arrays.
    Operation(Operation<T>),
    /// The elements of another array, if there is one, but those at the listed places: these were computed one by one.
    Gathered { base: Option<u32>, edges: Vec<(usize, Edge<T>)> },
}

/// An array on a tape.
#[derive(Debug)]
pub(crate) struct Recorded<T: Scalar> {
    /// The entry that stands for it in the order of operations; none for an input.
    pub(crate) entry: Option<u32>,
    pub(crate) len: usize,
    pub(crate) kind: Kind<T>,
}

/// An operation on arrays, with what its pullback needs. An array is shared, not copied.
pub(crate) struct Operation<T: Scalar> {
    pub(crate) rule: Rule<T>,
    pub(crate) operands: SmallVec<[T::Array; 3]>,
    pub(crate) sources: SmallVec<[Option<u32>; 3]>,
    pub(crate) y: T::Array,
}

/// A block whose type is forgotten, but for its pullback.
pub(crate) struct Rule<T: Scalar> {
    block: Box<dyn Any + Send + Sync>,
    pullback: Pullback<T>,
}

type Pullback<T> = fn(&dyn Any, At<'_, T>, &<T as Scalar>::Array, &mut dyn FnMut(usize, <T as Scalar>::Array));

impl<T: Scalar> Rule<T> {
    pub(crate) fn of<B: Block<T::Real>>(block: B) -> Self {
        Self { block: Box::new(block), pullback: Self::pullback::<B> }
    }

    fn pullback<B: Block<T::Real>>(
        block: &dyn Any,
        at: At<'_, T>,
        adjoint: &T::Array,
        mut add: &mut dyn FnMut(usize, T::Array),
    ) {
        match block.downcast_ref::<B>() {
            Some(block) => block.pullback::<T>(at, adjoint, &mut add),
            None => debug_assert!(false, "the function was made for the type of the block"),
        }
    }
}

impl<T: Scalar> Operation<T> {
    /// Lets an adjoint flow to the sources of the operands.
    fn pull(&self, adjoint: &T::Array, add: &mut dyn FnMut(u32, T::Array)) {
        let args: SmallVec<[&T::Array; 3]> = self.operands.iter().collect();
        let active: SmallVec<[bool; 3]> = self.sources.iter().map(Option::is_some).collect();
        let at = At { args: &args, y: &self.y, active: &active };
        (self.rule.pullback)(&*self.rule.block, at, adjoint, &mut |operand, adjoint| {
            if let Some(source) = self.sources[operand] {
                add(source, adjoint);
            }
        });
    }
}

impl<T: Scalar> fmt::Debug for Operation<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("sources", &self.sources).field("y", &self.y).finish_non_exhaustive()
    }
}

/// The adjoints of arrays while they are summed up; none where nothing has flown yet.
#[derive(Debug)]
pub(crate) struct ArrayAdjoints<T: Scalar> {
    sums: Vec<Option<T::Array>>,
    /// Whether the adjoint of a computed array stays when it has flown on. If not, it is passed on without a copy.
    keeps_all: bool,
}

impl<T: Scalar> Default for ArrayAdjoints<T> {
    /// For the adjoints of inputs.
    fn default() -> Self {
        Self { sums: Vec::new(), keeps_all: false }
    }
}

impl<T: Scalar> ArrayAdjoints<T> {
    /// For the adjoints of all arrays.
    pub(crate) fn of_all() -> Self {
        Self { sums: Vec::new(), keeps_all: true }
    }

    /// Starts again, with the seeds of outputs. Returns one more than the last entry that a seed belongs to.
    #[inline]
    pub(crate) fn restart(&mut self, arrays: &[Recorded<T>], seeds: &[(u32, T::Array)]) -> usize {
        // Most recordings of numbers know no array.
        if arrays.is_empty() && self.sums.is_empty() { 0 } else { self.seed(arrays, seeds) }
    }

    #[inline(never)]
    fn seed(&mut self, arrays: &[Recorded<T>], seeds: &[(u32, T::Array)]) -> usize {
        self.sums.clear();
        self.sums.resize(arrays.len(), None);
        seeds.iter().for_each(|(block, seed)| self.add(*block, seed.clone()));
        let entries = seeds.iter().filter_map(|(block, _)| arrays[*block as usize].entry);
        entries.map(|entry| entry as usize + 1).max().unwrap_or(0)
    }

    /// Takes the adjoint of an array, if any has flown to it.
    pub(crate) fn take(&mut self, block: usize) -> Option<T::Array> {
        self.sums.get_mut(block)?.take()
    }

    /// The adjoint of an array, if any has flown to it.
    pub(crate) fn of(&self, block: u32) -> Option<&T::Array> {
        self.sums.get(block as usize)?.as_ref()
    }

    fn add(&mut self, block: u32, adjoint: T::Array) {
        match &mut self.sums[block as usize] {
            Some(sum) => sum.accumulate(&adjoint),
            none => *none = Some(adjoint),
        }
    }

    /// Adds to one element. A zero adjoint adds nothing.
    pub(crate) fn add_element(&mut self, arrays: &[Recorded<T>], block: u32, index: usize, adjoint: T) {
        if is_inactive(adjoint) {
            return;
        }
        let len = arrays[block as usize].len;
        let sum = self.sums[block as usize].get_or_insert_with(|| zeros::<T>(len));
        sum.set(index, sum.get(index) + adjoint);
    }

    /// Lets the adjoint of an array flow to what it was computed from; `edge` takes what flows to single numbers.
    pub(crate) fn pull(&mut self, arrays: &[Recorded<T>], block: u32, mut edge: impl FnMut(&Edge<T>, T)) {
        let sum = &mut self.sums[block as usize];
        let Some(mut adjoint) = (if self.keeps_all { sum.clone() } else { sum.take() }) else {
            return;
        };
        match &arrays[block as usize].kind {
            Kind::Input => {}
            Kind::Operation(operation) => {
                operation.pull(&adjoint, &mut |source, adjoint| self.add(source, adjoint));
            }
            Kind::Gathered { base, edges } => {
                edges.iter().for_each(|(index, to)| {
                    let element = adjoint.get(*index);
                    if !is_inactive(element) {
                        edge(to, element);
                    }
                });
                if let Some(base) = *base {
                    edges.iter().for_each(|&(index, _)| adjoint.set(index, T::zero()));
                    self.add(base, adjoint);
                }
            }
        }
    }

    /// Whether some part of an adjoint that is there is NaN.
    #[inline]
    pub(crate) fn has_nan(&self) -> bool {
        self.sums.iter().flatten().any(|adjoint| !adjoint.every(|part| !part.is_nan()))
    }
}

/// An array of zeros.
pub(crate) fn zeros<T: Scalar>(len: usize) -> T::Array {
    T::Array::collect(len, |_| T::zero())
}
