//! `kmeans`: the cost of `k` centroids `cⱼ` for `n` points `pᵢ`, and the step of Newton's method for each of their coordinates.
//!
//! `Σᵢ minⱼ ‖pᵢ − cⱼ‖²`. The step is `J/H`, element by element, with the gradient `J` and the diagonal `H` of the Hessian.

use anygrad::linalg::Matrix;
use anygrad::{Scalar, differentiable};
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Eval, Options, Workload, matrix, parse};
use crate::job::{gradient_and_hvp, value};
use crate::{Error, Job};

/// The eval.
pub const EVAL: Eval = Eval {
    name: "kmeans",
    functions: &[("cost", primal), ("dir", step)],
    workloads: &[
        Workload { name: "k=10 n=1000 d=8", input: |rng| json!(Input::random(10, 1000, 8, rng)) },
        Workload { name: "k=100 n=10000 d=16", input: |rng| json!(Input::random(100, 10000, 16, rng)) },
    ],
};

/// What the eval takes: points and centroids, a row each.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    points: Vec<Vec<f64>>,
    centroids: Vec<Vec<f64>>,
}

impl Input {
    /// `n` points of `d` numbers, of which the first `k` are the centroids.
    pub fn random(k: usize, n: usize, d: usize, rng: &mut impl Rng) -> Self {
        let point = |_| (0..d).map(|_| rng.random_range(-1.0..1.0)).collect();
        let points: Vec<Vec<f64>> = (0..n).map(point).collect();
        Self { centroids: points.iter().take(k).cloned().collect(), points }
    }
}

/// The sum of the squared distances of the points to their nearest centroids. Which centroid that is does not change in a
/// neighbourhood, so the derivatives are those of the distances to these.
#[differentiable]
pub fn cost<S: Scalar<Real = f64>>(centroids: &Matrix<S>, points: Matrix<f64>) -> Result<S, anygrad::Error> {
    let points = Matrix::constant(&points);
    let nearest = points.nearest_rows(centroids)?;
    Ok(points.sub(&centroids.take_rows(&nearest))?.square().sum())
}

/// The function for the points, and the centroids.
///
/// # Errors
/// What is wrong with the input.
pub fn read(input: Value) -> Result<(Cost, Matrix<f64>), Error> {
    let Input { points, centroids } = parse(EVAL.name, input)?;
    let Some(d) = centroids.first().map(Vec::len) else {
        return Err(Error::Mismatch { module: EVAL.name, expected: "a centroid".to_owned(), found: "none".to_owned() });
    };
    let points = matrix(EVAL.name, "point", points, d)?;
    Ok((Cost { points }, matrix(EVAL.name, "centroid", centroids, d)?))
}

fn rows(matrix: &Matrix<f64>) -> Value {
    json!(matrix.to_rows())
}

fn primal(input: Value, _: Options) -> Result<Box<dyn Job>, Error> {
    let (f, x) = read(input)?;
    Ok(value(f, x, |y| json!(y)))
}

/// Each point's distance depends on one centroid, and its coordinates do not mix in it: the Hessian is diagonal, and its product
/// with ones is its diagonal. A centroid that is nearest to no point has step 0/0.
fn step(input: Value, options: Options) -> Result<Box<dyn Job>, Error> {
    let (f, x) = read(input)?;
    let ones = x.map_each(|_| 1.0);
    gradient_and_hvp(options.method, f, x, ones, |gradient, diagonal| gradient.divide(&diagonal), rows)
}
