//! A logistic regression over a million rows: the loss is recorded once, as a program of some dozens of operations with one
//! loop, compiled, and minimised. `cargo run --release --example fit_a_million_rows -- ROWS` takes other numbers of rows.

use std::env;
use std::time::{Duration, Instant};

use anygrad::prelude::*;
use anygrad::{Native, Program, loops};
use rand::{RngExt as _, SeedableRng, rngs::StdRng};

/// Features, and a bias behind them.
const FEATURES: usize = 4;
const WEIGHTS: [f64; FEATURES + 1] = [1.5, -0.75, 0.5, 0.0, -0.25];

/// As many as make a run of seconds.
const ROWS: usize = if cfg!(debug_assertions) { 10_000 } else { 1_000_000 };

/// The gradient is to be shorter than this.
const TOLERANCE: f64 = 1e-9;

/// The mean of `ln(1 + exp(−y·w·x))` over rows of features `x` with labels `y = ±1`.
#[differentiable]
fn loss<S: Scalar<Real = f64>>(w: &[S; FEATURES + 1], features: &[f64], labels: &[f64]) -> S {
    let rows = (loops::data_rows(features, FEATURES), loops::data(labels));
    let total = loops::sum(rows, |(x, y): (&[S], S)| (-(y * score(w, x))).softplus());
    total / labels.len() as f64
}

fn score<S: Scalar<Real = f64>>(w: &[S; FEATURES + 1], x: &[S]) -> S {
    x.iter().zip(w).fold(w[FEATURES], |sum, (&x, &w)| sum + x * w)
}

struct Table {
    features: Vec<f64>,
    labels: Vec<f64>,
}

impl Table {
    /// Features of mean 0 and variance 1; a label is `+1` with probability `σ(w·x)` for the true weights.
    fn generate(rows: usize, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let width = 3.0_f64.sqrt();
        let features: Vec<f64> = (0..rows * FEATURES).map(|_| rng.random_range(-width..width)).collect();
        let mut label = |x: &[f64]| if rng.random::<f64>() < score(&WEIGHTS, x).sigmoid() { 1.0 } else { -1.0 };
        let labels = features.chunks(FEATURES).map(&mut label).collect();
        Self { features, labels }
    }

    fn loss(&self) -> Loss<'_> {
        Loss { features: &self.features, labels: &self.labels }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rows = env::args().nth(1).map_or(Ok(ROWS), |rows| rows.parse())?;
    let table = Table::generate(rows, 1);
    let gradient = recorded(&table)?;
    let native = Native::compile(&gradient)?;
    println!("compiled in {:.1?}\n", native.price().compile);
    check(&native, &table)?;
    let (w, took) = minimise(&native)?;
    report(&w, rows, took);
    Ok(())
}

/// The loss and its gradient as a program, which is the same for any number of rows.
fn recorded(table: &Table) -> Result<Program<f64>, Error> {
    let start = Instant::now();
    let gradient = Program::record(&table.loss(), &[0.0; FEATURES + 1])?.gradient()?;
    let (took, statistics) = (start.elapsed(), gradient.statistics());
    println!("{gradient}");
    println!(
        "{} rows: {:.1} million steps, recorded in {took:.1?}",
        table.labels.len(),
        statistics.steps as f64 * 1e-6
    );
    let few = Table::generate(10, 1);
    let of_few = Program::record(&few.loss(), &[0.0; FEATURES + 1])?.gradient()?.statistics();
    assert_eq!(of_few.operations, statistics.operations);
    Ok(gradient)
}

/// Value and gradient at some weights are those by hand: a row adds `−y·x/(1 + exp(y·w·x))` to the gradient.
fn check(native: &Native<f64>, table: &Table) -> Result<(), Error> {
    let w = [0.5, -0.25, 1.0, 0.125, -1.0];
    let mut expected = [0.0; FEATURES + 2];
    for (x, &y) in table.features.chunks(FEATURES).zip(&table.labels) {
        let margin = y * score(&w, x);
        expected[0] += (-margin).softplus();
        let slope = -y / (1.0 + margin.exp());
        x.iter().chain(&[1.0]).zip(&mut expected[1..]).for_each(|(x, sum)| *sum += slope * x);
    }
    for (found, expected) in native.evaluate(&w)?.into_iter().zip(expected) {
        let expected = expected / table.labels.len() as f64;
        assert!((found - expected).abs() < 1e-10, "{found} instead of {expected}");
    }
    Ok(())
}

/// Gradient descent with the step `s·s/s·d` for the last change `s` of the weights and `d` of the gradient (Barzilai and
/// Borwein 1988). The weights, and the time for one gradient.
fn minimise(native: &Native<f64>) -> Result<([f64; FEATURES + 1], Duration), Error> {
    let (mut workspace, mut out) = (native.workspace(), [0.0; FEATURES + 2]);
    let (mut w, mut last): (_, Option<([f64; FEATURES + 1], [f64; FEATURES + 1])>) = ([0.0; FEATURES + 1], None);
    let mut took = Duration::MAX;
    println!("step        loss   |gradient|");
    for step in 0..100 {
        let start = Instant::now();
        native.run(&mut workspace, &w, &mut out)?;
        took = took.min(start.elapsed());
        let [loss, gradient @ ..] = out;
        let length = f64::norm(&gradient);
        println!("{step:4} {loss:11.9} {length:12.1e}");
        if length < TOLERANCE {
            break;
        }
        let rate = last.map_or(1.0, |(before, slope)| {
            let s = minus(w, before);
            f64::dot(&s, &s) / f64::dot(&s, &minus(gradient, slope))
        });
        last = Some((w, gradient));
        w = std::array::from_fn(|i| w[i] - rate * gradient[i]);
    }
    assert!(f64::norm(&out[1..]) < TOLERANCE, "the gradient is {:?}", &out[1..]);
    Ok((w, took))
}

fn minus<const N: usize>(a: [f64; N], b: [f64; N]) -> [f64; N] {
    std::array::from_fn(|i| a[i] - b[i])
}

/// The weights are the true ones up to what so many rows can tell.
fn report(w: &[f64; FEATURES + 1], rows: usize, took: Duration) {
    println!("\n{took:.1?} for the fastest gradient, {:.2} ns a row", took.as_secs_f64() * 1e9 / rows as f64);
    println!("weight      true     fitted");
    for (i, (fitted, expected)) in w.iter().zip(WEIGHTS).enumerate() {
        let name = if i == FEATURES { "bias".to_owned() } else { format!("w{i}") };
        println!("{name:8} {expected:7.3} {fitted:10.6}");
        assert!((fitted - expected).abs() < 15.0 / (rows as f64).sqrt(), "{fitted} instead of {expected}");
    }
}
