//! A part of a function: some of its inputs, or some of its outputs.

use std::ops::Range;

use anygrad_core::{Differentiable, Error, In, Leaf, Out, Scalar, Tree};

/// The function of a stretch of the inputs, with the others held where they are.
pub(super) struct Columns<'a, F: Differentiable> {
    pub(super) function: &'a F,
    pub(super) x: &'a F::Input,
    /// The first input that varies.
    pub(super) first: usize,
}

/// A stretch of the outputs.
pub(super) struct Rows<'a, F> {
    pub(super) function: &'a F,
    pub(super) range: Range<usize>,
}

impl<F: Differentiable> Columns<'_, F> {
    /// All inputs.
    fn inputs<S: Scalar<Real = Leaf<F>>>(&self, varied: &[S]) -> In<F, S> {
        let mut x = F::Input::map::<Leaf<F>, S>(self.x, &mut S::constant);
        let (mut index, mut varied) = (0, varied.iter());
        F::Input::each_mut::<S>(&mut x, &mut |input: &mut S| {
            if index >= self.first
                && let Some(&varied) = varied.next()
            {
                *input = varied;
            }
            index += 1;
        });
        x
    }
}

impl<F: Differentiable> Differentiable for Columns<'_, F> {
    type Input = Vec<Leaf<F>>;
    type Output = F::Output;

    fn call<S: Scalar<Real = Leaf<F>>>(&self, varied: &Vec<S>) -> Out<F, S> {
        self.function.call::<S>(&self.inputs(varied))
    }

    fn try_call<S: Scalar<Real = Leaf<F>>>(&self, varied: &Vec<S>) -> Result<Out<F, S>, Error> {
        self.function.try_call::<S>(&self.inputs(varied))
    }
}

impl<F: Differentiable> Rows<'_, F> {
    /// The outputs that are asked for.
    fn chosen<S: Scalar<Real = Leaf<F>>>(&self, y: &Out<F, S>) -> Vec<S> {
        let (mut index, mut outputs) = (0, Vec::with_capacity(self.range.len()));
        F::Output::each::<S>(y, &mut |output| {
            if self.range.contains(&index) {
                outputs.push(output);
            }
            index += 1;
        });
        outputs
    }
}

impl<F: Differentiable> Differentiable for Rows<'_, F> {
    type Input = F::Input;
    type Output = Vec<Leaf<F>>;

    fn call<S: Scalar<Real = Leaf<F>>>(&self, x: &In<F, S>) -> Vec<S> {
        self.chosen(&self.function.call::<S>(x))
    }

    fn try_call<S: Scalar<Real = Leaf<F>>>(&self, x: &In<F, S>) -> Result<Vec<S>, Error> {
        Ok(self.chosen(&self.function.try_call::<S>(x)?))
    }
}
