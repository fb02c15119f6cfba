//! `ht`: hand tracking, a hand of bones and skin that is fitted to points.
//!
//! The parameters are `θ = (rotation, translation, angles of the fingers)`, 26 numbers. Bone `b` stands relative to its parent at
//! `Bᵦ·R(angles)`, absolutely at the product of these from the root on, and moves the skin by `Tᵦ = absoluteᵦ·inverseᵦ`. Vertex `v`
//! of the skin is at `Σᵦ wᵥᵦ·Tᵦ·baseᵥ`, then turned and moved as a whole. A point's error is its distance from a vertex, or in the
//! complicated variant from the place `u₀·a + u₁·b + (1 − u₀ − u₁)·c` on a triangle.

use std::sync::Arc;

use anygrad::linalg::{Matrix, Vector};
use anygrad::{Scalar, differentiable};
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Eval, Options, Workload, parse};
use crate::job::{self, value};
use crate::{Error, Job};

/// The eval.
pub const EVAL: Eval = Eval {
    name: "ht",
    functions: &[("objective", objective), ("jacobian", jacobian)],
    workloads: &[
        Workload { name: "simple 100", input: |rng| json!(Input::random(false, 544, 100, rng)) },
        Workload { name: "complicated 100", input: |rng| json!(Input::random(true, 544, 100, rng)) },
        Workload { name: "simple 800", input: |rng| json!(Input::random(false, 544, 800, rng)) },
        Workload { name: "complicated 800", input: |rng| json!(Input::random(true, 544, 800, rng)) },
    ],
};

/// So many bones has a hand.
pub const BONES: usize = 22;

/// A map of space with a translation, row by row.
type Affine<S> = [[S; 4]; 4];

/// What the eval takes. Without `us` it is the simple variant, where a correspondence is the number of a vertex and not of a
/// triangle.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Input {
    /// Rotation, translation and angles.
    pub theta: Vec<f64>,
    /// A place on each triangle.
    pub us: Vec<[f64; 2]>,
    /// The points and the hand.
    pub data: Measured,
}

impl Input {
    /// A hand of some vertices, with points; complicated or simple. As in a hand, five fingers of four bones start at the first
    /// bone, and so does the last one: some tools rely on it.
    pub fn random(is_complicated: bool, vertices: usize, points: usize, rng: &mut impl Rng) -> Self {
        let mut place = || std::array::from_fn(|_| rng.random_range(-1.0..1.0));
        let bases = (0..vertices).map(|_| place()).map(|[x, y, z]: [f64; 3]| [x, y, z, 1.0]).collect();
        let points: Vec<[f64; 3]> = (0..points).map(|_| place()).collect();
        let model = Model {
            bone_names: (0..BONES).map(|bone| format!("bone {bone}")).collect(),
            parents: (0..BONES as i64)
                .map(|bone| {
                    if bone == 0 {
                        -1
                    } else if bone % 4 == 1 {
                        0
                    } else {
                        bone - 1
                    }
                })
                .collect(),
            base_relatives: (0..BONES).map(|_| affine(rng)).collect(),
            inverse_base_absolutes: (0..BONES).map(|_| affine(rng)).collect(),
            base_positions: bases,
            weights: (0..vertices).map(|_| (0..BONES).map(|_| rng.random_range(0.0..0.1)).collect()).collect(),
            triangles: (0..vertices).map(|v| [v, (v + 1) % vertices, (v + 2) % vertices]).collect(),
            is_mirrored: false,
        };
        let us = points.iter().map(|_| [rng.random_range(0.0..0.5), rng.random_range(0.0..0.5)]).collect();
        Self {
            theta: (0..26).map(|_| rng.random_range(-0.5..0.5)).collect(),
            us: if is_complicated { us } else { Vec::new() },
            data: Measured {
                correspondences: points.iter().map(|_| rng.random_range(0..vertices)).collect(),
                points,
                model,
            },
        }
    }
}

/// A map that is near the identity.
fn affine(rng: &mut impl Rng) -> [[f64; 4]; 4] {
    let mut entry = |i: usize, j: usize| f64::from(u8::from(i == j)) + rng.random_range(-0.2..0.2);
    let map = std::array::from_fn(|i| std::array::from_fn(|j| entry(i, j)));
    let [x, y, z, _] = map;
    [x, y, z, [0.0, 0.0, 0.0, 1.0]]
}

/// Points, and which part of the hand each of them is of.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Measured {
    /// A vertex or a triangle for each point.
    pub correspondences: Vec<usize>,
    /// The points.
    pub points: Vec<[f64; 3]>,
    /// The hand.
    pub model: Model,
}

/// A hand.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Model {
    /// What the bones are called, which some tools count.
    #[serde(default)]
    pub bone_names: Vec<String>,
    /// The bone that a bone is fixed to, of a smaller number; −1 for a root.
    pub parents: Vec<i64>,
    /// Where a bone without rotation is, relative to its parent.
    pub base_relatives: Vec<Affine<f64>>,
    /// The inverse of where it is in the hand at rest.
    pub inverse_base_absolutes: Vec<Affine<f64>>,
    /// The vertices of the hand at rest; the last number is 1.
    pub base_positions: Vec<[f64; 4]>,
    /// How much each bone moves each vertex.
    pub weights: Vec<Vec<f64>>,
    /// The vertices of each triangle.
    pub triangles: Vec<[usize; 3]>,
    /// Whether it is the other hand.
    pub is_mirrored: bool,
}

/// The data of the errors.
#[derive(Clone, Debug)]
pub struct Data {
    parents: Vec<Option<usize>>,
    relatives: Vec<Affine<f64>>,
    inverses: Vec<Affine<f64>>,
    /// `wᵥᵦ·baseᵥ` of all bones side by side, a row for each vertex.
    skin: Matrix<f64>,
    is_mirrored: bool,
    points: Matrix<f64>,
    /// The vertices of each correspondence: one list, or the three corners' lists.
    vertices: Vec<Vec<usize>>,
    us: Vec<[f64; 2]>,
}

/// The errors where each correspondence is a vertex, coordinate by coordinate.
#[differentiable]
pub fn simple<S: Scalar<Real = f64>>(theta: &[S; 26], data: Arc<Data>) -> Result<Vector<S>, anygrad::Error> {
    let skin = skin(theta, &data)?;
    let vertices = skin.select_rows(&data.vertices[0])?;
    Ok(Matrix::constant(&data.points).sub(&vertices)?.flatten())
}

/// The errors where each correspondence is a place on a triangle, coordinate by coordinate.
///
/// The places of all are moved by one `offset`, which is 0. Since an error reads the place of its own point alone, its
/// derivative by the offset is that by its own `u`: the Jacobian by `(offset, θ)` is the one that the eval asks for.
#[differentiable]
pub fn complicated<S: Scalar<Real = f64>>(
    offset: &[S; 2],
    theta: &[S; 26],
    data: Arc<Data>,
) -> Result<Vector<S>, anygrad::Error> {
    let skin = skin(theta, &data)?;
    let corner = |k: usize| skin.select_rows(&data.vertices[k]);
    let u = [0, 1].map(|k| Vector::constant(&Vector::new(data.us.iter().map(|u| u[k]))).shift(offset[k]));
    let rest = u[0].add(&u[1])?.negate().shift(S::one());
    let places = corner(0)?.scale_columns_by(&u[0])?.add(&corner(1)?.scale_columns_by(&u[1])?)?;
    let places = places.add(&corner(2)?.scale_columns_by(&rest)?)?;
    Ok(Matrix::constant(&data.points).sub(&places)?.flatten())
}

/// The vertices of the hand, a row each.
fn skin<S: Scalar<Real = f64>>(theta: &[S; 26], data: &Data) -> Result<Matrix<S>, anygrad::Error> {
    let moved = movements(theta, data);
    // Σᵦ wᵥᵦ·Tᵦ·baseᵥ of all vertices is one product of matrices. A mirror turns the sign of the first coordinate.
    let element = |i: usize, k: usize| {
        let element = moved[k / 4][i][k % 4];
        if data.is_mirrored && i == 0 { -element } else { element }
    };
    let vertices = Matrix::constant(&data.skin).matmul_transposed(&Matrix::from_fn(3, 4 * BONES, element))?;
    let [r1, r2, r3, translation @ ..] = theta.first_chunk::<6>().map_or([S::zero(); 6], |pose| *pose);
    let turned = vertices.matmul_transposed(&Matrix::from_rows(turn([r1, r2, r3])))?;
    turned.add_to_rows(&Vector::new(translation))
}

/// How each bone moves the skin, `Tᵦ`.
fn movements<S: Scalar<Real = f64>>(theta: &[S; 26], data: &Data) -> Vec<Affine<S>> {
    let mut absolutes: Vec<Affine<S>> = Vec::with_capacity(BONES);
    for ((angles, relative), parent) in angles(theta).into_iter().zip(&data.relatives).zip(&data.parents) {
        let relative = product(&lifted(relative), &rotation(angles));
        absolutes.push(parent.map_or(relative, |parent| product(&absolutes[parent], &relative)));
    }
    absolutes.iter().zip(&data.inverses).map(|(absolute, inverse)| product(absolute, &lifted(inverse))).collect()
}

/// The angles of each bone about the axes x, z and y. A finger has three joints; its first one turns about two axes.
fn angles<S: Scalar<Real = f64>>(theta: &[S; 26]) -> [[S; 3]; BONES] {
    let mut angles = [[S::zero(); 3]; BONES];
    for (finger, joints) in theta[6..].chunks_exact(4).enumerate() {
        let first = 2 + 4 * finger;
        angles[first] = [joints[0], joints[1], S::zero()];
        angles[first + 1][0] = joints[2];
        angles[first + 2][0] = joints[3];
    }
    angles
}

/// `R_z·R_y·R_x`, without a translation.
fn rotation<S: Scalar<Real = f64>>([x, z, y]: [S; 3]) -> Affine<S> {
    let (o, l) = (S::zero(), S::one());
    let [(sx, cx), (sy, cy), (sz, cz)] = [x, y, z].map(S::sin_cos);
    let about_x = [[l, o, o, o], [o, cx, -sx, o], [o, sx, cx, o], [o, o, o, l]];
    let about_y = [[cy, o, sy, o], [o, l, o, o], [-sy, o, cy, o], [o, o, o, l]];
    let about_z = [[cz, -sz, o, o], [sz, cz, o, o], [o, o, l, o], [o, o, o, l]];
    product(&product(&about_z, &about_y), &about_x)
}

/// The rotation about an axis by the axis' length.
fn turn<S: Scalar<Real = f64>>(axis: [S; 3]) -> [[S; 3]; 3] {
    let (o, l) = (S::zero(), S::one());
    let angle = (axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]).sqrt();
    if angle < S::constant(1e-4) {
        return [[l, o, o], [o, l, o], [o, o, l]];
    }
    let [x, y, z] = axis.map(|x| x / angle);
    let (s, c) = angle.sin_cos();
    let d = l - c;
    [
        [x * x * d + c, x * y * d - z * s, x * z * d + y * s],
        [x * y * d + z * s, y * y * d + c, y * z * d - x * s],
        [x * z * d - y * s, y * z * d + x * s, z * z * d + c],
    ]
}

fn product<S: Scalar>(a: &Affine<S>, b: &Affine<S>) -> Affine<S> {
    let entry = |i: usize, j: usize| a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j] + a[i][3] * b[3][j];
    std::array::from_fn(|i| std::array::from_fn(|j| entry(i, j)))
}

fn lifted<S: Scalar<Real = f64>>(a: &Affine<f64>) -> Affine<S> {
    a.map(|row| row.map(S::constant))
}

/// The function of a variant with its point.
#[derive(Clone, Debug)]
pub enum Variant {
    /// Each correspondence is a vertex.
    Simple(Simple, [f64; 26]),
    /// Each is a place on a triangle.
    Complicated(Complicated, ([f64; 2], [f64; 26])),
}

/// The function of an input, and its point.
///
/// # Errors
/// What is wrong with the input.
pub fn read(input: Value) -> Result<Variant, Error> {
    let Input { theta, us, data } = parse(EVAL.name, input)?;
    let theta = <[f64; 26]>::try_from(theta).map_err(|theta| mismatch("26 parameters", theta.len()))?;
    let is_simple = us.is_empty();
    let data = Arc::new(checked(data, us)?);
    Ok(if is_simple {
        Variant::Simple(Simple { data }, theta)
    } else {
        Variant::Complicated(Complicated { data }, ([0.0; 2], theta))
    })
}

fn mismatch(expected: impl ToString, found: impl ToString) -> Error {
    Error::Mismatch { module: EVAL.name, expected: expected.to_string(), found: found.to_string() }
}

/// Data whose parts fit each other.
fn checked(Measured { correspondences, points, model }: Measured, us: Vec<[f64; 2]>) -> Result<Data, Error> {
    let count = |what: &str, expected: usize, found: usize| {
        if found == expected { Ok(()) } else { Err(mismatch(format!("{expected} {what}"), found)) }
    };
    count("points", correspondences.len(), points.len())?;
    count("parents", BONES, model.parents.len())?;
    count("relative positions of bones", BONES, model.base_relatives.len())?;
    count("inverse positions of bones", BONES, model.inverse_base_absolutes.len())?;
    count("rows of weights", model.base_positions.len(), model.weights.len())?;
    model.weights.iter().try_for_each(|weights| count("weights of a vertex", BONES, weights.len()))?;
    let vertices = if us.is_empty() {
        vec![correspondences]
    } else {
        count("places on triangles", correspondences.len(), us.len())?;
        corners(&correspondences, &model.triangles)?.into()
    };
    let len = model.base_positions.len();
    if let Some(vertex) = vertices.iter().flatten().find(|&&vertex| vertex >= len) {
        return Err(mismatch(format!("a vertex below {len}"), vertex));
    }
    let (bases, weights) = (&model.base_positions, &model.weights);
    Ok(Data {
        parents: model
            .parents
            .iter()
            .enumerate()
            .map(|(bone, &parent)| checked_parent(bone, parent))
            .collect::<Result<_, _>>()?,
        skin: Matrix::from_fn(len, 4 * BONES, |v, k| weights[v][k / 4] * bases[v][k % 4]),
        relatives: model.base_relatives,
        inverses: model.inverse_base_absolutes,
        is_mirrored: model.is_mirrored,
        points: Matrix::from_rows(points),
        vertices,
        us,
    })
}

/// The bone that a bone is fixed to.
fn checked_parent(bone: usize, parent: i64) -> Result<Option<usize>, Error> {
    match usize::try_from(parent) {
        Err(_) => Ok(None),
        Ok(parent) if parent < bone => Ok(Some(parent)),
        Ok(parent) => Err(mismatch(format!("a parent of bone {bone} before it"), parent)),
    }
}

/// The first, second and third corners of some triangles.
fn corners(numbers: &[usize], triangles: &[[usize; 3]]) -> Result<[Vec<usize>; 3], Error> {
    let triangle = |&number| {
        triangles.get(number).ok_or_else(|| mismatch(format!("a triangle below {}", triangles.len()), number))
    };
    let found: Vec<&[usize; 3]> = numbers.iter().map(triangle).collect::<Result<_, _>>()?;
    Ok([0, 1, 2].map(|k| found.iter().map(|corners| corners[k]).collect()))
}

fn objective(input: Value, _: Options) -> Result<Box<dyn Job>, Error> {
    let write = |y: &Vector<f64>| json!(y.to_vec());
    Ok(match read(input)? {
        Variant::Simple(f, x) => value(f, x, write),
        Variant::Complicated(f, x) => value(f, x, write),
    })
}

fn jacobian(input: Value, options: Options) -> Result<Box<dyn Job>, Error> {
    let write = |jacobian: &anygrad::Dense<f64>| (0..jacobian.shape().0).map(|i| json!(jacobian.row(i))).collect();
    match read(input)? {
        Variant::Simple(f, x) => job::jacobian(options.method, f, x, write),
        Variant::Complicated(f, x) => job::jacobian(options.method, f, x, write),
    }
}
