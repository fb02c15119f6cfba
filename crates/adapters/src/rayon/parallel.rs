//! `Parallel<B>`: a backend on all threads.

use std::ops::Range;

use anygrad_core::{Backend, Dense, Differentiable, Error, Leaf, Mode, Tree, single_output};
use rayon::prelude::*;

use super::part::{Columns, Rows};
use super::summed::SummedLoss;
use crate::workspaces::Workspaces;

/// A backend on the threads of rayon's pool: Jacobians by blocks of columns or rows, whichever the backend is cheap in, and
/// summed losses by blocks of rows.
///
/// Work is divided into blocks whose size does not depend on the number of threads, and results are joined in the order of
/// the blocks: the bits are the same on any number of threads. Every thread has a workspace of its own. The function and
/// its inputs are shared, so both must be `Sync`; this is why `Parallel` is no [`Backend`], which does not ask for that.
///
/// A block of columns is the [`jacobian`](Backend::jacobian) of the function of these inputs, the others held as constants.
/// Forward mode computes each column apart from the others and reverse mode each row, so what comes out is what the backend
/// computes on its own, bit for bit.
///
/// ```
/// use anygrad_adapters::rayon::Parallel;
/// use anygrad_core::{Backend, Differentiable, Scalar};
/// use anygrad_forward::Forward;
///
/// /// `yᵢ = exp(xᵢ)·Σ xⱼ`.
/// struct Coupled;
/// impl Differentiable for Coupled {
///     type Input = Vec<f64>;
///     type Output = Vec<f64>;
///     fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> Vec<S> {
///         let sum: S = x.iter().sum();
///         x.iter().map(|x| x.exp() * sum).collect()
///     }
/// }
///
/// let x: Vec<f64> = (0..100).map(|i| f64::from(i) * 0.01).collect();
/// assert_eq!(Parallel::new(Forward::new()).jacobian(&Coupled, &x), Forward::new().jacobian(&Coupled, &x));
/// ```
///
/// Cost: a block of columns costs what the backend takes for so many inputs; with reverse mode, a block of rows costs a
/// recording and a sweep for each row. The function should take some microseconds, since to hand a block to another thread
/// takes about one.
#[derive(Clone, Debug)]
pub struct Parallel<B> {
    pub(super) backend: Workspaces<B>,
    block: usize,
}

/// So many columns are a block, unless said otherwise: as many as a chunk of forward mode has.
const COLUMNS: usize = 8;

/// So many rows are a block, unless said otherwise. Each block records the function once.
const ROWS: usize = 32;

impl<B: Backend + Send> Parallel<B> {
    /// Blocks of 8 columns, or of 32 rows.
    pub fn new(backend: B) -> Self {
        let block = match B::MODE {
            Mode::Pushforward => COLUMNS,
            Mode::Pullback => ROWS,
        };
        Self { backend: Workspaces::new(backend), block }
    }

    /// Blocks of so many columns or rows: in forward mode best a multiple of its chunk; in reverse mode, the more the fewer
    /// recordings, and the fewer the more threads have something to do.
    ///
    /// # Errors
    /// [`Error::InvalidConfig`] for 0.
    pub fn with_block(self, block: usize) -> Result<Self, Error> {
        if block > 0 {
            Ok(Self { block, ..self })
        } else {
            Err(Error::InvalidConfig { field: "block", expected: "at least 1", found: block.to_string() })
        }
    }

    /// The Jacobian, `m×n`, entry `(i, j) = ∂yᵢ/∂xⱼ`.
    ///
    /// # Errors
    /// Those of the function and the backend; of several, that of the first block.
    pub fn jacobian<F>(&self, f: &F, x: &F::Input) -> Result<Dense<Leaf<F>>, Error>
    where
        F: Differentiable<Input: Sync, Output: Send> + Sync,
    {
        Ok(self.value_and_jacobian(f, x)?.1)
    }

    /// Value and [Jacobian](Self::jacobian) together.
    ///
    /// # Errors
    /// Those of the function and the backend; of several, that of the first block.
    pub fn value_and_jacobian<F>(&self, f: &F, x: &F::Input) -> Result<(F::Output, Dense<Leaf<F>>), Error>
    where
        F: Differentiable<Input: Sync, Output: Send> + Sync,
    {
        match B::MODE {
            Mode::Pushforward => self.by_columns(f, x),
            Mode::Pullback => self.by_rows(f, x),
        }
    }

    /// Value and gradient of a function with one output: blocks of columns in forward mode. A single pullback has no parts,
    /// so in reverse mode it runs on this thread alone; see [`SummedLoss`] for a sum over data.
    ///
    /// # Errors
    /// [`Error::NotScalar`] unless the function has exactly one output, and those of the backend.
    pub fn value_and_gradient<F>(&self, f: &F, x: &F::Input) -> Result<(Leaf<F>, F::Input), Error>
    where
        F: Differentiable<Input: Sync, Output: Send> + Sync,
    {
        match B::MODE {
            Mode::Pushforward => {
                let (y, jacobian) = self.by_columns(f, x)?;
                let value = single_output::<F, Leaf<F>>(&y)?;
                Ok((value, F::Input::refill::<Leaf<F>, Leaf<F>>(x, &mut jacobian.into_vec().into_iter())?))
            }
            Mode::Pullback => self.backend.with(|backend| backend.value_and_gradient(f, x)),
        }
    }

    /// The loss `Σ fᵢ(x)` over so many rows of data, where `part(range)` is the function `Σ fᵢ` of these rows alone. See
    /// [`SummedLoss`].
    pub fn sum<F, P>(self, rows: usize, part: P) -> SummedLoss<P, B>
    where
        F: Differentiable<Input: Send + Sync>,
        P: Fn(Range<usize>) -> F + Sync,
    {
        SummedLoss::new(self, rows, part)
    }

    fn by_columns<F>(&self, f: &F, x: &F::Input) -> Result<(F::Output, Dense<Leaf<F>>), Error>
    where
        F: Differentiable<Input: Sync, Output: Send> + Sync,
    {
        let inputs = F::Input::flatten::<Leaf<F>>(x);
        let (mut value, mut jacobian) = (None, Dense::default());
        let run = |block: usize| {
            let varied = inputs[block * self.block..].iter().take(self.block).copied().collect();
            let columns = Columns { function: f, x, first: block * self.block };
            self.backend.with(|backend| backend.value_and_jacobian(&columns, &varied))
        };
        in_waves(inputs.len().div_ceil(self.block), run, |block, (y, columns)| {
            let (rows, width) = columns.shape();
            if value.is_none() {
                jacobian.reset(rows, inputs.len());
                value = Some(y);
            }
            for i in 0..rows {
                jacobian.row_mut(i)[block * self.block..][..width].copy_from_slice(columns.row(i));
            }
        })?;
        match value {
            Some(y) => Ok((y, jacobian)),
            // No inputs.
            None => self.backend.with(|backend| backend.value_and_jacobian(f, x)),
        }
    }

    fn by_rows<F>(&self, f: &F, x: &F::Input) -> Result<(F::Output, Dense<Leaf<F>>), Error>
    where
        F: Differentiable<Input: Sync> + Sync,
    {
        let y = f.try_call::<Leaf<F>>(x)?;
        let (m, n) = (F::Output::count::<Leaf<F>>(&y), F::Input::count::<Leaf<F>>(x));
        let run = |block: usize| {
            let first = block * self.block;
            let rows = Rows { function: f, range: first..m.min(first + self.block) };
            self.backend.with(|backend| backend.jacobian(&rows, x))
        };
        let mut entries = Vec::with_capacity(m * n);
        in_waves(m.div_ceil(self.block), run, |_, rows| entries.extend_from_slice(rows.as_slice()))?;
        Ok((y, Dense::from_rows(m, n, entries)?))
    }
}

/// So many blocks for each thread run before their results are taken: what bounds the memory.
const WAVE: usize = 4;

/// Runs blocks on all threads and hands their results to `take` in the order of the blocks.
pub(super) fn in_waves<Y: Send>(
    blocks: usize,
    run: impl Fn(usize) -> Result<Y, Error> + Sync,
    mut take: impl FnMut(usize, Y),
) -> Result<(), Error> {
    let wave = WAVE * rayon::current_num_threads();
    let mut results = Vec::with_capacity(wave.min(blocks));
    for first in (0..blocks).step_by(wave) {
        (first..blocks.min(first + wave)).into_par_iter().map(&run).collect_into_vec(&mut results);
        for (block, result) in (first..).zip(results.drain(..)) {
            take(block, result?);
        }
    }
    Ok(())
}
