//! `Vars<'t, T>`: an array that records what is done to it as a whole.

use std::fmt;
use std::marker::PhantomData;

use anygrad_core::arrays::{AddArrays, Array, Block, Buffer};
use anygrad_core::{Real, Scalar};
use smallvec::SmallVec;

use crate::blocks::{Kind, NO_BLOCK, Operation, Rule};
use crate::var::Brand;
use crate::{Tape, Var};

/// An array of variables of a tape: the values side by side, and one block of the tape that they are the output of.
pub struct Vars<'t, T: Scalar> {
    /// None if all elements are constants.
    tape: Option<&'t Tape<T>>,
    block: u32,
    values: T::Array,
    recording: Brand<'t>,
}

impl<'t, T: Scalar> Vars<'t, T> {
    /// Numbers that depend on no input.
    pub(crate) fn constant_of(values: T::Array) -> Self {
        Self { tape: None, block: NO_BLOCK, values, recording: PhantomData }
    }

    /// The numbers side by side.
    fn of(elements: &[Var<'t, T>]) -> Self {
        let edge = |(index, var): (usize, &Var<'t, T>)| Some((index, var.seeded(T::one())?));
        let edges: Vec<_> = elements.iter().enumerate().filter_map(edge).collect();
        let values = T::Array::collect(elements.len(), |index| elements[index].value());
        match elements.iter().find_map(Var::own_tape) {
            Some(tape) => tape.push_block(Kind::Gathered { base: None, edges }, values),
            None => Self::constant_of(values),
        }
    }

    /// The output of a block of the tape.
    pub(crate) fn of_block(tape: &'t Tape<T>, block: u32, values: T::Array) -> Self {
        Self { tape: Some(tape), block, values, recording: PhantomData }
    }

    /// The values, over the base scalar.
    pub fn values(&self) -> &T::Array {
        &self.values
    }

    /// The block that the adjoints of this array flow to; none for constants.
    pub(crate) fn own_block(&self) -> Option<u32> {
        self.tape.map(|_| self.block)
    }

    /// Applies a block to arrays, and records it if one of them is not constant.
    pub(crate) fn apply<B: Block<T::Real>>(block: B, args: &[&Self]) -> Self {
        let rule = || Rule::of(block);
        Self::by_rule(args, &|args| T::block(block, args), if block.is_detached() { None } else { Some(&rule) })
    }

    /// Applies a block by its value and its rule, if derivatives flow through: compiled once for all blocks.
    fn by_rule(args: &[&Self], value: &dyn Fn(&[&T::Array]) -> T::Array, rule: Option<&dyn Fn() -> Rule<T>>) -> Self {
        let values: SmallVec<[&T::Array; 4]> = args.iter().map(|arg| &arg.values).collect();
        let y = value(&values);
        let (Some(rule), Some(tape)) = (rule, args.iter().find_map(|arg| arg.tape)) else {
            return Self::constant_of(y);
        };
        let operands = args.iter().map(|arg| arg.values.clone()).collect();
        let sources = args.iter().map(|arg| arg.own_block()).collect();
        tape.push_block(Kind::Operation(Operation { rule: rule(), operands, sources, y: y.clone() }), y)
    }
}

impl<'t, T: Scalar> Array<Var<'t, T>> for Vars<'t, T> {
    fn collect(len: usize, element: impl FnMut(usize) -> Var<'t, T>) -> Self {
        Self::of(&(0..len).map(element).collect::<Vec<_>>())
    }

    fn constant(values: Buffer<T::Real>) -> Self {
        Self::constant_of(T::Array::constant(values))
    }

    fn len(&self) -> usize {
        self.values.len()
    }

    fn get(&self, index: usize) -> Var<'t, T> {
        let value = self.values.get(index);
        match self.tape {
            Some(tape) => tape.push_element(value, self.block, index),
            None => Var::constant_of(value),
        }
    }

    fn set(&mut self, index: usize, value: Var<'t, T>) {
        self.values.set(index, value.value());
        if let Some(tape) = self.tape.or(value.own_tape()) {
            let edge = value.seeded(T::one()).unwrap_or_else(crate::tape::Edge::none);
            let gathered = Kind::Gathered { base: self.own_block(), edges: vec![(index, edge)] };
            *self = tape.push_block(gathered, self.values.clone());
        }
    }

    fn primal(&self) -> Buffer<T::Real> {
        self.values.primal()
    }

    fn is_constant(&self) -> bool {
        self.tape.is_none() && self.values.is_constant()
    }

    fn every(&self, test: impl Fn(T::Real) -> bool + Copy) -> bool {
        self.values.every(test) && (self.tape.is_none() || test(T::Real::narrow(1.0)))
    }

    fn accumulate(&mut self, other: &Self) {
        *self = Self::apply(AddArrays { len: self.len() }, &[self, other]);
    }
}

impl<T: Scalar> Clone for Vars<'_, T> {
    fn clone(&self) -> Self {
        Self { values: self.values.clone(), ..*self }
    }
}

impl<T: Scalar> fmt::Debug for Vars<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.own_block() {
            Some(block) => write!(f, "{:?} @ block {block}", self.values),
            None => write!(f, "{:?} (constant)", self.values),
        }
    }
}
