//! `SummedLoss<P, B>`: a loss over rows of data, block by block.

use std::ops::Range;

use anygrad_core::loops::SUM_BLOCK;
use anygrad_core::num_traits::{Float, Zero};
use anygrad_core::{Backend, Differentiable, Error, Leaf, Tree, single_output};

use super::parallel::{Parallel, in_waves};

/// A loss `Σ fᵢ(x)` over rows of data, value and gradient, on all threads.
///
/// The rows are divided into blocks of [`SUM_BLOCK`], whatever the number of threads; `part(range)` is the function of one
/// block, and the blocks' values and gradients are added in their order. The bits are the same on any number of threads,
/// and the value is that of [`loops::sum`](anygrad_core::loops::sum) over all rows at once, in forward mode the gradient
/// too. (Reverse mode over all rows at once adds the rows' gradients from the last to the first.)
///
/// ```
/// use anygrad_adapters::rayon::Parallel;
/// use anygrad_core::{Differentiable, Scalar, loops};
/// use anygrad_reverse::Reverse;
///
/// /// `½·Σ (w·tᵢ − 3·tᵢ)²`.
/// struct Loss<'a>(&'a [f64]);
/// impl Differentiable for Loss<'_> {
///     type Input = f64;
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, &w: &S) -> S {
///         loops::sum(loops::data(self.0), |t: S| (w * t - t * 3.0).powi(2) * 0.5)
///     }
/// }
///
/// let t = vec![0.5; 4000];
/// let loss = Parallel::new(Reverse::new()).sum(t.len(), |rows| Loss(&t[rows]));
/// // 4000 rows of ½·(0.5·(5 − 3))² and of 0.5²·(5 − 3).
/// assert_eq!(loss.value_and_gradient(&5.0), Ok((2000.0, 2000.0)));
/// ```
///
/// With the feature `argmin`, it is a `CostFunction` and a `Gradient`.
///
/// Memory: gradients of four blocks for each thread.
#[derive(Clone, Debug)]
pub struct SummedLoss<P, B> {
    parallel: Parallel<B>,
    rows: usize,
    part: P,
}

impl<P, B> SummedLoss<P, B> {
    pub(super) fn new(parallel: Parallel<B>, rows: usize, part: P) -> Self {
        Self { parallel, rows, part }
    }
}

impl<F, P, B> SummedLoss<P, B>
where
    F: Differentiable<Input: Send + Sync>,
    P: Fn(Range<usize>) -> F + Sync,
    B: Backend + Send,
{
    /// `Σ fᵢ(x)`, and −0 of no rows. Cost: one evaluation, divided by the threads.
    ///
    /// # Errors
    /// [`Error::NotScalar`] unless a part has exactly one output, and those of the part; of several, that of the first
    /// block.
    pub fn value(&self, x: &F::Input) -> Result<Leaf<F>, Error> {
        let run = |block| single_output::<F, Leaf<F>>(&self.part(block).try_call::<Leaf<F>>(x)?);
        let mut total = Leaf::<F>::neg_zero();
        in_waves(self.rows.div_ceil(SUM_BLOCK), run, |_, value| total += value)?;
        Ok(total)
    }

    /// `Σ fᵢ(x)` and its gradient, shaped as `x`. Cost: that of the backend's gradients, divided by the threads.
    ///
    /// # Errors
    /// [`Error::NotScalar`] unless a part has exactly one output, and those of the part and the backend; of several, that
    /// of the first block.
    pub fn value_and_gradient(&self, x: &F::Input) -> Result<(Leaf<F>, F::Input), Error> {
        let run = |block| self.parallel.backend.with(|backend| backend.value_and_gradient(&self.part(block), x));
        let mut total = Leaf::<F>::neg_zero();
        let mut sums = vec![Leaf::<F>::zero(); F::Input::count::<Leaf<F>>(x)];
        in_waves(self.rows.div_ceil(SUM_BLOCK), run, |_, (value, gradient)| {
            total += value;
            let mut slots = sums.iter_mut();
            F::Input::each::<Leaf<F>>(&gradient, &mut |entry| {
                if let Some(slot) = slots.next() {
                    *slot += entry;
                }
            });
        })?;
        Ok((total, F::Input::refill::<Leaf<F>, Leaf<F>>(x, &mut sums.into_iter())?))
    }

    /// The rows of a block as a function.
    fn part(&self, block: usize) -> F {
        let first = block * SUM_BLOCK;
        (self.part)(first..self.rows.min(first + SUM_BLOCK))
    }
}

#[cfg(feature = "argmin")]
mod with_argmin {
    use argmin::core::{CostFunction, Error as Boxed, Gradient};

    use super::{Backend, Differentiable, Leaf, Range, SummedLoss};

    impl<F, P, B> CostFunction for SummedLoss<P, B>
    where
        F: Differentiable<Input: Send + Sync>,
        P: Fn(Range<usize>) -> F + Sync,
        B: Backend + Send,
    {
        type Param = F::Input;
        type Output = Leaf<F>;

        fn cost(&self, x: &F::Input) -> Result<Leaf<F>, Boxed> {
            Ok(self.value(x).map_err(crate::Error::from)?)
        }
    }

    impl<F, P, B> Gradient for SummedLoss<P, B>
    where
        F: Differentiable<Input: Send + Sync>,
        P: Fn(Range<usize>) -> F + Sync,
        B: Backend + Send,
    {
        type Param = F::Input;
        type Gradient = F::Input;

        fn gradient(&self, x: &F::Input) -> Result<F::Input, Boxed> {
            Ok(self.value_and_gradient(x).map_err(crate::Error::from)?.1)
        }
    }
}
