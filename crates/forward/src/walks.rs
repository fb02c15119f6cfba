//! How the backend walks trees: tangents onto the inputs.

use std::marker::PhantomData;

use anygrad_core::arrays::Array;
use anygrad_core::{MapLeaves, Scalar, VisitMut, is_inactive};

use crate::dual::DualNumber;
use crate::duals::Duals;
use crate::lanes::Lanes;

/// Makes inputs without an active lane, and constants of what comes after them.
pub(crate) struct Inputs {
    /// How many inputs are left.
    pub(crate) left: usize,
}

impl Inputs {
    /// Whether the next `len` leaves, a number or an array, are inputs.
    #[inline]
    fn next(&mut self, len: usize) -> bool {
        let is_input = self.left > 0;
        self.left = self.left.saturating_sub(len);
        is_input
    }
}

impl<T: Scalar, const N: usize, L: Lanes> MapLeaves<T, DualNumber<T, N, L>> for Inputs {
    #[inline]
    fn leaf(&mut self, leaf: T) -> DualNumber<T, N, L> {
        if self.next(1) { DualNumber::input(leaf) } else { DualNumber::from(leaf) }
    }

    #[inline]
    fn array(&mut self, array: &T::Array) -> Duals<T, N, L> {
        let is_input = self.next(array.len());
        if is_input { Duals::input(array.clone()) } else { Duals::held(array.clone()) }
    }
}

/// Seeds a lane for each input of a chunk. The inputs of the chunk before it may be seeded: these are not any more.
///
/// In place: a lane that is written apart from its neighbours and copied with them right away would wait for its own store.
pub(crate) struct Chunk<T, const N: usize, L> {
    /// That of the next input; a large number before the chunk.
    lane: usize,
    /// How many lanes the chunk has.
    width: usize,
    of: PhantomData<(T, L)>,
}

impl<T: Scalar, const N: usize, L: Lanes> Chunk<T, N, L> {
    /// The chunk that begins with input `first` of the first `n`.
    #[inline]
    pub(crate) fn at(first: usize, n: usize) -> Self {
        Self { lane: 0_usize.wrapping_sub(first), width: N.min(n - first), of: PhantomData }
    }
}

impl<T: Scalar, const N: usize, L: Lanes> VisitMut<DualNumber<T, N, L>> for Chunk<T, N, L> {
    #[inline]
    fn leaf(&mut self, dual: &mut DualNumber<T, N, L>) {
        if self.lane < self.width {
            dual.seed(self.lane, T::one());
        } else if self.lane.wrapping_add(N) < N {
            *dual = DualNumber::input(dual.primal);
        }
        self.lane = self.lane.wrapping_add(1);
    }

    fn array(&mut self, array: &mut Duals<T, N, L>) {
        let (first, len) = (self.lane, array.len());
        if !array.is_held() {
            *array = Duals::input(array.primals().clone());
        }
        for lane in 0..self.width {
            let index = lane.wrapping_sub(first);
            if index < len {
                array.seed(lane, T::Array::collect(len, |i| if i == index { T::one() } else { T::zero() }));
            }
        }
        self.lane = first.wrapping_add(len);
    }
}

/// Makes inputs with the tangents of one direction.
pub(crate) struct Along<'a, T> {
    pub(crate) dx: &'a [T],
}

impl<'a, T> Along<'a, T> {
    /// The tangents of the next `len` inputs.
    #[inline]
    fn next(&mut self, len: usize) -> &'a [T] {
        let (next, rest) = self.dx.split_at(len.min(self.dx.len()));
        self.dx = rest;
        next
    }
}

impl<T: Scalar, L: Lanes> MapLeaves<T, DualNumber<T, 1, L>> for Along<'_, T> {
    #[inline]
    fn leaf(&mut self, leaf: T) -> DualNumber<T, 1, L> {
        let mut dual = DualNumber::input(leaf);
        // A zero tangent seeds no lane.
        if let Some(&tangent) = self.next(1).first().filter(|&&tangent| !is_inactive(tangent)) {
            dual.seed(0, tangent);
        }
        dual
    }

    fn array(&mut self, array: &T::Array) -> Duals<T, 1, L> {
        let mut duals = Duals::input(array.clone());
        let tangents = self.next(array.len());
        if tangents.iter().any(|&tangent| !is_inactive(tangent)) {
            duals.seed(0, T::Array::collect(tangents.len(), |index| tangents[index]));
        }
        duals
    }
}
