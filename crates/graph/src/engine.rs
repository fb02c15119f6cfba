//! `Engine`: what runs programs over floats.

use anygrad_core::{Error, Real};

use crate::Program;
use crate::machine::Machine;

/// A way to run programs over floats: by interpretation, or as native code.
pub trait Engine: Clone + 'static {
    /// A program made ready to run, with the memory that a run needs.
    type Code<R: Real>: Clone + Send + 'static;

    /// The name that reports print.
    fn name(&self) -> &'static str;

    /// Makes a program ready.
    ///
    /// # Errors
    /// What the engine cannot do.
    fn prepare<R: Real>(&self, program: &Program<R>) -> Result<Self::Code<R>, Error>;

    /// Runs it on inputs that are given in parts, in the order of the program's inputs.
    ///
    /// # Errors
    /// [`Error::BranchChanged`] where a guard fails, [`Error::DimensionMismatch`] for too few or too many inputs or outputs.
    fn run<R: Real>(code: &mut Self::Code<R>, x: &[&[R]], out: &mut [R]) -> Result<(), Error>;
}

/// Runs programs instruction by instruction: ready at once, and on every target.
#[derive(Clone, Copy, Debug, Default)]
pub struct Interpreter;

/// A program that the [`Interpreter`] runs, with its working memory.
#[derive(Clone, Debug)]
pub struct Interpreted<R>(Machine<R>);

impl Engine for Interpreter {
    type Code<R: Real> = Interpreted<R>;

    fn name(&self) -> &'static str {
        "replay"
    }

    fn prepare<R: Real>(&self, program: &Program<R>) -> Result<Interpreted<R>, Error> {
        Ok(Interpreted(Machine::of(program)))
    }

    fn run<R: Real>(code: &mut Interpreted<R>, x: &[&[R]], out: &mut [R]) -> Result<(), Error> {
        code.0.run(x, out)
    }
}
