//! A network of two layers over matrices: its gradient is a network, and the backends agree.
//!
//! `cargo run --release -p anygrad-examples --example matrices`

use anygrad::linalg::{Matrix, Vector};
use anygrad::{Backend, Error, Finite, Forward, Reverse, Scalar, Tree, differentiable};

/// Weights and biases of two layers.
#[derive(Clone, Debug, Tree)]
struct Network<S: Scalar<Real = f64>> {
    hidden: (Matrix<S>, Vector<S>),
    output: (Matrix<S>, Vector<S>),
}

/// The mean cross-entropy of the network's classes, `softmax(tanh(x·W₁ + b₁)·W₂ + b₂)`.
#[differentiable]
fn loss<S: Scalar<Real = f64>>(network: &Network<S>, x: &Matrix<f64>, labels: &[usize]) -> Result<S, Error> {
    let x = Matrix::constant(x);
    let hidden = x.matmul(&network.hidden.0)?.add_to_rows(&network.hidden.1)?.tanh();
    hidden.matmul(&network.output.0)?.add_to_rows(&network.output.1)?.cross_entropy(labels)
}

fn main() -> Result<(), Error> {
    let weight = |i: usize, j: usize| (1.7 * i as f64 - 0.9 * j as f64).sin();
    let mut network = Network {
        hidden: (Matrix::from_fn(2, 8, weight), Vector::zeros(8)),
        output: (Matrix::from_fn(8, 2, weight), Vector::zeros(2)),
    };
    // Exclusive or.
    let x = Matrix::from_rows([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]);
    let loss = Loss::new(&x, &[0, 1, 1, 0]);

    let reverse = Reverse::new().gradient(&loss, &network)?;
    let forward = Forward::new().gradient(&loss, &network)?;
    let finite = Finite::default().gradient(&loss, &network)?;
    println!("∂loss/∂b₂  reverse {:.9?}", reverse.output.1);
    println!("           forward {:.9?}", forward.output.1);
    println!("           finite  {:.9?}", finite.output.1);

    let mut backend = Reverse::new();
    let mut last = f64::INFINITY;
    for step in 0..=300 {
        let (value, gradient) = backend.value_and_gradient(&loss, &network)?;
        last = value;
        if step % 100 == 0 {
            println!("step {step:3}: loss {value:.6}");
        }
        let mut steps = Network::<f64>::flatten(&gradient).into_iter();
        Network::<f64>::each_mut(&mut network, &mut |weight: &mut f64| *weight -= 0.5 * steps.next().unwrap_or(0.0));
    }
    assert!(last < 0.01, "the network has learned exclusive or");
    Ok(())
}
