//! Functions that several tests record.

#![allow(dead_code, reason = "no test uses all of them")]

use anygrad_core::{Differentiable, Real, Scalar, Tree};
use anygrad_graph::Program;
use anygrad_graph::code::{Block, Gate, Instruction, Op, Operand};

/// The seed's neuron, `σ(ax + by + c)`, with the fused gate.
pub(crate) struct Neuron;

impl Differentiable for Neuron {
    type Input = [f64; 5];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, &[a, b, c, x, y]: &[S; 5]) -> S {
        (a * x + b * y + c).sigmoid()
    }
}

/// The same as the seed writes it, `1/(1 + exp(−(ax + by + c)))`.
pub(crate) struct SeedNeuron;

impl Differentiable for SeedNeuron {
    type Input = [f64; 5];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, &[a, b, c, x, y]: &[S; 5]) -> S {
        S::one() / (S::one() + (-(a * x + b * y + c)).exp())
    }
}

/// The seed's point.
pub(crate) const SEED: [f64; 5] = [1.0, 2.0, -3.0, -1.0, 3.0];

/// The neuron in `f32`.
pub(crate) struct SingleNeuron;

impl Differentiable for SingleNeuron {
    type Input = [f32; 5];
    type Output = f32;
    fn call<S: Scalar<Real = f32>>(&self, &[a, b, c, x, y]: &[S; 5]) -> S {
        (a * x + b * y + c).sigmoid()
    }
}

/// `Σ 100(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²`.
pub(crate) struct Rosenbrock;

impl Differentiable for Rosenbrock {
    type Input = Vec<f64>;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        x.windows(2).map(|pair| (pair[1] - pair[0] * pair[0]).powi(2) * 100.0 + (S::one() - pair[0]).powi(2)).sum()
    }
}

/// Two tanh layers of three and the sum of squares of two outputs; the weights are the inputs.
pub(crate) struct Layers;

impl Differentiable for Layers {
    type Input = Vec<f64>;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, weights: &Vec<S>) -> S {
        let (first, second) = weights.split_at(9);
        let at: [S; 3] = [S::lit(0.5), S::lit(-1.25), S::lit(2.0)];
        let layer =
            |weights: &[S], x: &[S]| -> Vec<S> { weights.chunks(x.len()).map(|row| S::dot(row, x).tanh()).collect() };
        layer(second, &layer(first, &at)).iter().map(|&y| (y - 0.3) * (y - 0.3)).sum()
    }
}

/// Weights for [`Layers`].
pub(crate) fn weights() -> Vec<f64> {
    (0..15).map(|i| f64::from(i * 37 % 15) / 10.0 - 0.7).collect()
}

/// A function that compares, and one of each sort of gate.
pub(crate) struct Branching;

impl Differentiable for Branching {
    type Input = [f64; 3];
    type Output = [f64; 3];
    fn call<S: Scalar<Real = f64>>(&self, &[a, b, c]: &[S; 3]) -> [S; 3] {
        let larger = if a < b { b } else { a };
        [larger * c.relu(), S::logsumexp(&[a, b, c]).softplus(), a.max(b).powi(-3) + c.atan2(larger)]
    }
}

/// The program of a function at a point.
pub(crate) fn recorded<F: Differentiable>(f: &F, x: &F::Input) -> Program<<F::Input as Tree>::Leaf> {
    Program::record(f, x).expect("the function can be recorded")
}

pub(crate) fn parameter<R: Real>(k: u32, width: u32) -> Instruction<R> {
    Instruction { op: Op::Parameter(k), args: [].into_iter().collect(), width }
}

pub(crate) fn gate<R: Real>(gate: Gate<R>, args: &[Operand]) -> Instruction<R> {
    Instruction { op: Op::Gate(gate), args: args.iter().copied().collect(), width: 1 }
}

pub(crate) fn at(def: u32, at: u32) -> Operand {
    Operand { def, at }
}

pub(crate) fn block<R: Real>(code: Vec<Instruction<R>>, results: Vec<Operand>) -> Block<R> {
    Block { code, results }
}

/// A loop by hand over the three overlapping pairs of four inputs, last one first. Of a row `(p, q)`, a captured `c` and a
/// state `s` it makes the state `s·p + c`, adds up `p·q`, and writes `(q, p)` over pairs that overlap.
pub(crate) fn loop_by_hand() -> Program<f64> {
    use anygrad_core::BinaryOp::{Add, Mul};
    use anygrad_graph::code::{Layout, Loop, Row, Span};
    let binary = |op, a, b| gate(Gate::Binary(op), &[a, b]);
    let (p, q, c, s) = (at(0, 0), at(0, 1), at(1, 0), at(2, 0));
    let code = vec![
        parameter(0, 2),
        parameter(1, 1),
        parameter(2, 1),
        binary(Mul, s, p),
        binary(Add, at(3, 0), c),
        binary(Mul, p, q),
    ];
    let body = block(code, vec![at(4, 0), at(5, 0), q, p]);
    let pairs = Layout { width: 2, step: 1 };
    let repeated = Loop {
        trips: 3,
        reversed: true,
        storage: anygrad_core::loops::Storage::All,
        rows: vec![Row { first: at(0, 0), layout: pairs }],
        captures: vec![Span { first: at(0, 4), len: 1 }],
        carry: vec![at(0, 4)],
        sums: 1,
        outs: vec![pairs],
        body: vec![body],
    };
    let width = repeated.width();
    let repeated = Instruction { op: Op::Loop(Box::new(repeated)), args: [].into_iter().collect(), width };
    let results = (0..width).map(|i| at(1, i)).collect();
    Program::from_block(block(vec![parameter(0, 5), repeated], results), vec![]).expect("the loop keeps the rules")
}

/// What the loop by hand results in: state, sum, written.
pub(crate) fn looped(x: &[f64]) -> Vec<f64> {
    let c = x[4];
    let state = ((c * x[2] + c) * x[1] + c) * x[0] + c;
    let sum = x[2] * x[3] + x[1] * x[2] + x[0] * x[1];
    // Pairs (x₁, x₀), (x₂, x₁), (x₃, x₂) at 0, 1, 2.
    vec![state, sum, x[1], x[0] + x[2], x[1] + x[3], x[2]]
}

/// A loss over rows of data with two paths through its body, and a chain over windows of the inputs, whose loops are recorded.
pub(crate) struct Looped {
    pub(crate) data: Vec<f64>,
}

impl Looped {
    /// So many rows, of which some are positive.
    pub(crate) fn of(rows: u32) -> Self {
        Self { data: (0..rows).map(|i| f64::from(i * 31 % 17) / 8.0 - 1.0).collect() }
    }
}

impl Differentiable for Looped {
    type Input = Vec<f64>;
    type Output = [f64; 3];
    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> [S; 3] {
        use anygrad_core::loops::{chunks, data, scan, sum, windows};
        let loss = sum(data(&self.data), |row: S| if row > S::zero() { (row * x[0]).tanh() } else { row * x[1] });
        let (state, outputs) = scan(x[2], windows(x, 3), |state: S, row: &[S]| {
            let next = (state * row[0] + row[2]).sin();
            (next, next * row[1])
        });
        let pairs = sum(chunks(x, 2), |pair: &[S]| {
            // A loop within a loop.
            pair[0] * pair[1] + sum(data(&[0.5, 1.5]), |c: S| c * pair[0])
        });
        [loss + state, outputs.into_iter().sum(), pairs]
    }
}
