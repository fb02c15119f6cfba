//! `Recording<'t, T>`: a recording in progress, and the adjoints that it ends with.

use std::marker::PhantomData;

use anygrad_core::{Error, Scalar};

use crate::var::Brand;
use crate::{Tape, Var};

/// A recording in progress: makes inputs and sweeps back from an output.
#[derive(Debug)]
pub struct Recording<'t, T> {
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

    /// The adjoints `∂output/∂v` of the inputs and of all that was [kept](Var::keep).
    ///
    /// # Errors
    /// [`Error::TapeFull`] if an operation did not fit.
    pub fn adjoints(&self, output: Var<'t, T>) -> Result<Adjoints<'t, T>, Error> {
        self.tape.check_full()?;
        let mut adjoints = Vec::new();
        self.tape.sweep_to(self.tape.len(), &mut adjoints, output.seeded(T::one()).into_iter());
        Ok(Adjoints { adjoints, recording: PhantomData })
    }
}

/// The adjoints of a recording's variables.
#[derive(Debug)]
pub struct Adjoints<'t, T> {
    adjoints: Vec<T>,
    recording: Brand<'t>,
}

impl<'t, T: Scalar> Adjoints<'t, T> {
    /// The adjoint of an input or of what was [kept](Var::keep): 0 where the output does not depend on it. None for
    /// anything else.
    pub fn of(&self, variable: Var<'t, T>) -> Option<T> {
        let entry = variable.own_entry()?;
        Some(self.adjoints.get(entry as usize).copied().unwrap_or_else(T::zero))
    }
}
