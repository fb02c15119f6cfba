//! Partials of the instructions of a program, as numbers of a program.

use std::cell::RefCell;

use anygrad_core::{Binary, Error, Nary, Real, Scalar, Unary};
use rustc_hash::FxHashMap;

use crate::code::{Gate, Op};
use crate::derive::MAX_ORDER;
use crate::node::Node;
use crate::recorder::Recorder;

/// Writes partials, and knows which rows are open: those whose partials ask nothing of their arguments.
#[derive(Debug, Default)]
pub(crate) struct Partials {
    open: RefCell<FxHashMap<(&'static str, Option<u64>), bool>>,
}

impl Partials {
    /// The partials of a gate at `args`, where it has the value `y`.
    pub(crate) fn of<'g, R: Real>(
        &self,
        recorder: &'g Recorder<R>,
        gate: &Gate<R>,
        args: &[Node<'g, R>],
        y: Node<'g, R>,
    ) -> Vec<Node<'g, R>> {
        if self.is_open(gate) {
            return written_out(gate, args, y);
        }
        derivative(recorder, gate, 1, &[args, &[y]].concat(), args.len())
    }

    /// Tries the row's partials on numbers that are not known, aside.
    fn is_open<R: Real>(&self, gate: &Gate<R>) -> bool {
        let constant = match gate {
            Gate::Unary(op) => op.constant().map(f64::to_bits),
            Gate::Own(_) => return false,
            Gate::Binary(_) | Gate::Nary(_) => None,
        };
        *self.open.borrow_mut().entry((gate.name(), constant)).or_insert_with(|| {
            let aside = Recorder::new(usize::MAX, true);
            let unknown = |at| aside.node(aside.parameter(0, 5).plus(at), R::nan());
            let args: Vec<Node<'_, R>> = match gate {
                Gate::Unary(_) => vec![unknown(0)],
                Gate::Binary(_) => vec![unknown(0), unknown(1)],
                _ => (0..4).map(unknown).collect(),
            };
            written_out(gate, &args, unknown(4));
            !aside.has_looked()
        })
    }
}

/// The row's partials, run over nodes.
fn written_out<'g, R: Real>(gate: &Gate<R>, args: &[Node<'g, R>], y: Node<'g, R>) -> Vec<Node<'g, R>> {
    match gate {
        Gate::Unary(op) => vec![op.partial(args[0], y)],
        Gate::Binary(op) => vec![op.partial_lhs(args[0], args[1], y), op.partial_rhs(args[0], args[1], y)],
        Gate::Nary(op) => {
            let mut partials = vec![Node::constant(R::zero()); args.len()];
            op.partials(args, y, |i, partial| partials[i] = partial);
            partials
        }
        Gate::Own(_) => Vec::new(),
    }
}

/// A derivative of a gate as one instruction, a number for each of its arguments.
pub(crate) fn derivative<'g, R: Real>(
    recorder: &'g Recorder<R>,
    gate: &Gate<R>,
    order: u32,
    operands: &[Node<'g, R>],
    arity: usize,
) -> Vec<Node<'g, R>> {
    let arity = arity as u32;
    let first = recorder.emit(Op::Derivative { gate: gate.clone(), order }, operands, arity);
    (0..arity).map(|i| recorder.node(first.plus(i), R::nan())).collect()
}

/// Whether there is an instruction for derivatives of this order.
pub(crate) fn check_order(order: u32) -> Result<(), Error> {
    if order <= MAX_ORDER {
        Ok(())
    } else {
        Err(Error::Unsupported {
            backend: "program",
            operator: "derivatives of fifth order",
            help: "differentiate the program by another backend, over which it runs",
        })
    }
}

/// `partial·number`, and 0 where the partial is a structural zero.
pub(crate) fn times<'g, R: Real>(
    recorder: &'g Recorder<R>,
    piecewise: bool,
    partial: Node<'g, R>,
    number: Node<'g, R>,
) -> Option<Node<'g, R>> {
    if piecewise && partial.is_constant() {
        return (!partial.value().is_zero()).then(|| partial * number);
    }
    let product = partial * number;
    Some(if piecewise { masked(recorder, partial, product) } else { product })
}

/// `number`, and 0 where `test` is 0.
pub(crate) fn masked<'g, R: Real>(recorder: &'g Recorder<R>, test: Node<'g, R>, number: Node<'g, R>) -> Node<'g, R> {
    recorder.node(recorder.emit(Op::Masked, &[test, number], 1), R::nan())
}
