//! `Recording<'t, T>`: a recording in progress, and the adjoints that it ends with.

use std::marker::PhantomData;

use anygrad_core::arrays::Array;
use anygrad_core::{Error, Scalar};

use crate::blocks::{ArrayAdjoints, zeros};
use crate::sweep::Seeds;
use crate::var::Brand;
use crate::{Tape, Var, Vars};

/// A recording in progress: makes inputs and sweeps back from an output.
#[derive(Debug)]
pub struct Recording<'t, T: Scalar> {
    tape: &'t Tape<T>,
}

impl<'t, T: Scalar> Recording<'t, T> {
    pub(crate) fn on(tape: &'t Tape<T>) -> Self {
        Self { tape }
    }

    /// A new input.
    pub fn variable(&self, value: T) -> Var<'t, T> {
        self.tape.variable(value)
    }

    /// An array of new inputs.
    pub fn variables(&self, values: T::Array) -> Vars<'t, T> {
        self.tape.variables(values)
    }

    /// The adjoints `∂output/∂v` of the inputs and of all that was [kept](Var::keep).
    ///
    /// # Errors
    /// [`Error::TapeFull`] if an operation did not fit.
    pub fn adjoints(&self, output: Var<'t, T>) -> Result<Adjoints<'t, T>, Error> {
        self.tape.check_full()?;
        let (mut adjoints, mut arrays) = (Vec::new(), ArrayAdjoints::of_all());
        let seeds = Seeds::of_edges(output.seeded(T::one()).into_iter());
        self.tape.sweep_to(self.tape.len(), &mut adjoints, &mut arrays, seeds);
        Ok(Adjoints { adjoints, arrays, recording: PhantomData })
    }
}

/// The adjoints of a recording's variables.
#[derive(Debug)]
pub struct Adjoints<'t, T: Scalar> {
    adjoints: Vec<T>,
    arrays: ArrayAdjoints<T>,
    recording: Brand<'t>,
}

impl<'t, T: Scalar> Adjoints<'t, T> {
    /// The adjoint of an input or of what was [kept](Var::keep): 0 where the output does not depend on it. None for
    /// anything else.
    pub fn of(&self, variable: Var<'t, T>) -> Option<T> {
        let entry = variable.own_entry()?;
        Some(self.adjoints.get(entry as usize).copied().unwrap_or_else(T::zero))
    }

    /// The adjoints of the elements of an array: zeros where the output does not depend on it. None for constants.
    pub fn of_array(&self, variables: &Vars<'t, T>) -> Option<T::Array> {
        let block = variables.own_block()?;
        Some(self.arrays.of(block).cloned().unwrap_or_else(|| zeros::<T>(variables.len())))
    }
}
