//! `Duals<T, N>`: an array with `N` arrays of tangents.

use std::fmt;

use anygrad_core::Scalar;
use anygrad_core::arrays::{AddArrays, Array, At, Block, Buffer};
use smallvec::SmallVec;

use crate::dual::DualNumber;
use crate::lanes::Lanes;

/// The value of a block.
type Value<'a, T> = &'a dyn Fn(&[&<T as Scalar>::Array]) -> <T as Scalar>::Array;

/// The pushforward of a block.
type Pushforward<'a, T> = &'a dyn Fn(At<'_, T>, &[Option<&<T as Scalar>::Array>]) -> Option<<T as Scalar>::Array>;

/// An array of dual numbers: the primals side by side, and the tangents of each lane side by side.
///
/// A lane that no input has seeded has no tangents at all. Where it has, zeros among them count as structural in operations
/// that work element by element.
#[derive(Clone)]
pub struct Duals<T: Scalar, const N: usize, L> {
    primals: T::Array,
    tangents: [Option<T::Array>; N],
    /// What all elements have in common.
    lanes: L,
}

impl<T: Scalar, const N: usize, L: Lanes> Duals<T, N, L> {
    /// The values.
    pub fn primals(&self) -> &T::Array {
        &self.primals
    }

    /// The tangents of a lane; none if no input has seeded it.
    ///
    /// # Panics
    /// If there is no such lane.
    pub fn tangents(&self, lane: usize) -> Option<&T::Array> {
        self.tangents[lane].as_ref()
    }

    /// The numbers side by side.
    fn of(elements: &[DualNumber<T, N, L>]) -> Self {
        let len = elements.len();
        let lanes = elements.iter().map(DualNumber::lanes).reduce(L::join).unwrap_or(L::CONSTANT);
        let tangents = std::array::from_fn(|lane| {
            let is_active = elements.iter().any(|element| element.lanes().is_active(lane));
            is_active.then(|| T::Array::collect(len, |index| elements[index].tangent(lane)))
        });
        Self { primals: T::Array::collect(len, |index| elements[index].primal), tangents, lanes }
    }

    /// Numbers without an active lane.
    pub(crate) fn input(primals: T::Array) -> Self {
        Self { primals, tangents: [const { None }; N], lanes: L::INPUT }
    }

    /// Numbers that are constants of this level.
    pub(crate) fn held(primals: T::Array) -> Self {
        Self { primals, tangents: [const { None }; N], lanes: L::CONSTANT }
    }

    /// Whether the numbers are known to be constants of this level.
    pub(crate) fn is_held(&self) -> bool {
        self.lanes.is_constant()
    }

    /// Gives a lane its tangents.
    pub(crate) fn seed(&mut self, lane: usize, tangents: T::Array) {
        self.tangents[lane] = Some(tangents);
        self.lanes = self.lanes.seed(lane);
    }

    /// Applies a block: its value once, its pushforward once a lane.
    pub(crate) fn apply<B: Block<T::Real>>(block: B, args: &[&Self]) -> Self {
        let value = |args: &[&T::Array]| T::block(block, args);
        if block.is_detached() {
            return Self::constant_of(args, &value);
        }
        Self::by_rules(args, &value, &|at, tangents| block.pushforward::<T>(at, tangents))
    }

    /// What a block computes that no derivative flows through.
    fn constant_of(args: &[&Self], value: Value<'_, T>) -> Self {
        let primals: SmallVec<[&T::Array; 4]> = args.iter().map(|arg| &arg.primals).collect();
        Self::held(value(&primals))
    }

    /// Value and pushforwards by the rules of a block: compiled once for all of them.
    fn by_rules(args: &[&Self], value: Value<'_, T>, pushforward: Pushforward<'_, T>) -> Self {
        let primals: SmallVec<[&T::Array; 4]> = args.iter().map(|arg| &arg.primals).collect();
        let y = value(&primals);
        let tangents = std::array::from_fn(|lane| {
            let tangents: SmallVec<[Option<&T::Array>; 4]> = args.iter().map(|arg| arg.tangents(lane)).collect();
            let active: SmallVec<[bool; 4]> = tangents.iter().map(Option::is_some).collect();
            if !active.contains(&true) {
                return None;
            }
            pushforward(At { args: &primals, y: &y, active: &active }, &tangents)
        });
        let lanes = args.iter().map(|arg| arg.lanes).reduce(L::join).unwrap_or(L::CONSTANT);
        Self { primals: y, tangents, lanes }
    }
}

impl<T: Scalar, const N: usize, L: Lanes> Array<DualNumber<T, N, L>> for Duals<T, N, L> {
    fn collect(len: usize, element: impl FnMut(usize) -> DualNumber<T, N, L>) -> Self {
        Self::of(&(0..len).map(element).collect::<Vec<_>>())
    }

    fn constant(values: Buffer<T::Real>) -> Self {
        Self::held(T::Array::constant(values))
    }

    fn len(&self) -> usize {
        self.primals.len()
    }

    #[inline]
    fn get(&self, index: usize) -> DualNumber<T, N, L> {
        let tangents = std::array::from_fn(|lane| self.tangents(lane).map_or_else(T::zero, |lane| lane.get(index)));
        let constant = if self.lanes.is_constant() { L::CONSTANT } else { L::INPUT };
        let active = (0..N).filter(|&lane| self.tangents[lane].is_some());
        DualNumber::of_lanes(self.primals.get(index), tangents, active.fold(constant, L::seed))
    }

    fn set(&mut self, index: usize, value: DualNumber<T, N, L>) {
        self.primals.set(index, value.primal);
        for (lane, tangents) in self.tangents.iter_mut().enumerate() {
            let tangent = value.tangent(lane);
            if value.lanes().is_active(lane) || tangents.is_some() {
                let len = self.primals.len();
                tangents.get_or_insert_with(|| T::Array::collect(len, |_| T::zero())).set(index, tangent);
            }
        }
        self.lanes = self.lanes.join(value.lanes());
    }

    fn primal(&self) -> Buffer<T::Real> {
        self.primals.primal()
    }

    fn is_constant(&self) -> bool {
        self.lanes.is_constant() && self.primals.is_constant()
    }

    fn every(&self, test: impl Fn(T::Real) -> bool + Copy) -> bool {
        self.primals.every(test) && self.tangents.iter().flatten().all(|lane| lane.every(test))
    }

    fn accumulate(&mut self, other: &Self) {
        *self = Self::apply(AddArrays { len: self.len() }, &[self, other]);
    }
}

impl<T: Scalar, const N: usize, L> fmt::Debug for Duals<T, N, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} + {:?}ε", self.primals, self.tangents)
    }
}
