//! Random local search and gradient walks, on the multiply gate `f(x, y) = x·y` from `(−2, 3)`.
#![cfg(all(feature = "search", feature = "finite", feature = "forward", feature = "reverse"))]

use std::cell::Cell;

use anygrad::prelude::*;
use anygrad::search::{GradientAscent, GradientDescent, RandomSearch, at_equal_evaluations};
use rand::{SeedableRng, rngs::StdRng};

const START: (f64, f64) = (-2.0, 3.0);
const RUNS: u64 = 3000;

struct Multiply;

impl Differentiable for Multiply {
    type Input = (f64, f64);
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, &(x, y): &(S, S)) -> S {
        x * y
    }
}

/// `Σ (xᵢ − 3)²` over a vector and a number.
struct Bowl;

impl Differentiable for Bowl {
    type Input = (Vec<f32>, f32);
    type Output = f32;
    fn call<S: Scalar<Real = f32>>(&self, (xs, y): &(Vec<S>, S)) -> S {
        xs.iter().chain([y]).map(|&x| (x - 3.0) * (x - 3.0)).sum()
    }
}

/// One input, as many outputs as the vector is long.
struct Copies(usize);

impl Differentiable for Copies {
    type Input = f64;
    type Output = Vec<f64>;
    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> Vec<S> {
        vec![*x; self.0]
    }
}

fn search(seed: u64) -> RandomSearch<Multiply, StdRng> {
    RandomSearch::new(Multiply, START, 0.01, StdRng::seed_from_u64(seed)).expect("a valid tweak")
}

/// The results of many seeded searches of 100 steps.
fn results(search: impl Fn(u64) -> RandomSearch<Multiply, StdRng>) -> Vec<f64> {
    (0..RUNS).map(|seed| search(seed).nth(99).expect("a step").expect("one output").value).collect()
}

fn mean_and_deviation(sample: &[f64]) -> (f64, f64) {
    let n = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / n;
    (mean, (sample.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)).sqrt())
}

#[test]
fn a_chained_search_reaches_the_published_results() {
    let results = results(search);
    let (mean, deviation) = mean_and_deviation(&results);
    // Reference of an independent simulation: mean −5.171, deviation 0.113; the standard error of each is about 0.002.
    assert!((mean + 5.171).abs() < 0.008, "mean {mean}");
    assert!((deviation - 0.113).abs() < 0.006, "deviation {deviation}");
    for result in results {
        assert!(result > -5.65 && result < -4.6, "{result}");
    }
}

#[test]
fn a_search_from_the_start_stays_under_its_bound() {
    let results = results(|seed| search(seed).from_start());
    let (mean, deviation) = mean_and_deviation(&results);
    // The noise fills a square around (−2, 3); the largest product on it is (−1.99)·(2.99) = −5.9501.
    assert!((mean + 5.9562).abs() < 0.0003, "mean {mean}");
    assert!(deviation > 0.0025 && deviation < 0.004, "deviation {deviation}");
    for result in results {
        assert!(result > -6.0 && result <= -1.99 * 2.99, "{result}");
    }
}

#[test]
fn the_noise_stays_on_the_square_around_the_centre() {
    let mut centre = START;
    for step in search(5).take(1000) {
        let point = step.expect("one output").point;
        for (x, from) in [(point.0, centre.0), (point.1, centre.1)] {
            assert!((x - from).abs() <= 0.01 + 1e-15, "{x} from {from}");
        }
        centre = point;
    }
}

#[test]
fn only_improvements_are_kept_and_every_try_is_counted() {
    let steps: Vec<_> = search(3).take(200).map(|step| step.expect("one output")).collect();
    for (before, after) in steps.iter().zip(&steps[1..]) {
        assert!(after.value > before.value || after.point == before.point);
        assert_eq!(after.evaluations, before.evaluations + 1);
    }
    assert!(steps.iter().all(|step| step.value == step.point.0 * step.point.1));
    assert_eq!(steps.len(), 200);
}

#[test]
fn a_seed_repeats_the_walk_and_another_does_not() {
    let walk = |seed| search(seed).take(50).map(|step| step.expect("one output").value).collect::<Vec<_>>();
    assert_eq!(walk(11), walk(11));
    assert_ne!(walk(11), walk(12));
}

#[test]
fn a_nan_is_never_an_improvement() {
    struct Undefined;
    impl Differentiable for Undefined {
        type Input = f64;
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
            (*x - 10.0).sqrt()
        }
    }
    let mut search = RandomSearch::new(Undefined, 1.0, 0.1, StdRng::seed_from_u64(0)).expect("a valid tweak");
    let step = search.nth(20).expect("a step").expect("one output");
    assert_eq!((step.point, step.value), (1.0, f64::NEG_INFINITY));
}

/// `x + y` grows by `1 + s` in every step and `x − y` shrinks by `1 − s`, so after `k` steps of `s` from `(−2, 3)`
/// `x·y = ((1+s)²ᵏ − 25·(1−s)²ᵏ)/4`.
fn ascended(steps: i32) -> f64 {
    (1.01_f64.powi(2 * steps) - 25.0 * 0.99_f64.powi(2 * steps)) / 4.0
}

fn check_ascent(backend: impl Backend, steps: usize, tolerance: f64) {
    let name = backend.name();
    let ascent = GradientAscent::new(&Multiply, START, 0.01, backend).expect("a valid step");
    for (k, step) in (1..).zip(ascent.take(steps)) {
        let step = step.expect("one output");
        assert!((step.value - ascended(k)).abs() < tolerance, "{name}, step {k}: {}", step.value);
    }
}

#[test]
fn the_gradient_climbs_as_the_closed_form_under_every_backend() {
    check_ascent(Forward::new(), 100, 1e-13);
    check_ascent(Reverse::new(), 100, 1e-13);
    check_ascent(Finite::default(), 100, 1e-8);
}

#[test]
fn at_equal_steps_the_gradient_is_ahead() {
    let random = search(0).nth(99).expect("a step").expect("one output").value;
    let ascent = GradientAscent::new(Multiply, START, 0.01, Reverse::new()).expect("a valid step");
    let gradient = ascent.take(100).last().expect("steps").expect("one output").value;
    // About 0.008 a step against 0.07.
    assert!((random + 6.0) / 100.0 < 0.014 && (gradient + 6.0) / 100.0 > 0.06);
}

#[test]
fn at_equal_evaluations_the_gradient_is_ahead_of_every_search() {
    for seed in 0..100 {
        let ascent = GradientAscent::new(Multiply, START, 0.01, Reverse::new()).expect("a valid step");
        let traces = at_equal_evaluations(search(seed), ascent, 100).expect("one output");
        assert_eq!((traces.first.len(), traces.second.len()), (100, 20));
        let [random, gradient] = [&traces.first[99], &traces.second[19]];
        assert_eq!((random.evaluations, gradient.evaluations), (100, 100));
        assert!((gradient.value - ascended(20)).abs() < 1e-13);
        assert!(gradient.value > random.value + 0.7, "{} and {}", gradient.value, random.value);
    }
}

#[test]
fn an_overdrawn_step_is_dropped() {
    let ascent = || GradientAscent::new(Multiply, START, 0.01, Forward::new()).expect("a valid step");
    for (budget, steps) in [(0, 0), (4, 0), (5, 1), (9, 1), (10, 2)] {
        let traces = at_equal_evaluations(search(0), ascent(), budget).expect("one output");
        assert_eq!((traces.first.len(), traces.second.len()), (budget, steps));
    }
}

#[test]
fn a_gradient_costs_what_the_rule_says() {
    let start = (vec![0.0_f32; 9], 0.0);
    let cost = |evaluations: usize| evaluations - 1;
    let reverse = GradientDescent::new(Bowl, start.clone(), 0.1, Reverse::new()).expect("a valid step").next();
    assert_eq!(cost(reverse.expect("a step").expect("one output").evaluations), 4);
    let forward = GradientDescent::new(Bowl, start, 0.1, Forward::new()).expect("a valid step").next();
    assert_eq!(cost(forward.expect("a step").expect("one output").evaluations), 1 + 15);
}

#[test]
fn a_gradient_by_differences_costs_its_calls() {
    struct Counting(Cell<usize>);
    impl Differentiable for Counting {
        type Input = [f64; 10];
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, x: &[S; 10]) -> S {
            self.0.set(self.0.get() + 1);
            x.iter().map(|&x| x * x).sum()
        }
    }
    let counting = Counting(Cell::new(0));
    Finite::default().gradient(&counting, &[1.0; 10]).expect("one output");
    let calls = counting.0.get();
    let descent = GradientDescent::new(&counting, [1.0; 10], 0.1, Finite::default()).expect("a valid step").next();
    assert_eq!(descent.expect("a step").expect("one output").evaluations, calls + 1);
    assert!(calls > 16, "so many that the rule for forward mode does not decide");
}

#[test]
fn descent_halves_the_distance_in_f32_and_in_any_structure() {
    // With f = Σ(x − 3)² and a step of ¼, x − 3 is halved: 3 + 8/2ᵏ from 11, exactly.
    let mut descent = GradientDescent::new(Bowl, (vec![11.0, -5.0], 3.0), 0.25, Reverse::new()).expect("a valid step");
    let step = descent.nth(2).expect("a step").expect("one output");
    assert_eq!((step.point, step.value), ((vec![4.0, 2.0], 3.0), 2.0));
}

#[test]
fn a_search_walks_any_structure() {
    let start = (vec![1.0_f32, 2.0], 4.0);
    let mut search = RandomSearch::new(Bowl, start, 0.1, StdRng::seed_from_u64(2)).expect("a valid tweak");
    let step = search.nth(99).expect("a step").expect("one output");
    assert_eq!(step.point.0.len(), 2);
    // Away from the bottom at 3, so beyond the start's value.
    assert!(step.value > 6.0);
}

#[test]
fn lengths_that_are_not_positive_are_refused() {
    for length in [0.0, -0.01, f64::NAN, f64::INFINITY] {
        let tweak = RandomSearch::new(Multiply, START, length, StdRng::seed_from_u64(0)).map(|_| ());
        let step = GradientAscent::new(Multiply, START, length, Forward::new()).map(|_| ());
        let down = GradientDescent::new(Multiply, START, length, Forward::new()).map(|_| ());
        for (refused, name) in [(tweak, "tweak"), (step, "step"), (down, "step")] {
            let Err(Error::InvalidConfig { field, found, .. }) = refused else { panic!("{name} {length} was taken") };
            assert_eq!((field, found), (name, length.to_string()));
        }
    }
}

#[test]
fn an_error_is_the_last_item() {
    for outputs in [0, 2] {
        let mut search = RandomSearch::new(Copies(outputs), 1.0, 0.1, StdRng::seed_from_u64(0)).expect("a valid tweak");
        assert_eq!(search.next(), Some(Err(Error::NotScalar { outputs })));
        assert_eq!(search.next(), None);
        let mut ascent = GradientAscent::new(Copies(outputs), 1.0, 0.1, Forward::new()).expect("a valid step");
        assert_eq!(ascent.next(), Some(Err(Error::NotScalar { outputs })));
        assert_eq!(ascent.next(), None);
    }
    let search = RandomSearch::new(Copies(2), 1.0, 0.1, StdRng::seed_from_u64(0)).expect("a valid tweak");
    let ascent = GradientAscent::new(Copies(1), 1.0, 0.1, Forward::new()).expect("a valid step");
    assert_eq!(at_equal_evaluations(search, ascent, 10), Err(Error::NotScalar { outputs: 2 }));
}

#[test]
fn without_inputs_a_walk_stands_still() {
    struct Nothing;
    impl Differentiable for Nothing {
        type Input = Vec<f64>;
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, _: &Vec<S>) -> S {
            S::lit(5.0)
        }
    }
    let mut ascent = GradientAscent::new(Nothing, vec![], 0.1, Reverse::new()).expect("a valid step");
    assert_eq!(ascent.next().map(|step| step.map(|step| step.value)), Some(Ok(5.0)));
}
