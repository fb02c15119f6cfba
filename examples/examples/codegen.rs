//! A function and its gradient as source code of Rust that needs neither this library nor the standard one.
//! `cargo run --example codegen -- PATH` writes it to a file.

use std::{env, fs};

use anygrad::Program;
use anygrad::graph::RustSource;
use anygrad::prelude::*;

/// `(1 − x)² + 100·(y − x²)²` (Rosenbrock 1960).
#[differentiable]
fn rosenbrock<S: Scalar<Real = f64>>(&[x, y]: &[S; 2]) -> S {
    let (slope, valley) = (S::one() - x, y - x * x);
    slope * slope + valley * valley * 100.0
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let point = [-1.2, 1.0];
    let program = Program::record(&Rosenbrock, &point)?;
    let gradient = program.gradient()?;

    let source = RustSource::new().with("rosenbrock", &program)?.with("rosenbrock_gradient", &gradient)?.to_string();
    print!("{source}");
    for line in
        ["pub fn rosenbrock(x: &[f64; 2], out: &mut [f64; 1])", "rosenbrock_gradient(x: &[f64; 2], out: &mut [f64; 3])"]
    {
        assert!(source.contains(line), "expected `{line}` in the source");
    }
    assert!(!source.contains("anygrad::") && !source.contains("std::"));

    // What the functions compute is what the programs do: by hand −2(1 − x) − 400x(y − x²) and 200(y − x²).
    let [value, dx, dy] = gradient.evaluate(&point)?[..] else { return Err("expected three numbers".into()) };
    println!("\n// At {point:?}: value {value}, gradient ({dx}, {dy}).");
    for (found, expected) in [(value, 24.2), (dx, -215.6), (dy, -88.0)] {
        assert!((found - expected).abs() < 1e-13 * expected.abs(), "{found} instead of {expected}");
    }
    if let Some(path) = env::args().nth(1) {
        fs::write(&path, &source)?;
        println!("// Written to {path}.");
    }
    Ok(())
}
