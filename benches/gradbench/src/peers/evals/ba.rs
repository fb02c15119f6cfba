//! `ba`.

use serde_json::Value;

use super::super::library::{Library, Map};
use super::super::number::Number;
use super::Order;
use crate::blocks::{Blocks, Part};
use crate::evals::ba::{Assembly, NUMBERS, Observation, PARAMETERS, Scene, read};
use crate::job::job;
use crate::{Error, Job};

/// The two errors of an observation's place by its parameters.
struct Place {
    feature: [f64; 2],
}

impl Map<PARAMETERS, 2> for Place {
    fn call<S: Number>(&self, x: &[S; PARAMETERS]) -> [S; 2] {
        let [r1, r2, r3, c1, c2, c3, f, u0, v0, k1, k2, x, y, z, weight] = *x;
        let [a, b, c] = rotate([r1, r2, r3], [x - c1, y - c2, z - c3]);
        let (a, b) = (a / c, b / c);
        let squared = a * a + b * b;
        let distortion = (k1 * squared + k2 * squared * squared).shift(1.0);
        let shown = [a * distortion * f + u0, b * distortion * f + v0];
        std::array::from_fn(|i| weight * shown[i].shift(-self.feature[i]))
    }
}

/// The error of an observation's weight.
struct Weight;

impl Map<1, 1> for Weight {
    fn call<S: Number>(&self, &[weight]: &[S; 1]) -> [S; 1] {
        [(-(weight * weight)).shift(1.0)]
    }
}

/// A point turned about an axis by the length of the axis (Rodrigues).
fn rotate<N: Number>(axis: [N; 3], point: [N; 3]) -> [N; 3] {
    let squared = dot(axis, axis);
    if squared.value() == 0.0 {
        let moved = cross(axis, point);
        return std::array::from_fn(|i| point[i] + moved[i]);
    }
    let angle = squared.sqrt();
    let (sine, cosine) = (angle.sin(), angle.cos());
    let axis = axis.map(|x| x / angle);
    let moved = cross(axis, point);
    let along = dot(axis, point) * (-cosine).shift(1.0);
    std::array::from_fn(|i| point[i] * cosine + moved[i] * sine + axis[i] * along)
}

fn dot<N: Number>(a: [N; 3], b: [N; 3]) -> N {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross<N: Number>(a: [N; 3], b: [N; 3]) -> [N; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// The parameters of an observation.
fn parameters(Observation { camera, point, weight, .. }: &Observation<f64>) -> [f64; PARAMETERS] {
    std::array::from_fn(|i| match i {
        0..11 => camera[i],
        11..14 => point[i - 11],
        _ => *weight,
    })
}

pub(super) fn prepare<L: Library>(order: Order, input: Value) -> Result<Box<dyn Job>, Error> {
    let scene = read(input)?;
    match order {
        Order::Primal => Ok(objective::<L>(scene)),
        Order::Derivative => jacobian::<L>(scene),
    }
}

fn objective<L: Library>(scene: Scene) -> Box<dyn Job> {
    let evaluate = move |found: &mut Vec<[f64; 3]>| {
        found.clear();
        found.extend((0..scene.count()).map(|i| {
            let observation = scene.observation(i);
            let [x, y] = Place { feature: observation.feature }.call(&parameters(&observation));
            let [w] = Weight.call(&[observation.weight]);
            [x, y, w]
        }));
        Ok(())
    };
    job(L::NAME, Vec::new(), evaluate, |found| crate::evals::ba::written(found))
}

fn jacobian<L: Library>(scene: Scene) -> Result<Box<dyn Job>, Error> {
    let mut of_place = L::jacobian::<Place, PARAMETERS, 2>()?;
    let mut of_weight = L::jacobian::<Weight, 1, 1>()?;
    let evaluate = move |all: &mut Assembly| {
        let mut block = [0.0; 3 * NUMBERS];
        for mut part in all.parts(1) {
            for i in 0..part.count() {
                let observation = part.point(i);
                let rows = of_place(&Place { feature: observation.feature }, &parameters(&observation));
                for (to, row) in block.chunks_exact_mut(NUMBERS).zip(rows) {
                    to[..PARAMETERS].copy_from_slice(&row);
                }
                [[block[2 * NUMBERS + PARAMETERS - 1]]] = of_weight(&Weight, &[observation.weight]);
                part.take(i, &block);
            }
        }
        Ok(())
    };
    Ok(job(L::NAME, Assembly::new(scene), evaluate, Assembly::write))
}
