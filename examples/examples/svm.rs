//! A support vector machine: hand-made pulls in the "Hacker's guide to Neural Networks" (Karpathy 2014), a gradient
//! here.

use anygrad::prelude::*;

const POINTS: [([f64; 2], f64); 6] = [
    ([1.2, 0.7], 1.0),
    ([-0.3, -0.5], -1.0),
    ([3.0, 0.1], 1.0),
    ([-0.1, -1.0], -1.0),
    ([-1.0, 1.1], -1.0),
    ([2.1, -3.0], 1.0),
];

fn score<S: Scalar<Real = f64>>([a, b, c]: [S; 3], [x, y]: [f64; 2]) -> S {
    a * x + b * y + c
}

/// `max(0, 1 − label·score)`: how far a point is from the right side.
fn hinge<S: Scalar<Real = f64>>(w: [S; 3], point: [f64; 2], label: f64) -> S {
    (S::one() - score(w, point) * label).relu()
}

/// What one point of the guide's loop minimises: its hinge, and a pull of `a` and `b` to 0.
#[differentiable]
fn objective<S: Scalar<Real = f64>>(w: &[S; 3], point: [f64; 2], label: f64) -> S {
    hinge(*w, point, label) + (w[0] * w[0] + w[1] * w[1]) * 0.5
}

/// The loss over all points: the sum of the hinges and `alpha·(a² + b²)`.
#[differentiable]
fn total_loss<S: Scalar<Real = f64>>(w: &[S; 3], data: [([f64; 2], f64); 3], alpha: f64) -> S {
    let hinges = data.iter().map(|&(point, label)| hinge(*w, point, label)).sum::<S>();
    hinges + (w[0] * w[0] + w[1] * w[1]) * alpha
}

fn accuracy(w: [f64; 3]) -> usize {
    POINTS.iter().filter(|&&(point, label)| (score(w, point) > 0.0) == (label > 0.0)).count()
}

fn main() -> Result<(), Error> {
    let start = [1.0, -2.0, -1.0];
    println!("Scores of (a, b, c) = {start:?}");
    for (point, expected) in [([1.2, 0.7], -1.2), ([-0.3, 0.5], -2.3)] {
        println!("   {point:?} → {:.1}", score(start, point));
        assert!((score(start, point) - expected).abs() < 1e-15);
    }

    println!("Stochastic gradient descent, 400 steps of 0.01, one point after the other");
    let (mut w, mut reverse) = (start, Reverse::new());
    for (step, &(point, label)) in POINTS.iter().cycle().take(400).enumerate() {
        let slope = reverse.gradient(&Objective { point, label }, &w)?;
        w = std::array::from_fn(|i| w[i] - 0.01 * slope[i]);
        if (step + 1) % 100 == 0 {
            println!("   after {:3}: a, b, c = {:.4?}, {} of 6 right", step + 1, w, accuracy(w));
        }
    }
    for (found, expected) in w.into_iter().zip([0.6397158906445634, -0.1284062492282233, -0.89]) {
        assert!((found - expected).abs() < 1e-14, "{found} instead of {expected}");
    }
    println!("   (so strong a pull of a and b to 0 costs one point)");
    assert_eq!(accuracy(w), 5);

    println!("The loss with its parts, at w = [0.1, 0.2, 0.3]");
    let w = [0.1, 0.2, 0.3];
    let data = [([1.2, 0.7], 1.0), ([-0.3, 0.5], -1.0), ([3.0, 2.5], 1.0)];
    for ((point, label), expected) in data.into_iter().zip([0.44, 1.37, 0.0]) {
        println!("   point {point:?}, label {label:+}: {:.3}", hinge(w, point, label));
        assert!((hinge(w, point, label) - expected).abs() < 1e-15);
    }
    let (loss, gradient) = reverse.value_and_gradient(&TotalLoss { data, alpha: 0.1 }, &w)?;
    println!("   with 0.1·(a² + b²): {loss:.3}, gradient {gradient:.2?}");
    assert!((loss - 1.815).abs() < 1e-15);
    for (found, expected) in gradient.into_iter().zip([-1.48, -0.16, 0.0]) {
        assert!((found - expected).abs() < 1e-15);
    }
    Ok(())
}
