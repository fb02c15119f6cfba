//! Loops of the library, recorded once: against the same functions by eager modes, where they are plain loops.

use anygrad_core::loops::{self, Storage};
use anygrad_core::{Backend, Differentiable, Fixed, In, Leaf, Out, Scalar};
use anygrad_forward::Forward;
use anygrad_graph::{Program, Replay};
use anygrad_reverse::Reverse;
use anygrad_verify::{Exact, verify_with};

/// `Σ 100·(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²`.
struct Rosenbrock;

impl Differentiable for Rosenbrock {
    type Input = Vec<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        loops::sum(loops::windows(x, 2), |pair: &[S]| {
            let (valley, slope) = (pair[1] - pair[0] * pair[0], S::one() - pair[0]);
            valley * valley * 100.0 + slope * slope
        })
    }
}

/// A logistic loss with a ridge: `Σ ln(1 + exp(−yᵢ·w·xᵢ)) + ½·‖w‖²`.
struct Logistic {
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Logistic {
    fn of(rows: usize) -> Self {
        let x = (0..3 * rows).map(|i| (i as f64 * 0.7).sin()).collect();
        Self { x, y: (0..rows).map(|i| if i % 3 == 0 { 1.0 } else { -1.0 }).collect() }
    }
}

impl Differentiable for Logistic {
    type Input = [f64; 3];
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, w: &[S; 3]) -> S {
        let rows = (loops::data_rows(&self.x, 3), loops::data(&self.y));
        let loss = loops::sum(rows, |(x, y): (&[S], S)| {
            let z = x.iter().zip(w).map(|(&x, &w)| x * w).reduce(|a, b| a + b).unwrap_or(S::zero());
            (-(y * z)).softplus()
        });
        loss + S::dot(w, w) * 0.5
    }
}

/// Euler's method for a damped pendulum: angle and speed after some steps, and the largest angle on the way.
struct Pendulum {
    steps: usize,
    storage: Storage,
}

impl Differentiable for Pendulum {
    type Input = ([f64; 2], f64);
    type Output = [f64; 3];

    fn call<S: Scalar<Real = f64>>(&self, (start, damping): &([S; 2], S)) -> [S; 3] {
        let times: Vec<f64> = (0..self.steps).map(|i| i as f64 * 0.05).collect();
        let step = |[angle, speed]: [S; 2], t: S| {
            let force = -(angle.sin() + speed * *damping) + (t * 2.0).cos() * 0.3;
            ([angle + speed * 0.05, speed + force * 0.05], angle)
        };
        let ([angle, speed], angles) = loops::scan_stored(self.storage, *start, loops::data(&times), step);
        let mean = loops::sum(loops::each(&angles), |angle: S| angle * angle) / S::lit(self.steps as f64);
        [angle, speed, mean]
    }
}

/// A sum over rows of a matrix of a product over their entries: a loop in a loop, with what is outside of both.
struct Nested;

impl Differentiable for Nested {
    type Input = (Vec<f64>, f64);
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, (x, scale): &(Vec<S>, S)) -> S {
        loops::sum(loops::chunks(x, 4), |row: &[S]| {
            let first = row[0];
            loops::fold(S::one(), loops::each(row), |product, x| product * (x * *scale + first).sin())
        })
    }
}

/// `Σ |xᵢ|^½ for xᵢ > 0, (xᵢ·w)² else`: rows take two paths.
struct Forked;

impl Differentiable for Forked {
    type Input = (Vec<f64>, f64);
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, (x, w): &(Vec<S>, S)) -> S {
        loops::sum(loops::each(x), |x: S| if x > S::zero() { x.sqrt() } else { (x * *w) * (x * *w) })
    }
}

/// `yᵢ = tanh(w·xᵢ)`, then the differences of neighbours.
struct Chained;

impl Differentiable for Chained {
    type Input = (Vec<f64>, f64);
    type Output = Vec<f64>;

    fn call<S: Scalar<Real = f64>>(&self, (x, w): &(Vec<S>, S)) -> Vec<S> {
        let y = loops::map(loops::each(x), |x: S| (x * *w).tanh());
        let mut differences =
            loops::map((loops::windows(&y, 2), loops::windows(x, 2)), |(y, x): (&[S], &[S])| (y[1] - y[0]) * x[0]);
        differences.push(y[1]);
        differences
    }
}

fn check<F: Differentiable>(f: &F, x: &F::Input)
where
    F::Input: anygrad_core::Tree<Leaf = f64>,
{
    let panel = (Exact::new(Forward::new()), Exact::new(Reverse::new()), Exact::new(Replay::default()));
    verify_with(panel, f).at(x).run().unwrap().assert_agree();
    let _ = |x: &In<F, Leaf<F>>| -> Out<F, Leaf<F>> { f.call::<Leaf<F>>(x) };
}

fn wave(n: usize) -> Vec<f64> {
    (0..n).map(|i| (i as f64 * 1.3).sin()).collect()
}

#[test]
fn overlapping_windows() {
    check(&Rosenbrock, &wave(7));
    check(&Rosenbrock, &wave(1));
    check(&Rosenbrock, &wave(2));
}

#[test]
fn rows_of_data_and_numbers_from_outside() {
    check(&Logistic::of(5), &[0.3, -0.7, 1.1]);
    check(&Logistic::of(0), &[0.3, -0.7, 1.1]);
}

#[test]
fn steps_with_a_state() {
    for storage in [Storage::All, Storage::Root, Storage::Halving] {
        for steps in [0, 1, 7, 16, 30] {
            check(&Pendulum { steps, storage }, &([0.4, 0.1], 0.2));
        }
    }
}

#[test]
fn loops_in_loops() {
    check(&Nested, &(wave(12), 0.8));
}

#[test]
fn rows_on_different_paths() {
    check(&Forked, &(wave(9), 1.4));
}

#[test]
fn arrays_from_loop_to_loop() {
    check(&Chained, &(wave(6), 0.9));
}

#[test]
fn a_program_does_not_grow_with_the_rows() {
    let operations = |rows| {
        let program = Program::record(&Logistic::of(rows), &[0.3, -0.7, 1.1]).unwrap();
        (program.operations(), program.gradient().unwrap().operations())
    };
    assert_eq!(operations(10), operations(3000));
    assert!(operations(10).1 < 30, "{:?}", operations(10));
}

#[test]
fn sums_are_added_in_the_same_order_everywhere() {
    for rows in [1, 1023, 1024, 1025, 5000] {
        let (loss, w) = (Logistic::of(rows), [0.3, -0.7, 1.1]);
        let program = Program::record(&loss, &w).unwrap();
        assert_eq!(program.evaluate(&w).unwrap(), [loss.call::<f64>(&w)], "{rows}");
        let (value, _) = Replay::default().value_and_gradient(&loss, &w).unwrap();
        assert_eq!(value, loss.call::<f64>(&w), "{rows}");
    }
}

#[test]
fn a_row_on_another_path_is_recorded() {
    let (forked, mut replay) = (Fixed::new(Forked), Replay::default());
    let gradient = |x: Vec<f64>, replay: &mut Replay| {
        let point = (x, 2.0);
        let expected = Forward::new().gradient(forked.get(), &point).unwrap();
        assert_eq!(replay.gradient(&forked, &point).unwrap(), expected);
        replay.recordings()
    };
    assert_eq!(gradient(vec![1.0, 2.0, 3.0], &mut replay), 1);
    assert_eq!(gradient(vec![1.0, -2.0, 3.0], &mut replay), 2);
    // Both paths are known now.
    assert_eq!(gradient(vec![-1.0, -2.0, 3.0], &mut replay), 2);
    assert_eq!(gradient(vec![1.0, 2.0, 4.0], &mut replay), 2);
}
