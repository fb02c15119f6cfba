//! Ten operations on matrices, as the layers of a network have them.

use anygrad::linalg::{Matrix, Vector};
use anygrad::{Error, Scalar, Tree, differentiable};
use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

use super::{ByHand, sines};

/// What the graph depends on: an input, the weights of two layers, a bias and a gate.
#[derive(Clone, Debug, Tree)]
pub struct LayerGraph<S: Scalar> {
    input: Matrix<S>,
    first: Matrix<S>,
    bias: Vector<S>,
    second: Matrix<S>,
    gate: Matrix<S>,
}

/// `Σ softmax(relu(tanh(X·V + b)·W + X)∘G)²`: ten operations.
///
/// # Errors
/// If the shapes do not fit.
#[differentiable(name = Layers)]
pub fn layers<S: Scalar<Real = f64>>(x: &LayerGraph<S>) -> Result<S, Error> {
    let hidden = x.input.matmul(&x.first)?.add_to_rows(&x.bias)?.tanh();
    let rectified = hidden.matmul(&x.second)?.add(&x.input)?.relu();
    Ok(rectified.hadamard(&x.gate)?.softmax().square().sum())
}

impl Layers {
    /// Matrices of `n×n`.
    pub fn point(n: usize) -> LayerGraph<f64> {
        let weights = |frequency| sines(n, n, frequency).map_each(|weight| weight * 0.2);
        LayerGraph {
            input: sines(n, n, 0.61),
            first: weights(0.37),
            bias: Vector::from_fn(n, |i| 0.1 * (i as f64).cos()),
            second: weights(0.83),
            gate: sines(n, n, 0.29),
        }
    }
}

/// The kernels of the ten operations and of their adjoints, each over a buffer of its own.
#[derive(Clone, Debug)]
pub struct LayersByHand {
    n: usize,
    point: LayerGraph<f64>,
    hidden: Vec<f64>,
    rectified: Vec<f64>,
    softmax: Vec<f64>,
    /// The adjoint of the operation that is passed back through, and of the one before.
    back: [Vec<f64>; 2],
    gradient: [Vec<f64>; 5],
    loss: f64,
}

impl LayersByHand {
    /// At [`Layers::point`].
    pub fn new(n: usize) -> Self {
        let zeros = vec![0.0; n * n];
        let [hidden, rectified, softmax] = [(); 3].map(|()| zeros.clone());
        let gradient = [n * n, n * n, n, n * n, n * n].map(|len| vec![0.0; len]);
        Self {
            n,
            point: Layers::point(n),
            hidden,
            rectified,
            softmax,
            back: [zeros.clone(), zeros],
            gradient,
            loss: 0.0,
        }
    }

    /// The value that was computed.
    pub fn value(&self) -> f64 {
        self.loss
    }

    fn forward(&mut self) {
        let (n, x) = (self.n, &self.point);
        multiply(&mut self.hidden, Accum::Replace, by_rows(x.input.as_slice(), n), by_rows(x.first.as_slice(), n));
        for row in self.hidden.chunks_exact_mut(n) {
            row.iter_mut().zip(x.bias.as_slice()).for_each(|(h, b)| *h = (*h + b).tanh());
        }
        self.rectified.copy_from_slice(x.input.as_slice());
        multiply(&mut self.rectified, Accum::Add, by_rows(&self.hidden, n), by_rows(x.second.as_slice(), n));
        self.rectified.iter_mut().for_each(|r| *r = r.max(0.0));
        for ((p, r), gate) in self.softmax.iter_mut().zip(&self.rectified).zip(x.gate.as_slice()) {
            *p = r * gate;
        }
        self.softmax.chunks_exact_mut(n).for_each(softmax);
        self.loss = self.softmax.iter().map(|p| p * p).sum();
    }

    fn backward(&mut self) {
        let (n, x) = (self.n, &self.point);
        let [by_input, by_first, by_bias, by_second, by_gate] = &mut self.gradient;
        let [back, before] = &mut self.back;
        // Of the gated numbers, through the squares and the softmax.
        for (p, back) in self.softmax.chunks_exact(n).zip(back.chunks_exact_mut(n)) {
            let mean: f64 = p.iter().map(|p| 2.0 * p * p).sum();
            back.iter_mut().zip(p).for_each(|(back, p)| *back = p * (2.0 * p - mean));
        }
        for (((by_gate, back), r), gate) in
            by_gate.iter_mut().zip(&mut *back).zip(&self.rectified).zip(x.gate.as_slice())
        {
            *by_gate = *back * r;
            *back = if *r > 0.0 { *back * gate } else { 0.0 };
        }
        multiply(by_second, Accum::Replace, by_rows(&self.hidden, n).transpose(), by_rows(back, n));
        multiply(before, Accum::Replace, by_rows(back, n), by_rows(x.second.as_slice(), n).transpose());
        before.iter_mut().zip(&self.hidden).for_each(|(before, h)| *before *= 1.0 - h * h);
        by_bias.fill(0.0);
        for row in before.chunks_exact(n) {
            by_bias.iter_mut().zip(row).for_each(|(sum, term)| *sum += term);
        }
        multiply(by_first, Accum::Replace, by_rows(x.input.as_slice(), n).transpose(), by_rows(before, n));
        by_input.copy_from_slice(back);
        multiply(by_input, Accum::Add, by_rows(before, n), by_rows(x.first.as_slice(), n).transpose());
    }
}

impl ByHand for LayersByHand {
    fn run(&mut self) {
        self.forward();
        self.backward();
    }

    fn derivative(&self) -> Vec<f64> {
        self.gradient.concat()
    }
}

/// `n` columns in a slice, row by row.
fn by_rows(floats: &[f64], n: usize) -> MatRef<'_, f64> {
    MatRef::from_row_major_slice(floats, floats.len() / n, n)
}

/// `out = a·b`, or `out += a·b`.
fn multiply(out: &mut [f64], accumulate: Accum, a: MatRef<'_, f64>, b: MatRef<'_, f64>) {
    let out = MatMut::from_row_major_slice_mut(out, a.nrows(), b.ncols());
    matmul(out, accumulate, a, b, 1.0, Par::Seq);
}

/// `exp xᵢ / Σ exp xⱼ`, in place.
fn softmax(row: &mut [f64]) {
    let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    row.iter_mut().for_each(|x| *x = (*x - most).exp());
    let total: f64 = row.iter().sum();
    row.iter_mut().for_each(|x| *x /= total);
}
