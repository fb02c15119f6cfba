//! `Program<R>`: a recorded function.

use std::sync::Arc;

use anygrad_core::{Differentiable, Error, Leaf, Real, Scalar, Tree};

use crate::code::{Block, Op, Operand};
use crate::failure::{check_data, check_length};
use crate::node::Node;
use crate::prune::prune;
use crate::recorder::Recorder;
use crate::run::run;

/// A function as it went at one point: straight-line code over the gates of the table, with a guard for each comparison.
///
/// A program is a function of its inputs in the order of the leaves of what was recorded, and is itself
/// [`Differentiable`]: it runs over any scalar. At a point where a guard fails, [`evaluate`](Self::evaluate) gives
/// [`Error::BranchChanged`], and a call over a scalar NaN.
///
/// ```
/// use anygrad_core::{Differentiable, Scalar};
/// use anygrad_graph::Program;
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
/// assert_eq!((program.inputs(), program.outputs(), program.operations()), (5, 1, 5));
/// assert_eq!(program.evaluate(&[0.0, 0.0, 0.0, -1.0, 3.0])?, [0.5]);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Program<R> {
    block: Arc<Block<R>>,
    data: Vec<Vec<R>>,
}

impl<R: Real> Program<R> {
    /// The most instructions that a program holds.
    pub const MAX_OPERATIONS: usize = u32::MAX as usize - 1;

    /// Records what a function does at a point.
    ///
    /// # Errors
    /// [`Error::TapeFull`] beyond [`MAX_OPERATIONS`](Self::MAX_OPERATIONS) operations; [`Error::ForeignVariable`] if the
    /// function carries a number out of the loop body that it belongs to.
    pub fn record<F>(f: &F, x: &F::Input) -> Result<Self, Error>
    where
        F: Differentiable<Input: Tree<Leaf = R>>,
    {
        Self::record_within(f, x, Self::MAX_OPERATIONS)
    }

    /// As [`record`](Self::record), with at most `limit` operations.
    ///
    /// # Errors
    /// As [`record`](Self::record).
    pub fn record_within<F>(f: &F, x: &F::Input, limit: usize) -> Result<Self, Error>
    where
        F: Differentiable<Input: Tree<Leaf = R>>,
    {
        let recorder = Recorder::new(limit, false);
        let width = u32::try_from(F::Input::count::<R>(x)).map_err(|_| Error::TapeFull { limit })?;
        let mut operand = recorder.parameter(0, width);
        let inputs = F::Input::map::<Leaf<F>, Node<'_, R>>(x, &mut |leaf| {
            let node = recorder.node(operand, leaf);
            operand = operand.plus(1);
            node
        });
        let mut results = Vec::new();
        let outputs = f.try_call::<Node<'_, R>>(&inputs)?;
        F::Output::each::<Node<'_, R>>(&outputs, &mut |output| results.push(recorder.operand(output)));
        Ok(Self::new(recorder.finish(results)?, recorder.take_data()))
    }

    pub(crate) fn new(block: Block<R>, data: Vec<Vec<R>>) -> Self {
        Self { block: Arc::new(prune(block)), data }
    }

    /// The code.
    pub fn block(&self) -> &Block<R> {
        &self.block
    }

    /// The data parameters.
    pub fn data(&self) -> &[Vec<R>] {
        &self.data
    }

    /// Exchanges a data parameter. The code is shared with the programs that this one was cloned from or derived from.
    ///
    /// A function's data are parameters in the order in which it first loops over them, or takes them as constant operands of an
    /// operation on arrays; arrays at one place in memory with the same content are one parameter. A derivative of a program has the same ones.
    ///
    /// # Errors
    /// [`Error::DimensionMismatch`] if there is no such parameter, or if its length is another.
    ///
    /// ```
    /// use anygrad_core::{Differentiable, Scalar, loops};
    /// use anygrad_graph::Program;
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
    /// let mut gradient = Program::record(&Energy(vec![1.0, 2.0]), &0.5)?.gradient()?;
    /// assert_eq!(gradient.evaluate(&[0.5])?, [0.75, 3.0]);
    /// gradient.set_data(0, &[2.0, 4.0])?;
    /// assert_eq!(gradient.evaluate(&[0.5])?, [1.5, 6.0]);
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    pub fn set_data(&mut self, number: usize, values: &[R]) -> Result<(), Error> {
        check_data(number, self.data.iter().map(Vec::len), values.len())?;
        self.data[number].copy_from_slice(values);
        Ok(())
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.block.code.first().map_or(0, |inputs| inputs.width as usize)
    }

    /// The number of outputs.
    pub fn outputs(&self) -> usize {
        self.block.results.len()
    }

    /// The number of operations: instructions besides parameters and constants.
    pub fn operations(&self) -> usize {
        let is_operation = |op: &Op<R>| !matches!(op, Op::Parameter(_) | Op::Constant(_));
        self.block.code.iter().filter(|instruction| is_operation(&instruction.op)).count()
    }

    /// The value at floats.
    ///
    /// # Errors
    /// [`Error::DimensionMismatch`] for a wrong number of inputs, [`Error::BranchChanged`] where a guard fails.
    pub fn evaluate(&self, x: &[R]) -> Result<Vec<R>, Error> {
        self.evaluate_over::<R>(x)
    }

    /// The value over any scalar.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate).
    pub fn evaluate_over<S: Scalar<Real = R>>(&self, x: &[S]) -> Result<Vec<S>, Error> {
        self.check_inputs(x.len())?;
        run(&self.block, &[x], &self.data)
    }

    pub(crate) fn check_inputs(&self, found: usize) -> Result<(), Error> {
        check_length("inputs", self.inputs(), found)
    }

    /// The program that results in the given ones of this program's values.
    pub(crate) fn with_results(&self, results: Vec<Operand>) -> Self {
        Self::new(Block { code: self.block.code.clone(), results }, self.data.clone())
    }
}

impl<R: Real> Differentiable for Program<R> {
    type Input = Vec<R>;
    type Output = Vec<R>;

    fn call<S: Scalar<Real = R>>(&self, x: &Vec<S>) -> Vec<S> {
        self.evaluate_over(x).unwrap_or_else(|_| vec![S::nan(); self.outputs()])
    }
}
