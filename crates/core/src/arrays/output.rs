//! A block as gates of many arguments: how a scalar applies it that knows gates alone.

use smallvec::SmallVec;

use super::{Array, At, Block, Elements};
use crate::{Nary, Real, Scalar};

/// One output of a block, as a gate of all elements of all its operands.
///
/// The value runs the whole kernel, so a block of `m` outputs costs `m` of them: enough for a scalar that looks at gates
/// (checks, traces, a backend in its beginnings).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output<B> {
    pub(crate) block: B,
    pub(crate) index: usize,
}

impl<B> Output<B> {
    /// The elements by operand.
    fn split<'a, R: Real, X>(&self, mut args: &'a [X]) -> SmallVec<[&'a [X]; 4]>
    where
        B: Block<R>,
    {
        let lengths = (0..).map_while(|index| self.block.operand(index));
        lengths
            .map(|len| {
                let (operand, rest) = args.split_at(len);
                args = rest;
                operand
            })
            .collect()
    }
}

impl<R: Real, B: Block<R>> Nary<R> for Output<B> {
    fn name(self) -> &'static str {
        self.block.name()
    }

    fn value(self, args: &[R]) -> R {
        let mut out = vec![R::default(); self.block.size()];
        self.block.value(&self.split::<R, R>(args), &mut out);
        out[self.index]
    }

    fn partials<T: Scalar<Real = R>>(self, args: &[T], _: T, mut edge: impl FnMut(usize, T)) {
        let operands: Vec<T::Array> = self
            .split::<R, T>(args)
            .iter()
            .map(|operand| T::Array::collect(operand.len(), |index| operand[index]))
            .collect();
        let operands: Vec<&T::Array> = operands.iter().collect();
        let y = T::block(self.block, &operands);
        let active = vec![true; operands.len()];
        let seed = T::Array::collect(y.len(), |index| if index == self.index { T::one() } else { T::zero() });
        let mut adjoints: Vec<Option<T::Array>> = vec![None; operands.len()];
        let at = At { args: &operands, y: &y, active: &active };
        self.block.pullback::<T>(at, &seed, &mut |operand, adjoint| adjoints[operand] = Some(adjoint));
        let mut place = 0;
        for (operand, adjoint) in operands.iter().zip(&adjoints) {
            for index in 0..operand.len() {
                edge(place, adjoint.as_ref().map_or_else(T::zero, |adjoint| adjoint.get(index)));
                place += 1;
            }
        }
    }

    // A zero of a block is where an output does not depend on an element.
    fn is_piecewise(self) -> bool {
        true
    }
}

/// A block by gates: its own, or each output as one.
pub(crate) fn by_gates<S: Scalar, B: Block<S::Real>>(block: B, args: &[&S::Array]) -> S::Array {
    if let Some(outputs) = block.gates::<S>(args) {
        return outputs;
    }
    let all = Elements::joined(args);
    S::Array::collect(block.size(), |index| {
        let output = S::nary(Output { block, index }, &all);
        if block.is_detached() { output.detach() } else { output }
    })
}
