//! Three ReLU neurons and one that listens to them: 13 parameters, trained on the six points of Karpathy 2014.

use anygrad::prelude::*;
use rand::{RngExt, SeedableRng, rngs::StdRng};

const POINTS: [([f64; 2], f64); 6] = [
    ([1.2, 0.7], 1.0),
    ([-0.3, -0.5], -1.0),
    ([3.0, 0.1], 1.0),
    ([-0.1, -1.0], -1.0),
    ([-1.0, 1.1], -1.0),
    ([2.1, -3.0], 1.0),
];

/// The parameters: three hidden neurons `(a, b, c)`, the weights of the output neuron and its bias.
type Net<S> = ([[S; 3]; 3], [S; 3], S);

fn score<S: Scalar<Real = f64>>((hidden, weights, bias): &Net<S>, [x, y]: [f64; 2]) -> S {
    let outputs = hidden.map(|[a, b, c]| (a * x + b * y + c).relu());
    S::dot(weights, &outputs) + *bias
}

#[differentiable]
fn net_score<S: Scalar<Real = f64>>(net: &Net<S>, point: [f64; 2]) -> S {
    score(net, point)
}

/// `Σ max(0, 1 − label·score)` over the points, and a little of `Σ w²`.
#[differentiable]
fn loss<S: Scalar<Real = f64>>(net: &Net<S>) -> S {
    let hinges = POINTS.iter().map(|&(point, label)| (S::one() - score(net, point) * label).relu()).sum::<S>();
    let squares = net.0.iter().flatten().chain(&net.1).map(|&w| w * w).sum::<S>();
    hinges + squares * 0.01
}

fn random_net(rng: &mut StdRng) -> Net<f64> {
    let mut weight = || 2.0 * rng.random::<f64>() - 1.0;
    (std::array::from_fn(|_| std::array::from_fn(|_| weight())), std::array::from_fn(|_| weight()), weight())
}

/// The worst difference between backpropagation and `(f(x + h) − f(x − h))/2h`, over all parameters.
fn worst_difference(f: &NetScore, net: &Net<f64>) -> Result<f64, Error> {
    const H: f64 = 1e-5;
    let gradient = <Net<f64> as Tree>::flatten(&Reverse::new().gradient(f, net)?);
    assert_eq!(gradient.len(), 13);
    let value_with = |parameter: usize, shift: f64| {
        let mut shifts = (0..).map(|i| if i == parameter { shift } else { 0.0 });
        f.call(&<Net<f64> as Tree>::map(net, &mut |w: f64| w + shifts.next().unwrap_or(0.0)))
    };
    let differences = (0..13).map(|i| (value_with(i, H) - value_with(i, -H)) / (2.0 * H));
    Ok(differences.zip(gradient).map(|(numerical, exact)| (numerical - exact).abs()).fold(0.0, f64::max))
}

fn main() -> Result<(), Error> {
    let mut rng = StdRng::seed_from_u64(1);
    let mut worst = 0.0_f64;
    for _ in 0..200 {
        let point = [2.0 * rng.random::<f64>() - 1.0, 2.0 * rng.random::<f64>() - 1.0];
        worst = worst.max(worst_difference(&NetScore { point }, &random_net(&mut rng))?);
    }
    println!("Backpropagation against central differences, 200 random nets and points: {worst:.0e} apart at worst");
    assert!(worst < 1e-10);

    let (mut net, mut reverse) = (random_net(&mut rng), Reverse::new());
    let right = |net: &Net<f64>| POINTS.iter().filter(|(p, label)| score(net, *p) * label > 0.0).count();
    println!("Gradient descent, 1000 steps of 0.01");
    for step in 0..=1000 {
        let (value, slope) = reverse.value_and_gradient(&Loss, &net)?;
        if step % 250 == 0 {
            println!("   after {step:4}: loss {value:.4}, {} of 6 right", right(&net));
        }
        let mut slopes = <Net<f64> as Tree>::flatten(&slope).into_iter();
        <Net<f64> as Tree>::each_mut(&mut net, &mut |w: &mut f64| *w -= 0.01 * slopes.next().unwrap_or(0.0));
    }
    assert_eq!(right(&net), 6);
    Ok(())
}
