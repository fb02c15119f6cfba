//! Steps of optimisers against their formulas.

use anygrad::Error;
use anygrad::linalg::{Matrix, Vector};
use anygrad_nn::{Adam, GradientDescent, Momentum, Optimiser, Schedule};

/// The gradients that come, whatever the parameters.
const GRADIENTS: [f64; 3] = [0.5, -0.25, 1.0];

fn path<O: Optimiser<f64>>(mut optimiser: O) -> [f64; 3] {
    let mut p = 1.0;
    GRADIENTS.map(|gradient| {
        optimiser.step(&mut p, &gradient).expect("numbers have one shape");
        p
    })
}

fn near(found: [f64; 3], expected: [f64; 3]) {
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15), "{found:?} and {expected:?}");
}

/// By Python, with the formulas of Kingma & Ba 2015, algorithm 1:
/// `for t, g in enumerate([.5, -.25, 1.], 1): m = .9*m + .1*g; v = .999*v + .001*g*g;`
/// `p -= .1*(m/(1 - .9**t))/(math.sqrt(v/(1 - .999**t)) + 1e-8); print(p)`.
#[test]
fn adam_walks_the_path_of_the_paper() {
    near(path(Adam::new(0.1)), [0.900000002, 0.8733662987078463, 0.8075551396770898]);
}

/// `v = 0.5, 0.2, 1.18` by hand, times the rate of 0.1.
#[test]
fn momentum_keeps_its_velocity() {
    near(path(Momentum::new(0.1, 0.9)), [0.95, 0.93, 0.812]);
}

/// With rates of 0.2, 0.1, 0.05.
#[test]
fn the_schedule_lowers_the_rate() {
    let optimiser = GradientDescent::new(0.2).with_schedule(Schedule::Exponential { decay: 0.5 });
    near(path(optimiser), [0.9, 0.925, 0.875]);
    let factors = [0, 1, 2, 3, 4].map(|step| Schedule::Halve { every: 2 }.factor(step));
    assert_eq!(factors, [1.0, 1.0, 0.5, 0.5, 0.25]);
    let cosine = Schedule::Cosine { steps: 3 };
    assert!((cosine.factor(1) - 0.75).abs() < 1e-15 && cosine.factor(3) == 0.0 && cosine.factor(7) == 0.0);
}

type Parameters = (f64, (Matrix<f64>, Vec<Vector<f64>>), [f64; 2]);

/// 1 + 6 + 3 + 2 + 2 numbers.
fn parameters(f: impl Fn(usize) -> f64) -> Parameters {
    let vectors = vec![Vector::from_fn(3, |i| f(7 + i)), Vector::from_fn(2, |i| f(10 + i))];
    (f(0), (Matrix::from_fn(2, 3, |i, j| f(1 + 3 * i + j)), vectors), [f(12), f(13)])
}

/// Each number of a structure goes its own way, whether it is in an array or not; a structure that was cloned stays.
#[test]
fn structures_step_number_by_number() -> Result<(), Error> {
    let start = |i: usize| 1.0 + 0.1 * i as f64;
    let slope = |i: usize, step: usize| GRADIENTS[step] * (1.0 + i as f64);
    let (mut adam, mut all) = (Adam::new(0.1), parameters(start));
    let before = all.clone();
    (0..3).try_for_each(|step| adam.step(&mut all, &parameters(|i| slope(i, step))))?;
    let alone = |i: usize| {
        let (mut adam, mut p) = (Adam::new(0.1), start(i));
        (0..3).for_each(|step| adam.step(&mut p, &slope(i, step)).expect("numbers have one shape"));
        p
    };
    assert_eq!(all, parameters(alone));
    assert_eq!(before, parameters(start));
    assert_eq!(adam.steps, 3);
    // m = 0.9·(0.9·0.05 − 0.025) + 0.1, times the number's factor.
    let first = adam.moments.map(|(first, _)| first.1.0.get(0, 2)).expect("there were steps")?;
    assert!((first - 0.118 * 4.0).abs() < 1e-15);
    Ok(())
}

#[test]
fn shapes_are_checked_before_anything_changes() {
    let (mut p, short) = (Vector::new([1.0, 2.0]), Vector::new([1.0]));
    let error = Adam::new(0.1).step(&mut p, &short).unwrap_err().to_string();
    assert_eq!(error, "gradient: expected length 2, found 1");
    let mut momentum = Momentum::new(0.1, 0.9);
    momentum.step(&mut short.clone(), &short).expect("one shape");
    let error = momentum.step(&mut p, &Vector::new([1.0, 1.0])).unwrap_err().to_string();
    assert_eq!(error, "optimiser state: expected length 2, found 1");
    assert_eq!(p.to_vec(), [1.0, 2.0]);
}
