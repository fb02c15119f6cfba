//! `lstm`: the loss of a network of `l` LSTM layers of `b` cells, each with connections to itself alone, that predicts a sequence of
//! `c` characters of `b` bits.
//!
//! A step with the character `s`: `x = s∘w_in`; in each layer, element by element, with weights `w` and biases `β` for each gate,
//! `f = σ(x∘w_f + β_f)`, `i = σ(h∘w_i + β_i)`, `o = σ(x∘w_o + β_o)`, `g = tanh(h∘w_g + β_g)`, `cell ← cell∘f + i∘g`,
//! `h ← o∘tanh cell`, and `x ← h` for the next one; then `y = h∘w_out + β_out` of the last.
//!
//! The loss is `−1/(b·(c − 1))·Σ sₜ₊₁·(yₜ − ln(2 + Σ exp yₜ))`.

use std::sync::Arc;

use anygrad::{Scalar, Tree, differentiable, loops};
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Eval, Options, Workload, check_count, parse};
use crate::job::{gradient, value};
use crate::{Error, Job};

/// The eval.
pub const EVAL: Eval = Eval {
    name: "lstm",
    functions: &[("objective", objective), ("jacobian", derivative)],
    workloads: &[
        Workload { name: "l=2 c=1024", input: |rng| json!(Input::random(2, 1024, 14, rng)) },
        Workload { name: "l=4 c=4096", input: |rng| json!(Input::random(4, 4096, 14, rng)) },
    ],
};

/// What the eval takes.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    /// The weights of a layer, then its biases; each for the gates forget, in, out, change.
    main_params: Vec<Vec<f64>>,
    /// `w_in`, `w_out`, `β_out`.
    extra_params: Vec<Vec<f64>>,
    /// What a layer begins with, hidden, then cell.
    state: Vec<Vec<f64>>,
    sequence: Vec<Vec<f64>>,
}

impl Input {
    /// `l` layers of `b` cells, and a sequence of `c` characters.
    pub fn random(l: usize, c: usize, b: usize, rng: &mut impl Rng) -> Self {
        let mut row = |width: usize| (0..width).map(|_| rng.random_range(-1.0..1.0)).collect::<Vec<f64>>();
        let mut rows = |count: usize, width: usize| (0..count).map(|_| row(width)).collect::<Vec<_>>();
        let (main_params, extra_params, state) = (rows(2 * l, 4 * b), rows(3, b), rows(2 * l, b));
        let bits = |_| (0..b).map(|_| f64::from(rng.random_range(0..2))).collect();
        Self { main_params, extra_params, state, sequence: (0..c).map(bits).collect() }
    }
}

/// A number for each gate of each cell.
#[derive(Clone, Debug, Tree)]
pub struct Gates<S> {
    forget: Vec<S>,
    ingate: Vec<S>,
    outgate: Vec<S>,
    change: Vec<S>,
}

/// What a layer has learnt.
#[derive(Clone, Debug, Tree)]
pub struct Layer<S> {
    weights: Gates<S>,
    biases: Gates<S>,
}

/// What the network has learnt. Its leaves are in the order of the input.
#[derive(Clone, Debug, Tree)]
pub struct Network<S> {
    layers: Vec<Layer<S>>,
    in_weight: Vec<S>,
    out_weight: Vec<S>,
    out_bias: Vec<S>,
}

/// What a layer remembers.
type Memory<S> = (Vec<S>, Vec<S>);

impl<S: Scalar> Layer<S> {
    /// What it remembers after a step.
    fn step(&self, x: &[S], (hidden, cell): &Memory<S>) -> Memory<S> {
        let Self { weights: w, biases: b } = self;
        (0..x.len())
            .map(|j| {
                let forget = (x[j] * w.forget[j] + b.forget[j]).sigmoid();
                let ingate = (hidden[j] * w.ingate[j] + b.ingate[j]).sigmoid();
                let outgate = (x[j] * w.outgate[j] + b.outgate[j]).sigmoid();
                let change = (hidden[j] * w.change[j] + b.change[j]).tanh();
                let cell = cell[j] * forget + ingate * change;
                (outgate * cell.tanh(), cell)
            })
            .unzip()
    }
}

impl<S: Scalar<Real = f64>> Network<S> {
    /// What the layers remember after a step, and the prediction of the next character.
    fn step(&self, memories: &[Memory<S>], character: &[S]) -> (Vec<Memory<S>>, Vec<S>) {
        let mut x: Vec<S> = character.iter().zip(&self.in_weight).map(|(&s, &w)| s * w).collect();
        let mut after = Vec::with_capacity(memories.len());
        for (layer, memory) in self.layers.iter().zip(memories) {
            let memory = layer.step(&x, memory);
            x.clone_from(&memory.0);
            after.push(memory);
        }
        let out = self.out_weight.iter().zip(&self.out_bias);
        (after, x.iter().zip(out).map(|(&h, (&w, &b))| h * w + b).collect())
    }
}

/// `Σ s·(y − ln(2 + Σ exp y))`.
fn score<S: Scalar<Real = f64>>(prediction: &[S], character: &[S]) -> S {
    let normalisation = (prediction.iter().map(|y| y.exp()).sum::<S>() + 2.0).ln();
    prediction.iter().zip(character).map(|(&y, &s)| s * (y - normalisation)).sum()
}

/// The loss, for a sequence of bits and what the layers begin with.
#[differentiable]
pub fn loss<S: Scalar<Real = f64>>(network: &Network<S>, sequence: Arc<[f64]>, memories: Arc<[Memory<f64>]>) -> S {
    let constants = |numbers: &[f64]| numbers.iter().map(|&number| S::constant(number)).collect::<Vec<S>>();
    let memories: Vec<Memory<S>> = memories.iter().map(|(h, cell)| (constants(h), constants(cell))).collect();
    let bits = network.in_weight.len();
    let predicted = sequence.len() - bits;
    let characters = (loops::data_rows(&sequence[..predicted], bits), loops::data_rows(&sequence[bits..], bits));
    let (_, total) = loops::fold((memories, S::zero()), characters, |(memories, total), (character, next)| {
        let (memories, prediction) = network.step(&memories, character);
        (memories, total + score(&prediction, next))
    });
    total * (-1.0 / predicted as f64)
}

/// The function for a sequence, and the network.
///
/// # Errors
/// What is wrong with the input.
pub fn read(input: Value) -> Result<(Loss, Network<f64>), Error> {
    let Input { main_params, extra_params, state, sequence } = parse(EVAL.name, input)?;
    let mismatch =
        |expected: &str, found: String| Error::Mismatch { module: EVAL.name, expected: expected.to_owned(), found };
    let [in_weight, out_weight, out_bias] = <[Vec<f64>; 3]>::try_from(extra_params)
        .map_err(|rows| mismatch("3 rows of extra_params", rows.len().to_string()))?;
    let bits = in_weight.len();
    if bits == 0 || sequence.len() < 2 || main_params.len() % 2 != 0 {
        let found = format!("{} of {bits} bits, and {} rows", sequence.len(), main_params.len());
        return Err(mismatch("two characters of a bit at least, and two rows of main_params a layer", found));
    }
    check_count(EVAL.name, "rows of state", main_params.len(), state.len())?;
    main_params
        .iter()
        .try_for_each(|row| check_count(EVAL.name, "numbers in each row of main_params", 4 * bits, row.len()))?;
    for row in [&out_weight, &out_bias].into_iter().chain(&state).chain(&sequence) {
        check_count(EVAL.name, "numbers in each row of extra_params, state and sequence", bits, row.len())?;
    }
    let gates = |row: &[f64]| {
        let gate = |at: usize| row[at * bits..(at + 1) * bits].to_vec();
        Gates { forget: gate(0), ingate: gate(1), outgate: gate(2), change: gate(3) }
    };
    let layer = |rows: &[Vec<f64>]| Layer { weights: gates(&rows[0]), biases: gates(&rows[1]) };
    let layers = main_params.chunks_exact(2).map(layer).collect();
    let memories = state.chunks_exact(2).map(|rows| (rows[0].clone(), rows[1].clone())).collect();
    Ok((Loss { sequence: sequence.concat().into(), memories }, Network { layers, in_weight, out_weight, out_bias }))
}

fn objective(input: Value, _: Options) -> Result<Box<dyn Job>, Error> {
    let (f, x) = read(input)?;
    Ok(value(f, x, |y| json!(y)))
}

fn derivative(input: Value, options: Options) -> Result<Box<dyn Job>, Error> {
    let (f, x) = read(input)?;
    gradient(options.method, f, x, |gradient| json!(Network::flatten::<f64>(gradient)))
}
