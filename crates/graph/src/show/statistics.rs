//! `Statistics`: what a program is made of.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use anygrad_core::Real;

use super::name::{SUPERSCRIPT, digits};
use crate::code::{Block, Instruction, Loop, OnArrays, Op};
use crate::program::Program;

/// What a program is made of; see [`Program::statistics`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// The number of inputs.
    pub inputs: usize,
    /// The numbers in data parameters.
    pub data: usize,
    /// The number of outputs.
    pub outputs: usize,
    /// Instructions by kind, those in loop bodies counted once for each path: gates by name, their derivatives of order `k`
    /// as `Dᵏ name`, and what only moves numbers.
    pub operations: BTreeMap<String, usize>,
    /// Instructions of a run: those in a loop's body once for each row, on its longest path.
    pub steps: u64,
    /// The longest chain of operations of which each needs the one before. A loop that carries a state is a chain of all its
    /// rows, another one of a single row.
    pub depth: u64,
    /// Comparisons, and numbers that were looked at.
    pub guards: usize,
    /// Loops, those inside of others too.
    pub loops: usize,
    /// Numbers that a run makes, besides inputs and data, outside of loop bodies.
    pub values: u64,
    /// The size of the program in memory.
    pub bytes: usize,
}

impl<R: Real> Program<R> {
    /// What the program is made of. Cost: one look at each instruction.
    ///
    /// ```
    /// # use anygrad_core::{Differentiable, Scalar};
    /// # use anygrad_graph::Program;
    /// # struct Neuron;
    /// # impl Differentiable for Neuron {
    /// #     type Input = [f64; 5];
    /// #     type Output = f64;
    /// #     fn call<S: Scalar<Real = f64>>(&self, &[a, b, c, x, y]: &[S; 5]) -> S {
    /// #         (a * x + b * y + c).sigmoid()
    /// #     }
    /// # }
    /// let statistics = Program::record(&Neuron, &[1.0, 2.0, -3.0, -1.0, 3.0])?.statistics();
    /// assert_eq!(statistics.operations["mul"], 2);
    /// assert_eq!(statistics.depth, 4);
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    pub fn statistics(&self) -> Statistics {
        let data = self.data().iter().map(Vec::len).sum();
        let mut statistics =
            Statistics { inputs: self.inputs(), outputs: self.outputs(), data, ..Statistics::default() };
        let Run { steps, depth } = statistics.add(self.block());
        let widths = self.block().code.iter().filter(|instruction| !matches!(instruction.op, Op::Parameter(_)));
        statistics.values = widths.map(|instruction| u64::from(instruction.width)).sum();
        statistics.bytes += size_of::<Self>() + data * size_of::<R>();
        Statistics { steps, depth, ..statistics }
    }
}

/// What one run of a block takes.
#[derive(Clone, Copy, Default)]
struct Run {
    steps: u64,
    depth: u64,
}

impl Statistics {
    fn add<R: Real>(&mut self, block: &Block<R>) -> Run {
        self.bytes += size_of_val(&block.code[..]) + size_of_val(&block.results[..]);
        let mut depths: Vec<u64> = Vec::with_capacity(block.code.len());
        let mut steps = 0_u64;
        for instruction in &block.code {
            let mut before = 0;
            instruction.reads(|span| before = before.max(depths.get(span.first.def as usize).copied().unwrap_or(0)));
            let own = self.add_instruction(instruction);
            steps = steps.saturating_add(own.steps);
            depths.push(before.saturating_add(own.depth));
        }
        Run { steps, depth: depths.into_iter().max().unwrap_or(0) }
    }

    fn add_instruction<R: Real>(&mut self, instruction: &Instruction<R>) -> Run {
        if instruction.args.spilled() {
            self.bytes += size_of_val(&instruction.args[..]);
        }
        let kind = match &instruction.op {
            Op::Parameter(_) | Op::Constant(_) => return Run::default(),
            Op::Gate(gate) => gate.name().to_owned(),
            Op::Derivative { gate, order: 1 } => format!("D {}", gate.name()),
            Op::Derivative { gate, order } => format!("D{} {}", digits(order, SUPERSCRIPT), gate.name()),
            Op::Masked => "mask".to_owned(),
            Op::Pack => "pack".to_owned(),
            Op::Guard { .. } | Op::Exactly { .. } => {
                self.guards += 1;
                return Run { steps: 1, depth: 0 };
            }
            Op::Arrays(on) => {
                self.bytes += size_of::<OnArrays<R>>() + size_of_val(&on.args[..]);
                on.block.name().to_owned()
            }
            Op::Loop(body) => return self.add_loop(body),
        };
        *self.operations.entry(kind).or_default() += 1;
        Run { steps: 1, depth: 1 }
    }

    fn add_loop<R: Real>(&mut self, body: &Loop<R>) -> Run {
        self.loops += 1;
        self.bytes += size_of::<Loop<R>>() + size_of_val(&body.rows[..]) + size_of_val(&body.captures[..]);
        self.bytes += size_of_val(&body.carry[..]) + size_of_val(&body.outs[..]) + size_of_val(&body.body[..]);
        let mut longest = Run::default();
        for block in &body.body {
            let Run { steps, depth } = self.add(block);
            longest = Run { steps: longest.steps.max(steps), depth: longest.depth.max(depth) };
        }
        let trips = u64::from(body.trips);
        let chain = if body.carry.is_empty() { trips.min(1) } else { trips };
        Run { steps: longest.steps.saturating_mul(trips), depth: longest.depth.saturating_mul(chain) }
    }
}

impl Display for Statistics {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "inputs      {}", self.inputs)?;
        if self.data > 0 {
            writeln!(f, "data        {}", self.data)?;
        }
        writeln!(f, "outputs     {}", self.outputs)?;
        writeln!(f, "operations  {}", self.operations.values().sum::<usize>())?;
        let mut kinds: Vec<(&String, &usize)> = self.operations.iter().collect();
        kinds.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        kinds.into_iter().try_for_each(|(kind, n)| writeln!(f, "  {n:>8}  {kind}"))?;
        writeln!(f, "guards      {}", self.guards)?;
        writeln!(f, "loops       {}", self.loops)?;
        writeln!(f, "steps       {}", self.steps)?;
        writeln!(f, "depth       {}", self.depth)?;
        writeln!(f, "values      {}", self.values)?;
        writeln!(f, "bytes       {}", self.bytes)
    }
}
