//! `Traces<R, E>`: the programs that were recorded of one function, one for each path through it that was taken.

use std::collections::VecDeque;

use anygrad_core::{Error, Real, Scalar};

use crate::engine::Engine;
use crate::structural::Structural;
use crate::{OnBranch, Program};

/// What is computed of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// The value, then the gradient.
    Gradient,
    /// The values, then the Jacobian row by row.
    Jacobian,
    /// The values, then the Jacobian column by column.
    Columns,
    /// The values, then `J·dx`; of the inputs and `dx`.
    Pushforward,
    /// The values, then `Jᵀ·by`; of the inputs and `by`.
    Pullback,
    /// The value, the gradient, then `H·v`; of the inputs and `v`.
    Hvp,
    /// The value, the gradient, then the Hessian row by row.
    Hessian,
    /// The pushforward of the pushforward, whose last quarter is the second derivative; of the inputs, `dx`, and the tangents
    /// of both.
    Second,
}

impl Quantity {
    const COUNT: usize = 8;

    /// The program that computes it.
    pub(crate) fn of<R: Real>(self, program: &Program<R>) -> Result<Program<R>, Error> {
        match self {
            Self::Gradient => program.gradient(),
            Self::Jacobian => program.jacobian(),
            Self::Columns => program.columns(),
            Self::Pushforward => program.pushforward(),
            Self::Pullback => program.pullback(),
            Self::Hvp => program.hvp(),
            Self::Hessian => program.hessian(),
            Self::Second => program.pushforward()?.pushforward(),
        }
    }
}

/// One path through a function.
pub(crate) struct Trace<R: Real, E: Engine> {
    /// The lengths in the structure of the input.
    shape: Vec<usize>,
    program: Program<R>,
    derivatives: [Option<Derivative<R, E>>; Quantity::COUNT],
}

/// The program of a quantity, made ready to run.
struct Derivative<R: Real, E: Engine> {
    program: Program<R>,
    code: E::Code<R>,
}

/// The paths, the one that was taken last first.
pub(crate) struct Traces<R: Real, E: Engine> {
    traces: VecDeque<Trace<R, E>>,
    recordings: usize,
    /// Memory for the inputs and for what is computed, kept from call to call.
    pub(crate) buffers: [Vec<R>; 2],
}

/// A request: what is to be computed, from which numbers.
pub(crate) struct Request<'a, R> {
    pub(crate) quantity: Quantity,
    pub(crate) shape: &'a [usize],
    /// The inputs.
    pub(crate) x: &'a [R],
    /// What comes behind them: tangents, seeds, a vector.
    pub(crate) given: &'a [R],
}

impl<R: Real, E: Engine> Default for Traces<R, E> {
    fn default() -> Self {
        Self { traces: VecDeque::new(), recordings: 0, buffers: Default::default() }
    }
}

impl<R: Real, E: Engine> Traces<R, E> {
    /// How often the function was recorded.
    pub(crate) fn recordings(&self) -> usize {
        self.recordings
    }

    /// Computes by a path that is known, or by a new one that `record` finds, into `out`.
    pub(crate) fn run(
        &mut self,
        engine: &E,
        request: &Request<'_, R>,
        (on_branch, capacity): (OnBranch, usize),
        record: impl FnOnce() -> Result<Program<R>, Error>,
        out: &mut Vec<R>,
    ) -> Result<(), Error> {
        let mut changed = None;
        for i in 0..self.traces.len() {
            if self.traces[i].shape != request.shape {
                continue;
            }
            match self.traces[i].run(engine, request, out) {
                Err(error @ Error::BranchChanged { .. }) => changed = changed.or(Some(error)),
                result => {
                    self.bring_to_front(i);
                    return result;
                }
            }
        }
        match changed {
            Some(error) if on_branch == OnBranch::Refuse => return Err(error),
            _ => {}
        }
        self.recordings += 1;
        self.traces.truncate(capacity.saturating_sub(1));
        self.traces.push_front(Trace {
            shape: request.shape.to_vec(),
            program: record()?,
            derivatives: std::array::from_fn(|_| None),
        });
        self.traces[0].run(engine, request, out)
    }

    fn bring_to_front(&mut self, index: usize) {
        if index > 0
            && let Some(trace) = self.traces.remove(index)
        {
            self.traces.push_front(trace);
        }
    }
}

/// A derivative where IEEE arithmetic ends in NaN, which may be a structural zero times an infinite partial: with such zeros
/// kept apart. `given` are the seeds or tangents behind the inputs.
fn exact<R: Real>(program: &Program<R>, x: &[R], given: &[R]) -> Result<Vec<R>, Error> {
    let constants = x.iter().map(|&x| Structural::constant(x));
    let numbers: Vec<_> = constants.chain(given.iter().map(|&number| Structural::given(number))).collect();
    Ok(program.evaluate_over(&numbers)?.into_iter().map(Structural::value).collect())
}

impl<R: Real, E: Engine> Trace<R, E> {
    fn run(&mut self, engine: &E, request: &Request<'_, R>, out: &mut Vec<R>) -> Result<(), Error> {
        let Request { quantity, x, given, .. } = *request;
        let slot = &mut self.derivatives[quantity as usize];
        let Derivative { program, code } = match slot {
            Some(derivative) => derivative,
            None => {
                let program = quantity.of(&self.program)?;
                slot.insert(Derivative { code: engine.prepare(&program)?, program })
            }
        };
        out.resize(program.outputs(), R::zero());
        E::run(code, &[x, given], out)?;
        if out.iter().any(|number| number.is_nan()) {
            out.copy_from_slice(&exact(program, x, given)?);
        }
        Ok(())
    }
}
