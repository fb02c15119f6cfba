//! What a gradient costs by the tape, by a replayed program and by native code, what the native code cost before its first
//! run, and after how many gradients it has paid; and what `Auto` makes of that. Run it with `--release`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anygrad::graph::{Engine, Interpreter};
use anygrad::jit::paid_after;
use anygrad::prelude::*;
use anygrad::{Native, Program, loops};

/// A neuron, `σ(a·x + b·y + c)`.
#[differentiable]
fn neuron<S: Scalar<Real = f64>>(x: &[S]) -> S {
    let &[a, b, c, x, y] = x else { return S::nan() };
    (a * x + b * y + c).sigmoid()
}

fn valley<S: Scalar<Real = f64>>(x: S, next: S) -> S {
    let (slope, height) = (S::one() - x, next - x * x);
    slope * slope + height * height * 100.0
}

/// `Σ 100·(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²` (Rosenbrock 1960), in a loop of Rust, which a program unrolls.
#[differentiable]
fn rosenbrock<S: Scalar<Real = f64>>(x: &[S]) -> S {
    x.windows(2).map(|pair| valley(pair[0], pair[1])).sum()
}

/// The same in a loop of the library, which stays a loop.
#[differentiable]
fn looped_rosenbrock<S: Scalar<Real = f64>>(x: &[S]) -> S {
    loops::sum(loops::windows(x, 2), |pair: &[S]| valley(pair[0], pair[1]))
}

/// Inputs of the large functions.
const N: usize = if cfg!(debug_assertions) { 50 } else { 1000 };

/// What is measured in one go.
const ENOUGH: Duration = Duration::from_millis(if cfg!(debug_assertions) { 2 } else { 20 });

fn main() -> Result<(), Error> {
    println!("                               one gradient by               native code         paid after gradients");
    println!(
        "function         operations      tape    replay    native    record   compile    over tape   over replay"
    );
    compare("neuron", &Neuron, &[1.0, 2.0, -3.0, -1.0, 3.0])?;
    let x: Vec<f64> = (0..N).map(|i| (i as f64 * 0.7).sin()).collect();
    compare(&format!("rosenbrock {N}"), &Rosenbrock, &x)?;
    compare("  as a loop", &LoopedRosenbrock, &x)?;

    let (mut auto, mut gradient) = (Auto::new(), x.clone());
    let mut choices: Vec<(u32, String)> = Vec::new();
    for call in 1..=2000 {
        auto.value_and_gradient_into(&LoopedRosenbrock, &x, &mut gradient)?;
        let choice = auto.choice().map(|choice| choice.to_string()).unwrap_or_default();
        if choices.last().is_none_or(|(_, last)| *last != choice) {
            choices.push((call, choice));
        }
    }
    println!("\nAuto keeps account of the loop's gradients:");
    choices.iter().for_each(|(call, choice)| println!("   call {call:4}: {choice}"));
    Ok(())
}

/// Prints a line for a function, whose gradient is the same by all three.
fn compare<F>(name: &str, f: &F, x: &[f64]) -> Result<(), Error>
where
    F: Differentiable<Input = Vec<f64>, Output = f64>,
{
    let (mut reverse, x, mut by_tape) = (Reverse::new(), x.to_vec(), x.to_vec());
    let value = reverse.value_and_gradient_into(f, &x, &mut by_tape)?;
    let tape = time(|| reverse.value_and_gradient_into(f, black_box(&x), &mut by_tape).is_ok());

    let start = Instant::now();
    let program = Program::record(f, &x)?.gradient()?;
    let record = start.elapsed().as_secs_f64();
    let (mut code, mut by_replay) = (Interpreter.prepare(&program)?, vec![0.0; program.outputs()]);
    let replay = time(|| Interpreter::run(&mut code, &[black_box(&x)], &mut by_replay).is_ok());

    let code = Native::compile(&program)?;
    let compile = code.price().compile.as_secs_f64();
    let (mut workspace, mut by_native) = (code.workspace(), vec![0.0; code.outputs()]);
    code.run(&mut workspace, &x, &mut by_native)?;
    let native = code.time(&x)?.as_secs_f64();

    assert_eq!(by_native, by_replay);
    for (found, expected) in by_native.iter().zip([value].iter().chain(&by_tape)) {
        assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} instead of {expected}");
    }
    let operations = program.statistics().operations.values().sum::<usize>();
    let [over_tape, over_replay] = [(record + compile, tape), (compile, replay)].map(|(price, other)| {
        let [price, other, own] = [price, other, native].map(Duration::from_secs_f64);
        paid_after(price, other, own).map_or("never".to_owned(), |calls| calls.to_string())
    });
    let [tape, replay, native, record, compile] = [tape, replay, native, record, compile].map(short);
    print!("{name:16} {operations:10} {tape:>9} {replay:>9} {native:>9} {record:>9} {compile:>9}");
    println!(" {over_tape:>12} {over_replay:>13}");
    Ok(())
}

/// Seconds for one call, the best of five goes.
fn time(mut call: impl FnMut() -> bool) -> f64 {
    let mut calls = 1;
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let start = Instant::now();
        assert!((0..calls).all(|_| black_box(call())));
        let took = start.elapsed().as_secs_f64();
        best = best.min(took / f64::from(calls));
        // The next go takes about as long as is enough.
        calls = (ENOUGH.as_secs_f64() / best).clamp(1.0, 1e7) as u32;
    }
    best
}

fn short(seconds: f64) -> String {
    match seconds {
        s if s < 1e-6 => format!("{:.1} ns", s * 1e9),
        s if s < 1e-3 => format!("{:.1} µs", s * 1e6),
        s => format!("{:.1} ms", s * 1e3),
    }
}
