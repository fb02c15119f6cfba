//! `ba`: bundle adjustment, where each observation sees one point by one camera.
//!
//! A camera is `(r, C, f, u₀, v₀, k₁, k₂)`: rotation vector, centre, focal length, principal point, radial distortion. With
//! `(a, b, c) = R(r)·(X − C)`, `q = (a/c, b/c)` and `ρ = q·q` it shows the point `X` at `f·q·(1 + k₁·ρ + k₂·ρ²) + (u₀, v₀)`.
//! The errors of an observation with weight `w` are the two of `w·(shown − feature)`, and `1 − w²`.
//!
//! Each observation reads 11 + 3 + 1 numbers of all, so that the Jacobian, `3p×(11n + 3m + p)` for `n` cameras, `m` points and `p`
//! observations, is made of blocks: one Jacobian each, put together in compressed rows.

mod assembly;

use anygrad::{Scalar, Tree, differentiable};
use rand::{Rng, RngExt};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) use self::assembly::Assembly;
use super::{Eval, Options, Workload, parse};
use crate::blocks::blocks;
use crate::job::job;
use crate::{Error, Job};

/// The eval.
pub const EVAL: Eval = Eval {
    name: "ba",
    functions: &[("objective", objective), ("jacobian", jacobian)],
    workloads: &[
        Workload { name: "n=49 m=7776 p=31843", input: |rng| json!(Input::random(49, 7776, 31843, rng)) },
        Workload { name: "n=161 m=48126 p=182072", input: |rng| json!(Input::random(161, 48126, 182072, rng)) },
        Workload { name: "n=257 m=65132 p=225911", input: |rng| json!(Input::random(257, 65132, 225911, rng)) },
    ],
};

/// What the eval takes: one camera, point, weight and feature, and how many there are of each.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    n: usize,
    m: usize,
    p: usize,
    cam: [f64; 11],
    x: [f64; 3],
    w: f64,
    feat: [f64; 2],
}

impl Input {
    /// `p` observations of `m` points by `n` cameras.
    pub fn random(n: usize, m: usize, p: usize, rng: &mut impl Rng) -> Self {
        let mut about = |centre: f64, radius: f64| centre + rng.random_range(-radius..radius);
        let rotation = [about(0.0, 1.0), about(0.0, 1.0), about(0.0, 1.0)];
        let centre = [about(0.0, 0.5), about(0.0, 0.5), about(-6.0, 0.5)];
        let lens = [about(2.0, 0.5), about(0.0, 0.5), about(0.0, 0.5), about(0.0, 0.1), about(0.0, 0.01)];
        let (x, w) = ([about(0.0, 1.0), about(0.0, 1.0), about(0.0, 1.0)], about(1.0, 0.5));
        let ([r1, r2, r3], [c1, c2, c3], [f, u, v, k1, k2]) = (rotation, centre, lens);
        Self { n, m, p, cam: [r1, r2, r3, c1, c2, c3, f, u, v, k1, k2], x, w, feat: [about(0.0, 1.0), about(0.0, 1.0)] }
    }
}

/// What an observation depends on: its parameters, of which there is a derivative by each, and the feature that it saw.
#[derive(Clone, Copy, Debug, Tree)]
pub struct Observation<S: Scalar<Real = f64>> {
    pub(crate) camera: [S; 11],
    pub(crate) point: [S; 3],
    pub(crate) weight: S,
    pub(crate) feature: [S; 2],
}

/// So many numbers of an observation are parameters.
pub(crate) const PARAMETERS: usize = 15;

/// So many there are with the feature.
pub(crate) const NUMBERS: usize = PARAMETERS + 2;

/// The errors of an observation: two of its place, one of its weight.
#[differentiable]
pub fn errors<S: Scalar<Real = f64>>(observation: &Observation<S>) -> [S; 3] {
    let Observation { camera, point, weight, feature } = *observation;
    let [x, y] = project(&camera, point);
    [weight * (x - feature[0]), weight * (y - feature[1]), -(weight * weight) + 1.0]
}

/// Where a camera shows a point.
fn project<S: Scalar<Real = f64>>(&[r1, r2, r3, c1, c2, c3, f, u0, v0, k1, k2]: &[S; 11], [x, y, z]: [S; 3]) -> [S; 2] {
    let [a, b, c] = rotate([r1, r2, r3], [x - c1, y - c2, z - c3]);
    let (a, b) = (a / c, b / c);
    let squared = a * a + b * b;
    let distortion = k1 * squared + k2 * squared * squared + 1.0;
    [a * distortion * f + u0, b * distortion * f + v0]
}

/// A point turned about an axis by the length of the axis (Rodrigues).
fn rotate<S: Scalar<Real = f64>>(axis: [S; 3], point: [S; 3]) -> [S; 3] {
    let squared = dot(axis, axis);
    if squared == S::zero() {
        let moved = cross(axis, point);
        return std::array::from_fn(|i| point[i] + moved[i]);
    }
    let angle = squared.sqrt();
    let (sine, cosine) = angle.sin_cos();
    let axis = axis.map(|x| x / angle);
    let moved = cross(axis, point);
    let along = dot(axis, point) * (-cosine + 1.0);
    std::array::from_fn(|i| point[i] * cosine + moved[i] * sine + axis[i] * along)
}

fn dot<S: Scalar>(a: [S; 3], b: [S; 3]) -> S {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross<S: Scalar>(a: [S; 3], b: [S; 3]) -> [S; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// All cameras, points and observations.
#[derive(Clone, Debug)]
pub struct Scene {
    cameras: Vec<[f64; 11]>,
    points: Vec<[f64; 3]>,
    weights: Vec<f64>,
    features: Vec<[f64; 2]>,
}

impl Scene {
    /// Observation `i`: of point `i mod m`, by camera `i mod n`.
    pub fn observation(&self, i: usize) -> Observation<f64> {
        let (camera, point) = self.seen(i);
        let (weight, feature) = (self.weights[i], self.features[i]);
        Observation { camera: self.cameras[camera], point: self.points[point], weight, feature }
    }

    /// How many observations there are.
    pub(crate) fn count(&self) -> usize {
        self.weights.len()
    }

    fn seen(&self, i: usize) -> (usize, usize) {
        (i % self.cameras.len(), i % self.points.len())
    }
}

/// The scene of an input.
///
/// # Errors
/// What is wrong with the input.
pub fn read(input: Value) -> Result<Scene, Error> {
    let Input { n, m, p, cam, x, w, feat } = parse(EVAL.name, input)?;
    let mismatch = |expected: &str, found| Error::Mismatch { module: EVAL.name, expected: expected.into(), found };
    if p == 0 || n == 0 || m == 0 {
        return Err(mismatch("a camera, a point and an observation", format!("n = {n}, m = {m}, p = {p}")));
    }
    // The places in the sparse matrix are numbers of 32 bits.
    let columns =
        [n.checked_mul(11), m.checked_mul(3), Some(p)].into_iter().try_fold(0_usize, |sum, k| sum.checked_add(k?));
    let entries = p.checked_mul(2 * PARAMETERS + 1);
    if [columns, entries].iter().any(|count| count.is_none_or(|count| u32::try_from(count).is_err())) {
        return Err(mismatch("a matrix with less than 2³² columns and entries", format!("n = {n}, m = {m}, p = {p}")));
    }
    Ok(Scene { cameras: vec![cam; n], points: vec![x; m], weights: vec![w; p], features: vec![feat; p] })
}

fn objective(input: Value, options: Options) -> Result<Box<dyn Job>, Error> {
    let scene = read(input)?;
    let evaluate = move |found: &mut Vec<[f64; 3]>| {
        let error = |i| errors(&scene.observation(i));
        let count = scene.count();
        if options.multithreaded {
            (0..count).into_par_iter().map(error).collect_into_vec(found);
        } else {
            found.clear();
            found.extend((0..count).map(error));
        }
        Ok(())
    };
    Ok(job("plain", Vec::new(), evaluate, |found| written(found)))
}

/// The errors of all observations, as the eval asks for them. They are equal, so that one stands for all.
pub(crate) fn written(found: &[[f64; 3]]) -> Value {
    match found {
        &[[x, y, w], ..] => json!({
            "reproj_error": { "elements": [x, y], "repeated": found.len() },
            "w_err": { "element": w, "repeated": found.len() },
        }),
        [] => Value::Null,
    }
}

fn jacobian(input: Value, options: Options) -> Result<Box<dyn Job>, Error> {
    blocks(options, Errors, Assembly::new(read(input)?))
}
