//! `kmeans`.

use serde_json::{Value, json};

use super::super::library::{Function, Library};
use super::super::number::Number;
use super::short::total;
use super::{Order, plain};
use crate::evals::kmeans::read;
use crate::job::job;
use crate::{Error, Job};

/// The sum of the squared distances of the points to their nearest centroids, which lie one after the other. Which of them is the
/// nearest is found by values.
struct Cost {
    points: Vec<Vec<f64>>,
}

impl Function for Cost {
    fn call<N: Number>(&self, x: &[N]) -> N {
        let values: Vec<f64> = x.iter().map(|x| x.value()).collect();
        let zero = || x[0].constant(0.0);
        let distance = |point: &Vec<f64>| {
            let first = nearest(point, &values) * point.len();
            let squares = point.iter().zip(&x[first..]).map(|(&p, &c)| {
                let apart = c.shift(-p);
                apart * apart
            });
            total(squares, zero)
        };
        total(self.points.iter().map(distance), zero)
    }
}

/// The number of the centroid that is nearest to a point.
fn nearest(point: &[f64], centroids: &[f64]) -> usize {
    let distance = |centroid: &[f64]| centroid.iter().zip(point).map(|(c, p)| (p - c) * (p - c)).sum::<f64>();
    let distances = centroids.chunks_exact(point.len()).map(distance);
    let less = |(best, least): (usize, f64), (number, distance)| {
        if distance < least { (number, distance) } else { (best, least) }
    };
    distances.enumerate().fold((0, f64::INFINITY), less).0
}

pub(super) fn prepare<L: Library>(order: Order, input: Value) -> Result<Box<dyn Job>, Error> {
    let (f, centroids) = read(input)?;
    let (f, (_, d), x) = (Cost { points: f.points.to_rows() }, centroids.shape(), centroids.as_slice().to_vec());
    if x.is_empty() {
        return Err(L::unserved("expected an input, found none"));
    }
    if order == Order::Primal {
        return Ok(plain::<L, _>(move || f.call(&x)));
    }
    let mut compute = L::curvature(f, x)?;
    let evaluate = move |[step, gradient, diagonal]: &mut [Vec<f64>; 3]| {
        compute(gradient, diagonal);
        step.clear();
        step.extend(gradient.iter().zip(diagonal).map(|(slope, second)| slope / *second));
        Ok(())
    };
    Ok(job(L::NAME, Default::default(), evaluate, move |[step, ..]| {
        step.chunks_exact(d).map(|row| json!(row)).collect()
    }))
}
