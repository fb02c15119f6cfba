//! The sparse Jacobian of a scene, put together out of the blocks of its observations.

use serde_json::{Value, json};

use super::{NUMBERS, Observation, PARAMETERS, Scene};
use crate::blocks::{Blocks, Part};

/// A sparse matrix in compressed rows: entries `rows[i]..rows[i + 1]` are those of row `i`.
#[derive(Clone, Debug, Default, PartialEq)]
struct Sparse {
    rows: Vec<u32>,
    columns: Vec<u32>,
    values: Vec<f64>,
}

/// The Jacobian of a scene: the rows of places come first, two an observation, then those of weights.
#[derive(Clone)]
pub(crate) struct Assembly {
    scene: Scene,
    jacobian: Sparse,
}

impl Assembly {
    /// The Jacobian of a scene, without entries.
    pub(crate) fn new(scene: Scene) -> Self {
        Self { scene, jacobian: Sparse::default() }
    }
}

/// So many entries has an observation in the rows of places.
const ENTRIES: usize = 2 * PARAMETERS;

/// The rows of some observations in the making.
pub(crate) struct Rows<'a> {
    scene: &'a Scene,
    /// The number of the first observation.
    first: usize,
    /// The ends of the rows of places, their columns and values.
    places: (&'a mut [u32], &'a mut [u32], &'a mut [f64]),
    /// And of the rows of weights.
    weights: (&'a mut [u32], &'a mut [u32], &'a mut [f64]),
}

impl Scene {
    /// The columns of an observation's parameters in the Jacobian; the last one is its weight's.
    fn columns(&self, i: usize) -> [u32; PARAMETERS] {
        let (camera, point) = self.seen(i);
        let (first_point, first_weight) = (11 * self.cameras.len(), 11 * self.cameras.len() + 3 * self.points.len());
        std::array::from_fn(|k| match k {
            0..11 => (11 * camera + k) as u32,
            11..14 => (first_point + 3 * point + k - 11) as u32,
            _ => (first_weight + i) as u32,
        })
    }
}

impl Blocks<Observation<f64>> for Assembly {
    type Part<'a> = Rows<'a>;

    fn first(&self) -> Option<Observation<f64>> {
        (!self.scene.weights.is_empty()).then(|| self.scene.observation(0))
    }

    fn parts(&mut self, count: usize) -> Vec<Rows<'_>> {
        let Self { scene, jacobian: Sparse { rows, columns, values } } = self;
        let p = scene.weights.len();
        rows.resize(1 + 3 * p, 0);
        columns.resize((ENTRIES + 1) * p, 0);
        values.resize((ENTRIES + 1) * p, 0.0);
        let each = p.div_ceil(count.max(1)).max(1);
        let (rows, weight_rows) = rows[1..].split_at_mut(2 * p);
        let (columns, weight_columns) = columns.split_at_mut(ENTRIES * p);
        let (values, weight_values) = values.split_at_mut(ENTRIES * p);
        let entries = columns.chunks_mut(ENTRIES * each).zip(values.chunks_mut(ENTRIES * each));
        let places = rows.chunks_mut(2 * each).zip(entries);
        let entries = weight_columns.chunks_mut(each).zip(weight_values.chunks_mut(each));
        let weights = weight_rows.chunks_mut(each).zip(entries);
        let part = |(number, (places, weights))| {
            let flat = |(rows, (columns, values))| (rows, columns, values);
            Rows { scene, first: number * each, places: flat(places), weights: flat(weights) }
        };
        places.zip(weights).enumerate().map(part).collect()
    }

    fn write(&self) -> Value {
        let Sparse { rows, columns, values } = &self.jacobian;
        json!({ "rows": sample(rows), "cols": sample(columns), "vals": sample(values) })
    }
}

impl Part<Observation<f64>> for Rows<'_> {
    fn count(&self) -> usize {
        self.weights.0.len()
    }

    fn point(&self, i: usize) -> Observation<f64> {
        self.scene.observation(self.first + i)
    }

    fn take(&mut self, i: usize, block: &[f64]) {
        let Self { scene, first, places: (rows, columns, values), weights } = self;
        let (observation, p) = (*first + i, scene.weights.len());
        let (numbers, to) = (scene.columns(observation), ENTRIES * i..ENTRIES * (i + 1));
        let (x, rest) = block.split_at(NUMBERS);
        let (y, weight) = rest.split_at(NUMBERS);
        for (row, (columns, values)) in [x, y].into_iter().zip(halves(&mut columns[to.clone()], &mut values[to])) {
            columns.copy_from_slice(&numbers);
            values.copy_from_slice(&row[..PARAMETERS]);
        }
        let ends = [1, 2].map(|row| (PARAMETERS * (2 * observation + row)) as u32);
        rows[2 * i..2 * i + 2].copy_from_slice(&ends);
        let (ends, columns, values) = weights;
        ends[i] = (ENTRIES * p + observation + 1) as u32;
        columns[i] = numbers[PARAMETERS - 1];
        values[i] = weight[PARAMETERS - 1];
    }
}

/// The entries of the two rows of places of an observation.
fn halves<'a>(columns: &'a mut [u32], values: &'a mut [f64]) -> impl Iterator<Item = (&'a mut [u32], &'a mut [f64])> {
    columns.chunks_mut(PARAMETERS).zip(values.chunks_mut(PARAMETERS))
}

/// The first numbers and the last one.
fn sample<T: Copy>(numbers: &[T]) -> Vec<T> {
    const FIRST: usize = 30;
    numbers.iter().take(FIRST).chain(numbers.last()).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The matrix of seven observations whose entries are numbers of their own, written in parts, twice.
    fn written(count: usize) -> Sparse {
        let scene = Scene {
            cameras: vec![[0.0; 11]; 2],
            points: vec![[0.0; 3]; 3],
            weights: vec![0.0; 7],
            features: vec![[0.0; 2]; 7],
        };
        let mut assembly = Assembly::new(scene);
        for _ in 0..2 {
            for mut part in assembly.parts(count) {
                for i in 0..part.count() {
                    let observation = part.first + i;
                    part.take(i, &std::array::from_fn::<_, { 3 * NUMBERS }, _>(|k| (100 * observation + k) as f64));
                }
            }
        }
        assembly.jacobian
    }

    #[test]
    fn parts_are_the_rows_of_one_matrix() {
        let Sparse { rows, columns, values } = written(1);
        let row = |i: usize| rows[i] as usize..rows[i + 1] as usize;
        assert_eq!((rows.len(), rows[0], rows[21] as usize), (22, 0, values.len()));
        // The second row of the sixth observation: camera 1, point 2, behind two cameras and three points its weight.
        let expected: Vec<u32> = (11..22).chain(28..31).chain([36]).collect();
        assert_eq!(columns[row(11)], expected);
        assert_eq!(values[row(11)], std::array::from_fn::<_, 15, _>(|k| (500 + 17 + k) as f64));
        // The row of its weight.
        assert_eq!((&columns[row(19)], &values[row(19)]), (&[36][..], &[500.0 + 34.0 + 14.0][..]));
        for count in [2, 3, 4, 7, 100] {
            assert_eq!(written(count), written(1), "{count}");
        }
    }
}
