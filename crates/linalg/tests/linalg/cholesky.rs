//! The adjoint of a Cholesky factor in all sizes, against the factorisation run backwards element by element.

use anygrad_core::Real;
use anygrad_core::arrays::{At, Block, Buffer};
use anygrad_linalg::ops::CholeskyAdjoint;

/// Sizes around those at which the kernel divides a matrix.
const SIZES: [usize; 13] = [0, 1, 2, 3, 7, 15, 16, 17, 33, 49, 64, 65, 100];

/// A lower triangle with a diagonal apart from 0, and one of any numbers, row by row; NaN above both.
fn triangles(n: usize) -> [Vec<f64>; 2] {
    let place = |at: usize| (at / n, at % n);
    let of = |angle: f64, diagonal: f64, scale: f64| {
        let element = |(i, j): (usize, usize)| match j.cmp(&i) {
            std::cmp::Ordering::Less => ((i * n + 3 * j) as f64 * angle).sin() * scale,
            std::cmp::Ordering::Equal => diagonal + (i as f64 * angle).cos(),
            std::cmp::Ordering::Greater => f64::NAN,
        };
        (0..n * n).map(|at| element(place(at))).collect()
    };
    [of(0.61, 2.5, 1.0 / (n as f64).sqrt()), of(0.83, 0.0, 1.0)]
}

/// Smith 1995: each step of the elementwise factorisation `Lᵢⱼ = (Aᵢⱼ − Σ Lᵢₖ·Lⱼₖ)/Lⱼⱼ`, `Lⱼⱼ = √(Aⱼⱼ − Σ Lⱼₖ²)`, in reverse.
fn backwards(l: &[f64], adjoint: &[f64], n: usize) -> Vec<f64> {
    let mut bar = adjoint.to_vec();
    for j in (0..n).rev() {
        for i in (j..n).rev() {
            let pivot = l[j * n + j];
            if i == j {
                bar[j * n + j] /= 2.0 * pivot;
            } else {
                bar[i * n + j] /= pivot;
                bar[j * n + j] -= bar[i * n + j] * l[i * n + j];
            }
            for k in 0..j {
                let passed = bar[i * n + j];
                bar[i * n + k] -= passed * l[j * n + k];
                bar[j * n + k] -= passed * l[i * n + k];
            }
        }
    }
    (0..n * n).map(|at| if at % n <= at / n { bar[at] } else { 0.0 }).collect()
}

fn found<R: Real>(l: &[f64], adjoint: &[f64], n: usize) -> Vec<f64> {
    let [l, adjoint] = [l, adjoint].map(|x| x.iter().map(|&x| R::narrow(x)).collect::<Vec<R>>());
    let mut out = vec![R::zero(); n * n];
    Block::<R>::value(CholeskyAdjoint { n }, &[&l, &adjoint], &mut out);
    out.into_iter().map(R::widen).collect()
}

#[track_caller]
fn close(found: &[f64], expected: &[f64], tolerance: f64) {
    let greatest = expected.iter().fold(1.0_f64, |greatest, x| greatest.max(x.abs()));
    let near = |(x, y): (&f64, &f64)| (x - y).abs() <= tolerance * greatest;
    assert_eq!(found.len(), expected.len());
    let far = found.iter().zip(expected).position(|pair| !near(pair));
    assert_eq!(far.map(|at| (at, found[at], expected[at])), None, "{} elements", found.len());
}

#[test]
fn the_adjoint_is_the_factorisation_backwards() {
    for n in SIZES {
        let [l, adjoint] = triangles(n);
        let expected = backwards(&l, &adjoint, n);
        close(&found::<f64>(&l, &adjoint, n), &expected, 1e-13);
        close(&found::<f32>(&l, &adjoint, n), &expected, 1e-5);
    }
}

/// What failed to be factored has NaN on the diagonal from some place on: so has the adjoint, and nothing else happens.
#[test]
fn the_adjoint_of_a_failed_factor_is_nan() {
    for n in SIZES {
        for from in [0, n / 2] {
            let [mut l, adjoint] = triangles(n);
            (from..n).for_each(|i| l[i * n + i] = f64::NAN);
            let found = found::<f64>(&l, &adjoint, n);
            assert!((0..n).all(|i| found[i * n..=i * n + i].iter().all(|x| x.is_nan())), "{n} rows, from {from}");
        }
    }
}

/// The tangent against differences of values, whose error is of the order `h²`; the adjoints by `⟨ȳ, ẏ⟩ = ⟨L̄, L̇⟩ + ⟨X̄, Ẋ⟩`.
#[test]
fn the_rules_of_the_adjoint_are_its_derivative() {
    for n in [1, 2, 5, 21] {
        let (block, h) = (CholeskyAdjoint { n }, 1e-5);
        let [l, x] = triangles(n).map(|x| finite(&x));
        let tangents = [0.29, 0.47].map(|angle| (0..n * n).map(|at| (at as f64 * angle).cos()).collect::<Vec<f64>>());
        let moved = |h: f64| {
            let [l, x] = [(&l, &tangents[0]), (&x, &tangents[1])].map(|(x, tangent)| sum(x, tangent, h));
            found::<f64>(&l, &x, n)
        };
        let expected: Vec<f64> = sum(&moved(h), &moved(-h), -1.0).iter().map(|x| x / (2.0 * h)).collect();
        let [l, x, y] = [l.clone(), x.clone(), moved(0.0)].map(Buffer::from);
        let [by_l, by_x] = tangents.map(Buffer::from);
        let at = At { args: &[&l, &x], y: &y, active: &[true, true] };
        let tangent = block.pushforward::<f64>(at, &[Some(&by_l), Some(&by_x)]).expect("a tangent");
        close(&tangent, &expected, 1e-8);
        let adjoint: Buffer<f64> = (0..n * n).map(|at| (at as f64 * 0.53).sin()).collect();
        let mut flown = 0.0;
        block.pullback::<f64>(at, &adjoint, &mut |index, adjoint| flown += dot(&adjoint, [&by_l, &by_x][index]));
        close(&[flown], &[dot(&adjoint, &tangent)], 1e-12);
    }
}

/// Zeros in place of NaN.
fn finite(x: &[f64]) -> Vec<f64> {
    x.iter().map(|x| if x.is_nan() { 0.0 } else { *x }).collect()
}

/// `x + h·y`.
fn sum(x: &[f64], y: &[f64], h: f64) -> Vec<f64> {
    x.iter().zip(y).map(|(x, y)| x + h * y).collect()
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}
