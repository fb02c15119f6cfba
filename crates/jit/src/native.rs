//! `Native<R>`: a program as native code.

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use anygrad_core::{Error, Real};
use anygrad_graph::{Program, check_data};

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
/// use anygrad_graph::{Program, check_data};
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
    /// The constants and the data.
    table: Arc<Vec<R>>,
    price: Price,
}

impl<R: Real> Native<R> {
    /// Makes native code for this machine. Cost: some microseconds for each operation.
    ///
    /// # Errors
    /// [`Error::JitUnavailable`] if the leaf is neither `f32` nor `f64`, or if code can't be made for this machine.
    pub fn compile(program: &Program<R>) -> Result<Self, Error> {
        let start = Instant::now();
        let (compiled, table) = compile(program)?;
        let price = Price {
            compile: start.elapsed(),
            operations: program.operations(),
            functions: compiled.functions,
            bytes: compiled.bytes,
        };
        Ok(Self { compiled: Arc::new(compiled), table: Arc::new(table), price })
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
    #[inline]
    pub fn run(&self, workspace: &mut Workspace<R>, x: &[R], out: &mut [R]) -> Result<(), Error> {
        let Workspace { slots, rows } = workspace;
        match self.compiled.code.run(x, out, slots, &self.table, rows) {
            Ok(0) => Ok(()),
            Ok(failed) => Err(self.failure(failed, workspace)),
            Err(error) => Err(error),
        }
    }

    /// The error of a run that ended with a code.
    #[cold]
    fn failure(&self, failed: u32, workspace: &Workspace<R>) -> Error {
        if failed == PANICKED {
            std::panic::resume_unwind(panic_payload());
        }
        let [a, b] = workspace.compared();
        self.compiled.tests.get(failed as usize - 1).map_or_else(unknown_test, |test| test.failed(a, b))
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

    /// Exchanges a data parameter, by its number among [`Program::data`]; other handles keep theirs. Nothing is compiled.
    ///
    /// # Errors
    /// [`Error::DimensionMismatch`] if there is no such parameter, or if its length is another.
    ///
    /// ```
    /// use anygrad_core::{Differentiable, Scalar, loops};
    /// use anygrad_graph::{Program, check_data};
    /// use anygrad_jit::Native;
    ///
    /// struct Energy(Vec<f64>);
    /// impl Differentiable for Energy {
    ///     type Input = f64;
    ///     type Output = f64;
    ///     fn call<S: Scalar<Real = f64>>(&self, &x: &S) -> S {
    ///         loops::sum(loops::data(&self.0), |spring: S| spring * x * x)
    ///     }
    /// }
    ///
    /// let program = Program::record(&Energy(vec![1.0, 2.0]), &0.5)?;
    /// let mut gradient = Native::compile(&program.gradient()?)?;
    /// assert_eq!(gradient.evaluate(&[0.5])?, [0.75, 3.0]);
    /// gradient.set_data(0, &[2.0, 4.0])?;
    /// assert_eq!(gradient.evaluate(&[0.5])?, [1.5, 6.0]);
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    pub fn set_data(&mut self, number: usize, values: &[R]) -> Result<(), Error> {
        let data = &self.compiled.data;
        check_data(number, data.iter().map(Range::len), values.len())?;
        Arc::make_mut(&mut self.table)[data[number].clone()].copy_from_slice(values);
        Ok(())
    }

    /// What the code cost.
    pub fn price(&self) -> Price {
        self.price
    }
}

fn unknown_test() -> Error {
    Error::BranchChanged { test: "an unknown test".into(), place: None }
}
