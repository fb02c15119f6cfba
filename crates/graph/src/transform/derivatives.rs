//! The derivatives of a program, as methods.

use anygrad_core::{Error, Real, Scalar};
use rustc_hash::FxHashMap;

use super::adjoint::Sweep;
use super::copy::Copied;
use super::partials::Partials;
use super::segments::segmented;
use super::tangent::Push;
use crate::Program;
use crate::code::{Op, Operand};
use crate::node::Node;
use crate::recorder::Recorder;

/// The adjoints of a program's inputs, none where nothing flows.
type Inputs<'g, R> = Vec<Option<Node<'g, R>>>;

impl<R: Real> Program<R> {
    /// The program of value and gradient: from `x` to `y`, then `∂y/∂xⱼ`.
    ///
    /// ```
    /// use anygrad_core::{Differentiable, Scalar};
    /// use anygrad_graph::Program;
    ///
    /// struct Product;
    /// impl Differentiable for Product {
    ///     type Input = [f64; 2];
    ///     type Output = f64;
    ///     fn call<S: Scalar<Real = f64>>(&self, [x, y]: &[S; 2]) -> S {
    ///         *x * *y
    ///     }
    /// }
    ///
    /// let gradient = Program::record(&Product, &[-2.0, 3.0])?.gradient()?;
    /// assert_eq!(gradient.evaluate(&[-2.0, 3.0])?, [-6.0, 3.0, -2.0]);
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NotScalar`] unless there is one output; [`Error::Unsupported`] beyond derivatives of order
    /// [`MAX_ORDER`](crate::MAX_ORDER) of a gate.
    pub fn gradient(&self) -> Result<Self, Error> {
        let outputs = self.outputs();
        if outputs != 1 {
            return Err(Error::NotScalar { outputs });
        }
        self.jacobian()
    }

    /// The program of value and Jacobian: from `x` to `y`, then `∂yᵢ/∂xⱼ` row by row.
    ///
    /// Each row is a sweep of its own over what the output depends on; what rows have in common is computed once. A Jacobian
    /// of many more rows than columns is computed by columns: each is a tangent that flows through what depends on the input.
    ///
    /// # Errors
    /// As [`gradient`](Self::gradient), for any number of outputs.
    pub fn jacobian(&self) -> Result<Self, Error> {
        let m = self.outputs();
        if is_tall(m, self.inputs()) {
            return self.by_columns(|all| (0..m).flat_map(|i| all[i..].iter().step_by(m).copied()).collect());
        }
        if let Some(cut) = self.in_segments() {
            return cut.jacobian();
        }
        let recorder = Recorder::new(Self::MAX_OPERATIONS, true);
        let (copied, partials) = (self.copied(&recorder, 0), Partials::default());
        let mut results = self.outputs_of(&copied);
        for &output in &self.block().results {
            let mut sweep = Sweep::new(&copied, &partials);
            sweep.add(output, Node::constant(R::one()));
            results.extend(self.at_inputs(sweep)?.into_iter().map(|entry| or_zero(&recorder, entry)));
        }
        self.finish(&recorder, results)
    }

    /// The program of the values and the Jacobian, column by column: each is an array that a program writes as a whole.
    ///
    /// # Errors
    /// As [`jacobian`](Self::jacobian).
    pub(crate) fn columns(&self) -> Result<Self, Error> {
        self.by_columns(|all| all)
    }

    /// The same with the entries in another order.
    fn by_columns(&self, arranged: impl FnOnce(Vec<Operand>) -> Vec<Operand>) -> Result<Self, Error> {
        let recorder = Recorder::new(Self::MAX_OPERATIONS, true);
        let partials = Partials::default();
        let (mut results, mut columns) = (Vec::new(), Vec::with_capacity(self.inputs() * self.outputs()));
        for at in 0..self.inputs() as u32 {
            let mut push = Push {
                copied: Copied::of(&recorder, self.block()),
                partials: &partials,
                tangents: FxHashMap::default(),
            };
            for (def, instruction) in (0..).zip(&self.block().code) {
                if let Op::Parameter(k) = instruction.op {
                    push.copied.place(self.parameter_in(&recorder, k, 0), k == 0);
                    if k == 0 {
                        push.tangents.insert(Operand { def, at }, Node::constant(R::one()));
                    }
                } else {
                    push.step(def, instruction)?;
                }
            }
            columns.extend(self.block().results.iter().map(|&output| or_zero(&recorder, push.tangent(output))));
            results = self.outputs_of(&push.copied);
        }
        results.extend(arranged(columns));
        self.finish(&recorder, results)
    }

    /// The program of the pullback: from `x` and `by` to `y` and `bx = Jᵀ·by`.
    ///
    /// # Errors
    /// As [`gradient`](Self::gradient), for any number of outputs.
    pub fn pullback(&self) -> Result<Self, Error> {
        if let Some(cut) = self.in_segments() {
            return cut.pullback();
        }
        let recorder = Recorder::new(Self::MAX_OPERATIONS, true);
        let (copied, partials) = (self.copied(&recorder, self.outputs()), Partials::default());
        let mut results = self.outputs_of(&copied);
        let seeds = recorder.parameter(0, self.widened(self.outputs())).plus(self.widened(0));
        let mut sweep = Sweep::new(&copied, &partials);
        for (&output, at) in self.block().results.iter().zip(0..) {
            sweep.add(output, recorder.node(seeds.plus(at), R::nan()));
        }
        results.extend(self.at_inputs(sweep)?.into_iter().map(|entry| or_zero(&recorder, entry)));
        self.finish(&recorder, results)
    }

    /// The program of the pushforward: from `x` and `dx` to `y` and `dy = J·dx`.
    ///
    /// # Errors
    /// As [`gradient`](Self::gradient), for any number of outputs.
    pub fn pushforward(&self) -> Result<Self, Error> {
        let recorder = Recorder::new(Self::MAX_OPERATIONS, true);
        let inputs = self.inputs();
        let partials = Partials::default();
        let tangents = recorder.parameter(0, self.widened(inputs)).plus(self.widened(0));
        let mut push =
            Push { copied: Copied::of(&recorder, self.block()), partials: &partials, tangents: FxHashMap::default() };
        for (def, instruction) in (0..).zip(&self.block().code) {
            if let Op::Parameter(k) = instruction.op {
                push.copied.place(self.parameter_in(&recorder, k, inputs), k == 0);
                for at in 0..if k == 0 { instruction.width } else { 0 } {
                    push.tangents.insert(Operand { def, at }, recorder.node(tangents.plus(at), R::nan()));
                }
            } else {
                push.step(def, instruction)?;
            }
        }
        let mut results = self.outputs_of(&push.copied);
        results.extend(self.block().results.iter().map(|&output| or_zero(&recorder, push.tangent(output))));
        self.finish(&recorder, results)
    }

    /// The program of value, gradient and Hessian times a vector: from `x` and `v` to `y`, `∇y` and `H·v`.
    ///
    /// # Errors
    /// As [`gradient`](Self::gradient).
    pub fn hvp(&self) -> Result<Self, Error> {
        let pushed = self.gradient()?.pushforward()?;
        // The tangent of the value is not asked for.
        let mut results = pushed.block().results.clone();
        results.remove(1 + self.inputs());
        Ok(pushed.with_results(results))
    }

    /// The program of value, gradient and Hessian: from `x` to `y`, `∇y`, then `∂²y/∂xᵢ∂xⱼ` row by row.
    ///
    /// # Errors
    /// As [`gradient`](Self::gradient).
    pub fn hessian(&self) -> Result<Self, Error> {
        let twice = self.gradient()?.jacobian()?;
        // The Jacobian's first row is the gradient again.
        let (n, results) = (self.inputs(), &twice.block().results);
        Ok(twice.with_results([&results[..=n], &results[1 + 2 * n..]].concat()))
    }

    /// The same program with the loops cut that do not store all their states, if there are any.
    fn in_segments(&self) -> Option<Self> {
        segmented(self.block()).map(|block| Self::new(block, self.data().to_vec()))
    }

    /// The width of the inputs in a derivative that takes so many numbers more.
    fn widened(&self, more: usize) -> u32 {
        (self.inputs() + more) as u32
    }

    /// The program's parameter `k` in a derivative that takes so many numbers more behind the inputs.
    fn parameter_in(&self, recorder: &Recorder<R>, k: u32, more: usize) -> Operand {
        recorder.parameter(k, if k == 0 { self.widened(more) } else { self.data()[k as usize - 1].len() as u32 })
    }

    /// A copy of the code.
    fn copied<'g>(&self, recorder: &'g Recorder<R>, more: usize) -> Copied<'g, '_, R> {
        let mut copied = Copied::of(recorder, self.block());
        for instruction in &self.block().code {
            match instruction.op {
                Op::Parameter(k) => copied.place(self.parameter_in(recorder, k, more), k == 0),
                _ => copied.copy(instruction),
            }
        }
        copied
    }

    fn outputs_of(&self, copied: &Copied<'_, '_, R>) -> Vec<Operand> {
        self.block().results.iter().map(|&output| copied.at(output)).collect()
    }

    /// Sweeps back and lists the adjoints of the inputs.
    fn at_inputs<'g>(&self, sweep: Sweep<'_, 'g, '_, R>) -> Result<Inputs<'g, R>, Error> {
        let (recorder, inputs) = (sweep.copied.recorder, self.inputs());
        let found = sweep.finish()?.remove(&0);
        Ok(found.map_or_else(|| vec![None; inputs], |adjoints| adjoints.elements(recorder, inputs as u32)))
    }

    fn finish(&self, recorder: &Recorder<R>, results: Vec<Operand>) -> Result<Self, Error> {
        Ok(Self::new(recorder.finish(results)?, self.data().to_vec()))
    }
}

/// Whether columns of a Jacobian cost less than rows.
pub(crate) fn is_tall(outputs: usize, inputs: usize) -> bool {
    const TALL: usize = 4;
    inputs > 0 && outputs > TALL * inputs
}

/// Where a number is, or a zero.
fn or_zero<R: Real>(recorder: &Recorder<R>, number: Option<Node<'_, R>>) -> Operand {
    recorder.operand(number.unwrap_or(Node::constant(R::zero())))
}
