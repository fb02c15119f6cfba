//! `Native<R>`: a program as native code.

use std::sync::Arc;
use std::time::Instant;

use anygrad_core::{Error, Real};
use anygrad_graph::Program;

use crate::compile::{Compiled, compile};
use crate::context::{PANICKED, panic_payload};
use crate::price::Price;
use crate::workspace::Workspace;

/// A program as native code, with the same results as [`Program::evaluate`], bit for bit.
///
/// A handle is cheap to clone and is used from many threads, each with a [`Workspace`] of its own. The code is freed with
/// the last handle.
///
/// Arithmetic is done in place; every other gate is a call of the code that the program's own runs call. Only the sign and
/// the payload of a NaN are not kept: Rust leaves them open. (A `copysign` with a NaN as its second argument shows the sign.)
///
/// ```
/// use anygrad_core::{Differentiable, Scalar};
/// use anygrad_graph::Program;
/// use anygrad_jit::Native;
///
/// struct Neuron;
/// impl Differentiable for Neuron {
///     type Input = [f64; 5];
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, &[a, b, c, x, y]: &[S; 5]) -> S {
///         (a * x + b * y + c).sigmoid()
///     }
/// }
///
/// let program = Program::record(&Neuron, &[1.0, 2.0, -3.0, -1.0, 3.0])?;
/// let native = Native::compile(&program)?;
/// assert_eq!(native.evaluate(&[0.0, 0.0, 0.0, -1.0, 3.0])?, [0.5]);
///
/// let mut workspace = native.workspace();
/// let mut y = [0.0];
/// native.run(&mut workspace, &[1.0, 2.0, -3.0, -1.0, 3.0], &mut y)?;
/// assert_eq!(y, [0.8807970779778823]);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Native<R> {
    compiled: Arc<Compiled<R>>,
    price: Price,
}

impl<R: Real> Native<R> {
    /// Makes native code for this machine. Cost: some microseconds for each operation.
    ///
    /// # Errors
    /// [`Error::JitUnavailable`] if the leaf is neither `f32` nor `f64`, or if code can't be made for this machine.
    pub fn compile(program: &Program<R>) -> Result<Self, Error> {
        let start = Instant::now();
        let compiled = Arc::new(compile(program)?);
        let price = Price {
            compile: start.elapsed(),
            operations: program.operations(),
            functions: compiled.functions,
            bytes: compiled.bytes,
        };
        Ok(Self { compiled, price })
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.compiled.code.lengths.inputs
    }

    /// The number of outputs.
    pub fn outputs(&self) -> usize {
        self.compiled.code.lengths.outputs
    }

    /// The memory that a run needs.
    pub fn workspace(&self) -> Workspace<R> {
        Workspace::new(self.compiled.code.lengths.slots)
    }

    /// The value at `x` into `out`. Nothing is allocated, besides by a gate of your own.
    ///
    /// # Errors
    /// [`Error::DimensionMismatch`] if the lengths are not the numbers of inputs and outputs, or if the workspace is that of
    /// another program; [`Error::BranchChanged`] where a comparison comes out otherwise than while recording: then what `out`
    /// holds means nothing.
    ///
    /// # Panics
    /// If a gate of your own does.
    pub fn run(&self, workspace: &mut Workspace<R>, x: &[R], out: &mut [R]) -> Result<(), Error> {
        let Compiled { code, tests, table, .. } = &*self.compiled;
        match code.run(x, out, &mut workspace.slots, table, &mut workspace.rows)? {
            0 => Ok(()),
            PANICKED => std::panic::resume_unwind(panic_payload()),
            failed => {
                let [a, b] = workspace.compared();
                Err(tests.get(failed as usize - 1).map_or_else(unknown_test, |test| test.failed(a, b)))
            }
        }
    }

    /// The value at `x`, in a workspace of its own.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    ///
    /// # Panics
    /// As [`run`](Self::run).
    pub fn evaluate(&self, x: &[R]) -> Result<Vec<R>, Error> {
        let mut out = vec![R::zero(); self.outputs()];
        self.run(&mut self.workspace(), x, &mut out)?;
        Ok(out)
    }

    /// What the code cost.
    pub fn price(&self) -> Price {
        self.price
    }
}

fn unknown_test() -> Error {
    Error::BranchChanged { test: "an unknown test".into(), place: None }
}
