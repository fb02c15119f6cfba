//! The size of what is added up in a program's second derivatives.

use super::program::arguments;
use super::{Program, Step};

/// The largest `Σ (|p′| + |p|)·A·A + Σ |p|·C` over all entries of the Hessian of the first output: the sums of the magnitudes of the
/// terms of `∂²y = Σ pᵢₗ·∂xᵢ·∂xₗ + Σ pᵢ·∂²xᵢ` (Griewank & Walther 2008, §5.1), with the second partials of a step by central
/// differences of its partials, which is enough for a size. The `|p|` beside `|p′|` is for the terms of the size of `p` that a
/// rule adds up to `p′`, and that may cancel (`σ″ = σ′·(1 − σ) − σ·σ′`).
pub(super) fn size(program: &Program, point: &[f64]) -> f64 {
    let (n, values) = (program.inputs, program.values(point));
    let mut first: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    let mut second = vec![vec![0.0; n * n]; n];
    for step in &program.steps {
        let (operands, args) = (step.operands(), arguments(step, &values));
        let (slopes, bends) = (step.slopes(&args), bends(step, &args));
        let (mut slope, mut bend) = (vec![0.0; n], vec![0.0; n * n]);
        for (i, &x) in operands.iter().enumerate() {
            (0..n).for_each(|j| slope[j] += slopes[i].abs() * first[x][j]);
            (0..n * n).for_each(|jk| bend[jk] += slopes[i].abs() * second[x][jk]);
            for (l, &z) in operands.iter().enumerate() {
                (0..n * n).for_each(|jk| {
                    bend[jk] += (bends[l][i].abs() + slopes[i].abs()) * first[x][jk / n] * first[z][jk % n];
                });
            }
        }
        first.push(slope);
        second.push(bend);
    }
    let output = program.outputs.first().map_or(&[][..], |&output| &second[output]);
    output.iter().copied().fold(0.0, f64::max)
}

/// `∂pᵢ/∂xₗ`, one row for each `l`.
fn bends(step: &Step, args: &[f64]) -> Vec<Vec<f64>> {
    let row = |l: usize| {
        let h = 1e-5 * args[l].abs().max(1.0);
        let at = |sign: f64| {
            let mut moved = args.to_vec();
            moved[l] += sign * h;
            step.slopes(&moved)
        };
        at(1.0).iter().zip(at(-1.0)).map(|(above, below)| (above - below) / (2.0 * h)).collect()
    };
    (0..args.len()).map(row).collect()
}
