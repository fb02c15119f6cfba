//! Operations on arrays under the chain rule: by the rules of the operations, over the numbers of the program.

use anygrad_core::arrays::{Array, At};
use anygrad_core::{Error, Real, Scalar};

use super::adjoint::{Adjoints, Sweep};
use super::tangent::Push;
use crate::code::{OnArrays, Operand, Span};
use crate::node::Node;
use crate::nodes::Nodes;

impl<'g, R: Real> Sweep<'_, 'g, '_, R> {
    /// The adjoints of the operands of an operation on arrays.
    pub(super) fn pass_arrays(&mut self, def: u32, on: &OnArrays<R>, adjoints: &Adjoints<'g, R>) -> Result<(), Error> {
        let (copied, y) = (self.copied, whole(def, on));
        let (zero, elements) = (Node::constant(R::zero()), adjoints.elements(copied.recorder, y.len));
        let adjoint = Nodes::Numbers(elements.into_iter().map(|adjoint| adjoint.unwrap_or(zero)).collect());
        let args: Vec<Nodes<'g, R>> = on.args.iter().map(|&span| copied.array(span)).collect();
        let active: Vec<bool> = on.args.iter().map(|span| copied.is_active(span.first)).collect();
        let at = At { args: &args.iter().collect::<Vec<_>>(), y: &copied.array(y), active: &active };
        for (index, share) in on.block.pullback(copied.recorder, at, &adjoint)? {
            self.add_array(on.args[index], &share);
        }
        Ok(())
    }

    /// Adds an array to the adjoints of neighbours.
    fn add_array(&mut self, to: Span, share: &Nodes<'g, R>) {
        let recorder = self.copied.recorder;
        match share {
            _ if to.len == 0 || !self.copied.is_active(to.first) => {}
            // Zeros where nothing flows, one by one.
            Nodes::Numbers(nodes) if nodes.iter().any(|node| node.is_constant()) => {
                for (at, &node) in (0..).zip(nodes) {
                    if !node.is_constant() || !node.value().is_zero() {
                        self.add(to.first.plus(at), node);
                    }
                }
            }
            _ => self.add_span(to, share.place(recorder).first),
        }
    }
}

impl<'g, R: Real> Push<'_, 'g, '_, R> {
    /// The tangents of the values of an operation on arrays.
    pub(super) fn push_arrays(&mut self, def: u32, on: &OnArrays<R>) -> Result<(), Error> {
        let (copied, zero, y) = (&self.copied, Node::constant(R::zero()), whole(def, on));
        let tangents: Vec<Option<Nodes<'g, R>>> = on.args.iter().map(|&span| self.tangents_of(span, zero)).collect();
        let args: Vec<Nodes<'g, R>> = on.args.iter().map(|&span| copied.array(span)).collect();
        let active: Vec<bool> = tangents.iter().map(Option::is_some).collect();
        let at = At { args: &args.iter().collect::<Vec<_>>(), y: &copied.array(y), active: &active };
        let tangents: Vec<Option<&Nodes<'g, R>>> = tangents.iter().map(Option::as_ref).collect();
        if let Some(tangent) = on.block.pushforward(copied.recorder, at, &tangents)? {
            for at in 0..y.len {
                self.tangents.insert(y.first.plus(at), tangent.get(at as usize));
            }
        }
        Ok(())
    }

    /// The tangents of neighbours, if some have one.
    fn tangents_of(&self, span: Span, zero: Node<'g, R>) -> Option<Nodes<'g, R>> {
        let tangents: Vec<_> = (0..span.len).map(|at| self.tangent(span.first.plus(at))).collect();
        let is_some = tangents.iter().any(Option::is_some);
        is_some.then(|| Nodes::Numbers(tangents.into_iter().map(|tangent| tangent.unwrap_or(zero)).collect()))
    }
}

/// All that an operation defines.
fn whole<R: Real>(def: u32, on: &OnArrays<R>) -> Span {
    Span { first: Operand { def, at: 0 }, len: on.block.size() as u32 }
}
