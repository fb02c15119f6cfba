//! Loops under the chain rule.

use anygrad_core::Real;

use super::copy::Copied;
use super::draft::Draft;
use crate::code::{Block, Gate, Layout, Loop, Op, Operand, Span};
use crate::recorder::Recorder;

/// Which parameter of a body this is.
pub(super) enum Part {
    Row(usize),
    Capture(usize),
    State,
}

impl<R> Loop<R> {
    pub(super) fn part(&self, parameter: u32) -> Part {
        let k = parameter as usize;
        match k.checked_sub(self.rows.len()) {
            None => Part::Row(k),
            Some(k) if k < self.captures.len() => Part::Capture(k),
            Some(_) => Part::State,
        }
    }

    /// All of the array that rows lie in.
    pub(super) fn array_of(&self, row: usize) -> Span {
        Span { first: self.rows[row].first, len: self.rows[row].layout.len(self.trips) }
    }

    pub(super) fn state_len(&self) -> u32 {
        self.carry.len() as u32
    }

    /// Instructions whose values the adjoint of a loop reads from the loop's run, where it would otherwise take longer to compute
    /// them again; those of the only path of a loop with a state.
    pub(super) fn kept(&self) -> Vec<u32> {
        match &*self.body {
            [path] if !self.carry.is_empty() => {
                (0..).zip(&path.code).filter(|(_, instruction)| is_dear(&instruction.op)).map(|(def, _)| def).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether a gate is a function of the library, not an instruction or two of the machine.
fn is_dear<R>(op: &Op<R>) -> bool {
    use anygrad_core::{BinaryOp as B, UnaryOp as U};
    match op {
        Op::Gate(Gate::Unary(gate)) => matches!(
            gate,
            U::Cbrt(_)
                | U::Exp(_)
                | U::Exp2(_)
                | U::ExpM1(_)
                | U::Ln(_)
                | U::Log2(_)
                | U::Log10(_)
                | U::Ln1p(_)
                | U::Sin(_)
                | U::Cos(_)
                | U::Tan(_)
                | U::Asin(_)
                | U::Acos(_)
                | U::Atan(_)
                | U::Sinh(_)
                | U::Cosh(_)
                | U::Tanh(_)
                | U::Asinh(_)
                | U::Acosh(_)
                | U::Atanh(_)
                | U::Sigmoid(_)
                | U::LogSigmoid(_)
                | U::Softplus(_)
                | U::Silu(_)
                | U::Gelu(_)
                | U::NormalCdf(_)
                | U::Erf(_)
                | U::Erfc(_)
                | U::LnGamma(_)
                | U::Polygamma(_)
                | U::Powf(_)
        ),
        Op::Gate(Gate::Binary(gate)) => {
            matches!(gate, B::Pow | B::Log | B::Hypot | B::Atan2 | B::Xlogy | B::Logaddexp)
        }
        _ => false,
    }
}

impl<'g, R: Real> Copied<'g, '_, R> {
    /// Whether any derivative flows into a loop.
    fn is_active_loop(&self, body: &Loop<R>) -> bool {
        let mut active = false;
        body.reads(|span| active |= self.is_active(span.first));
        active
    }

    /// Copies a loop. One that derivatives flow through also keeps the states that its rows began with, and the values that are
    /// dear to compute, as an output more.
    pub(super) fn copy_loop(&mut self, body: &Loop<R>) {
        let active = self.is_active_loop(body);
        let mut draft = Draft::like(self, body);
        draft.carry = body.carry.iter().map(|&operand| self.at(operand)).collect();
        (draft.sums, draft.outs) = (body.sums, body.outs.clone());
        let keeps = active && body.state_len() > 0;
        let kept = if keeps { body.kept() } else { Vec::new() };
        if keeps {
            let width = body.state_len() + kept.len() as u32;
            draft.outs.push(Layout { width, step: width });
        }
        for path in &body.body {
            draft.open();
            let inner = self.copy_path(&draft, body, path, |_| false);
            let mut results = inner.nodes(&path.results);
            if keeps {
                results.extend(draft.nodes(draft.state(), body.state_len()));
                results.extend(kept.iter().map(|&def| inner.node(Operand { def, at: 0 })));
            }
            draft.close(&results);
        }
        self.place(draft.finish(), active);
    }

    /// Copies a path of a body into the path of a draft that is open; `is_active` says through which parameters derivatives
    /// flow.
    fn copy_path<'p>(
        &self,
        draft: &Draft<'g, R>,
        body: &Loop<R>,
        path: &'p Block<R>,
        is_active: impl Fn(&Part) -> bool,
    ) -> Copied<'g, 'p, R> {
        let mut inner = Copied::of(self.recorder, path);
        for instruction in &path.code {
            if let Op::Parameter(k) = instruction.op {
                let part = body.part(k);
                let first = self.parameter(draft, &part);
                inner.place(first, is_active(&part));
            } else {
                inner.copy(instruction);
            }
        }
        inner
    }

    pub(super) fn parameter(&self, draft: &Draft<'g, R>, part: &Part) -> Operand {
        match *part {
            Part::Row(k) => draft.row(k as u32),
            Part::Capture(k) => draft.outer(draft.captures[k]),
            Part::State => draft.state(),
        }
    }
}

/// Two arrays, added: an instruction an element for a few, a loop for many.
pub(super) fn added<R: Real>(recorder: &Recorder<R>, a: Operand, b: Operand, len: u32) -> Operand {
    let each = Layout { width: 1, step: 1 };
    let mut draft = Draft::new(recorder, len);
    let rows = [draft.add_rows(a, each), draft.add_rows(b, each)];
    draft.outs = vec![each];
    draft.open();
    let [a, b] = rows.map(|number| recorder.node(draft.row(number), R::nan()));
    draft.close(&[a + b]);
    draft.finish()
}
