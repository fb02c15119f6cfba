//! Sums over the rows of a loop, written with a sigma.

use std::rc::Rc;

use anygrad_core::Real;
use rustc_hash::FxHashMap;

use super::expression::{Expression, Shared, constant};
use super::symbol::Symbol;
use super::{LONG, gate};
use crate::code::{Block, Loop, Op, Operand, Row};

/// The sum `number` of a loop; none for a loop that carries a state, takes several paths, holds another loop, reads rows of
/// what is neither input nor data, or would be too long. `outer` gives what is captured.
pub(super) fn series<R: Real>(
    code: &Block<R>,
    body: &Loop<R>,
    number: usize,
    outer: impl Fn(Operand) -> Shared,
) -> Option<Shared> {
    let ([block], [], true) = (&body.body[..], &body.carry[..], body.trips > 0) else { return None };
    let mut values: FxHashMap<Operand, Shared> = FxHashMap::default();
    for (def, instruction) in (0..).zip(&block.code) {
        if instruction.is_test() {
            return None;
        }
        let args: Vec<Shared> = instruction.args.iter().filter_map(|arg| values.get(arg).cloned()).collect();
        for at in 0..instruction.width {
            let x = match &instruction.op {
                Op::Parameter(k) => parameter(code, body, *k as usize, at, &outer)?,
                Op::Constant(c) => constant(c.widen()),
                Op::Gate(gate) => gate::value(gate, &args),
                Op::Derivative { gate, order } => gate::derivative(gate, *order, instruction.width as usize, at, &args),
                Op::Masked => gate::masked(&args[0], &args[1]),
                Op::Pack => Rc::clone(&args[at as usize]),
                Op::Guard { .. } | Op::Exactly { .. } | Op::Arrays(_) | Op::Loop(_) => return None,
            };
            if x.weight() > LONG {
                return None;
            }
            values.insert(Operand { def, at }, x);
        }
    }
    let term = values.get(block.results.get(number)?)?;
    Some(Rc::new(Expression::Series { last: body.trips - 1, term: Rc::clone(term) }))
}

/// Element `at` of parameter `k` of the body.
fn parameter<R: Real>(
    code: &Block<R>,
    body: &Loop<R>,
    k: usize,
    at: u32,
    outer: impl Fn(Operand) -> Shared,
) -> Option<Shared> {
    if let Some(&Row { first, layout }) = body.rows.get(k) {
        let letter = match code.code.get(first.def as usize)?.op {
            Op::Parameter(0) => "x".to_owned(),
            Op::Parameter(k) => format!("d{k}"),
            _ => return None,
        };
        return Some(Rc::new(Expression::Symbol(Symbol::running(&letter, layout.step, first.at + at))));
    }
    let span = body.captures.get(k - body.rows.len())?;
    Some(outer(span.first.plus(at)))
}
