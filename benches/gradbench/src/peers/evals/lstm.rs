//! `lstm`.

use anygrad::Tree;
use serde_json::{Value, json};

use super::super::library::{Function, Library};
use super::super::number::Number;
use super::short::total;
use super::{Order, differentiated};
use crate::evals::lstm::{Loss, Network, read};
use crate::{Error, Job};

/// `1/(1 + exp(−x))`.
fn sigmoid<N: Number>(x: N) -> N {
    (-x).exp().shift(1.0).recip()
}

/// The numbers of the network one after the other, as in the input: of each layer the weights, then the biases, for the gates forget, in,
/// out and change; then `w_in`, `w_out` and `β_out`.
struct Layers<'a, N> {
    bits: usize,
    layers: &'a [N],
    in_weight: &'a [N],
    out_weight: &'a [N],
    out_bias: &'a [N],
}

impl<'a, N: Number> Layers<'a, N> {
    fn new(x: &'a [N], bits: usize) -> Self {
        let (layers, extra) = x.split_at(x.len() - 3 * bits);
        let (in_weight, rest) = extra.split_at(bits);
        let (out_weight, out_bias) = rest.split_at(bits);
        Self { bits, layers, in_weight, out_weight, out_bias }
    }

    /// What the layers remember after a step, and the prediction of the next character in place of this one.
    fn step(&self, memories: &mut [Vec<[N; 2]>], character: &[f64], y: &mut Vec<N>) {
        y.clear();
        y.extend(self.in_weight.iter().zip(character).map(|(&weight, &bit)| weight.scale(bit)));
        for (layer, memory) in self.layers.chunks_exact(8 * self.bits).zip(memories) {
            for (j, (x, memory)) in y.iter_mut().zip(memory).enumerate() {
                *memory = self.cell(layer, j, *x, *memory);
                *x = memory[0];
            }
        }
        let out = self.out_weight.iter().zip(self.out_bias);
        y.iter_mut().zip(out).for_each(|(y, (&weight, &bias))| *y = *y * weight + bias);
    }

    /// What cell `j` of a layer remembers after a step.
    fn cell(&self, layer: &[N], j: usize, x: N, [hidden, cell]: [N; 2]) -> [N; 2] {
        let (weights, biases) = layer.split_at(4 * self.bits);
        let gate = |gate: usize, x: N| {
            let place = gate * self.bits + j;
            x * weights[place] + biases[place]
        };
        let (forget, ingate) = (sigmoid(gate(0, x)), sigmoid(gate(1, hidden)));
        let (outgate, change) = (sigmoid(gate(2, x)), gate(3, hidden).tanh());
        let cell = cell * forget + ingate * change;
        [outgate * cell.tanh(), cell]
    }
}

/// `Σ s·(y − ln(2 + Σ exp y))`.
fn score<N: Number>(prediction: &[N], character: &[f64]) -> N {
    let zero = || prediction[0].constant(0.0);
    let normalisation = total(prediction.iter().map(|y| y.exp()), zero).shift(2.0).ln();
    total(prediction.iter().zip(character).map(|(&y, &bit)| (y - normalisation).scale(bit)), zero)
}

impl Function for Loss {
    fn call<N: Number>(&self, x: &[N]) -> N {
        let bits = self.memories.first().map_or(x.len() / 3, |(hidden, _)| hidden.len());
        let (layers, constant) = (Layers::new(x, bits), |c: f64| x[0].constant(c));
        let pair = |(&hidden, &cell): (&f64, &f64)| [constant(hidden), constant(cell)];
        let mut memories: Vec<Vec<[N; 2]>> =
            self.memories.iter().map(|(hidden, cell)| hidden.iter().zip(cell).map(pair).collect()).collect();
        let (mut loss, mut y) = (constant(0.0), Vec::new());
        let characters = self.sequence.chunks_exact(bits);
        for (character, next) in characters.clone().zip(characters.skip(1)) {
            layers.step(&mut memories, character, &mut y);
            loss = loss + score(&y, next);
        }
        loss.scale(-1.0 / (self.sequence.len() - bits) as f64)
    }
}

pub(super) fn prepare<L: Library>(order: Order, input: Value) -> Result<Box<dyn Job>, Error> {
    let (f, network) = read(input)?;
    differentiated::<L>(order, f, Network::flatten::<f64>(&network), |gradient| json!(gradient))
}
