//! Cutting the work of a routine into functions.

use anygrad_core::Real;
use anygrad_graph::code::{Block, Op};

use crate::cost::{FUNCTION, cost};
use crate::looped::is_apart;

/// Where each function begins, by positions in the order, and where the work of each ends.
pub(crate) fn cut<R: Real>(block: &Block<R>, order: &[u32]) -> (Vec<u32>, Vec<usize>) {
    let (mut starts, mut cuts, mut sum) = (vec![0], Vec::new(), 0);
    for (at, &def) in order.iter().enumerate() {
        let own = match &block.code[def as usize] {
            instruction if matches!(&instruction.op, Op::Loop(code) if is_apart(code)) => FUNCTION / 4,
            instruction => cost(instruction),
        };
        if sum > 0 && sum + own > FUNCTION {
            starts.push(at as u32);
            cuts.push(at);
            sum = 0;
        }
        sum += own;
    }
    cuts.push(order.len());
    (starts, cuts)
}

/// Where the work of each function ends, with that of delivering results behind the last instruction.
pub(crate) fn deliver_too(mut cuts: Vec<usize>, end: usize) -> Vec<usize> {
    let most = FUNCTION as usize / 4;
    let last = cuts.pop().unwrap_or(0);
    cuts.extend((last..end.max(1)).skip(most).step_by(most));
    cuts.push(end);
    cuts
}
