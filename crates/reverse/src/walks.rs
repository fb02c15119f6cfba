//! How the backend walks trees: inputs onto the tape, seeds from outputs, adjoints back into trees.

use anygrad_core::arrays::Array;
use anygrad_core::{
    Dense, Differentiable, Leaf, MapLeaves, Real, Scalar, Tree, Visit, VisitMut, VisitPairs, is_inactive,
};

use crate::blocks::{ArrayAdjoints, zeros};
use crate::sweep::Seeds;
use crate::tape::Edge;
use crate::{Tape, Var, Vars};

/// How many leaves a tree has: numbers by themselves, and in arrays.
pub(crate) struct Leaves(usize, usize);

impl Leaves {
    #[inline]
    pub(crate) fn of<X: Tree, T: Scalar<Real = X::Leaf>>(x: &X::Of<T>) -> Self {
        let mut count = Self(0, 0);
        X::visit::<T>(x, &mut count);
        count
    }

    #[inline]
    pub(crate) fn numbers(&self) -> usize {
        self.0
    }

    #[inline]
    pub(crate) fn has_arrays(&self) -> bool {
        self.1 > 0
    }

    #[inline]
    pub(crate) fn all(&self) -> usize {
        self.0 + self.1
    }
}

impl<T: Scalar> Visit<T> for Leaves {
    #[inline]
    fn leaf(&mut self, _: T) {
        self.0 += 1;
    }

    #[inline]
    fn array(&mut self, array: &T::Array) {
        self.1 += array.len();
    }
}

/// Makes inputs of a tape: of numbers those that it has entries for, of arrays new ones. What comes after them is constant.
pub(crate) struct Inputs<'t, T: Scalar> {
    tape: &'t Tape<T>,
    next: usize,
    /// How many leaves are left that are inputs.
    left: usize,
}

impl<'t, T: Scalar> Inputs<'t, T> {
    /// Of the first `left` leaves.
    #[inline]
    pub(crate) fn of(tape: &'t Tape<T>, left: usize) -> Self {
        Self { tape, next: 0, left }
    }

    /// Whether the next `len` leaves, a number or an array, are inputs.
    #[inline]
    fn next(&mut self, len: usize) -> bool {
        let is_input = self.left > 0;
        self.left = self.left.saturating_sub(len);
        is_input
    }
}

impl<'t, T: Scalar> MapLeaves<T, Var<'t, T>> for Inputs<'t, T> {
    #[inline]
    fn leaf(&mut self, leaf: T) -> Var<'t, T> {
        if !self.next(1) {
            return Var::constant_of(leaf);
        }
        self.next += 1;
        self.tape.input(self.next - 1, leaf)
    }

    #[inline]
    fn array(&mut self, array: &T::Array) -> Vars<'t, T> {
        if self.next(array.len()) { self.tape.variables(array.clone()) } else { Vars::constant_of(array.clone()) }
    }
}

/// Takes the values of outputs, over the base scalar.
pub(crate) struct Values;

impl<'t, T: Scalar> MapLeaves<Var<'t, T>, T> for Values {
    #[inline]
    fn leaf(&mut self, leaf: Var<'t, T>) -> T {
        leaf.value()
    }

    #[inline]
    fn array(&mut self, array: &Vars<'t, T>) -> T::Array {
        let mut values = array.values().clone();
        values.settle();
        values
    }
}

/// Collects seeds.
pub(crate) struct Given<T: Scalar> {
    pub(crate) edges: Vec<Edge<T>>,
    pub(crate) arrays: Vec<(u32, T::Array)>,
}

impl<'t, T: Scalar> VisitPairs<Var<'t, T>, T> for Given<T> {
    #[inline]
    fn leaves(&mut self, output: Var<'t, T>, seed: T) {
        // A zero adjoint seeds nothing, whatever the partial that it would meet.
        if !is_inactive(seed) {
            self.edges.extend(output.seeded(seed));
        }
    }

    #[inline]
    fn arrays(&mut self, output: &Vars<'t, T>, seed: &T::Array) {
        self.arrays.extend(output.own_block().map(|block| (block, seed.clone())));
    }
}

/// The adjoints of the inputs after a sweep, in their order.
pub(crate) struct Swept<'a, T: Scalar> {
    numbers: std::slice::Iter<'a, T>,
    arrays: &'a mut ArrayAdjoints<T>,
    next: usize,
}

impl<'a, T: Scalar> Swept<'a, T> {
    #[inline]
    pub(crate) fn new(numbers: &'a [T], arrays: &'a mut ArrayAdjoints<T>) -> Self {
        Self { numbers: numbers.iter(), arrays, next: 0 }
    }

    #[inline]
    fn number(&mut self) -> T {
        debug_assert!(!self.numbers.as_slice().is_empty(), "an input of the recording is a leaf of its point");
        self.numbers.next().copied().unwrap_or_else(T::zero)
    }

    fn array_of(&mut self, len: usize) -> T::Array {
        self.next += 1;
        let mut adjoints = self.arrays.take(self.next - 1).unwrap_or_else(|| zeros::<T>(len));
        adjoints.settle();
        adjoints
    }
}

impl<T: Scalar> MapLeaves<T, T> for Swept<'_, T> {
    #[inline]
    fn leaf(&mut self, _: T) -> T {
        self.number()
    }

    #[inline]
    fn array(&mut self, array: &T::Array) -> T::Array {
        self.array_of(array.len())
    }
}

impl<T: Scalar> VisitMut<T> for Swept<'_, T> {
    #[inline]
    fn leaf(&mut self, leaf: &mut T) {
        *leaf = self.number();
    }

    #[inline]
    fn array(&mut self, array: &mut T::Array) {
        *array = self.array_of(array.len());
    }
}

/// A sweep for each output that it visits: a row of the Jacobian.
pub(crate) struct Rows<'a, R: Real, W> {
    pub(crate) tape: &'a Tape<R>,
    pub(crate) jacobian: &'a mut Dense<R>,
    pub(crate) next: usize,
    /// Writes a row.
    pub(crate) write: W,
}

impl<R: Real, W: Fn(&mut [R], Swept<'_, R>)> Rows<'_, R, W> {
    #[inline]
    fn sweep(&mut self, edge: Option<Edge<R>>, array: &[(u32, R::Array)]) {
        let (row, write) = (self.jacobian.row_mut(self.next), &self.write);
        let seeds = Seeds { edges: edge.into_iter(), arrays: array };
        self.tape.sweep(seeds, |numbers, arrays| write(row, Swept::new(numbers, arrays)));
        self.next += 1;
    }
}

impl<'t, R: Real, W: Fn(&mut [R], Swept<'_, R>)> Visit<Var<'t, R>> for Rows<'_, R, W> {
    #[inline]
    fn leaf(&mut self, leaf: Var<'t, R>) {
        self.sweep(leaf.seeded(R::one()), &[]);
    }

    fn array(&mut self, array: &Vars<'t, R>) {
        for index in 0..array.len() {
            let unit =
                |block| (block, R::Array::collect(array.len(), |i| if i == index { R::one() } else { R::zero() }));
            let seed: Option<(u32, R::Array)> = array.own_block().map(unit);
            self.sweep(None, seed.as_slice());
        }
    }
}

/// Writes adjoints into a row of a Jacobian, in the order of the leaves.
#[inline]
pub(crate) fn write_row<F: Differentiable>(x: &F::Input, mut adjoints: Swept<'_, Leaf<F>>, row: &mut [Leaf<F>]) {
    if adjoints.numbers.len() == row.len() {
        row.copy_from_slice(adjoints.numbers.as_slice());
        return;
    }
    let gradient = F::Input::map_with::<Leaf<F>, Leaf<F>>(x, &mut adjoints);
    let mut entries = row.iter_mut();
    F::Input::each::<Leaf<F>>(&gradient, &mut |adjoint| {
        if let Some(entry) = entries.next() {
            *entry = adjoint;
        }
    });
}
