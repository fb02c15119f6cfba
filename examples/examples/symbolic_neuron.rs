//! The neuron as formulas: recorded once, differentiated as a program, printed, drawn, and evaluated to the digits of the
//! other modes. `cargo run --example symbolic_neuron -- DIRECTORY` writes the pictures to files.

use std::path::Path;
use std::{env, fs, io};

use anygrad::Program;
use anygrad::prelude::*;

/// `σ(a·x + b·y + c)`, with the one gate `σ`.
#[differentiable]
fn neuron<S: Scalar<Real = f64>>(&[a, b, c, x, y]: &[S; 5]) -> S {
    (a * x + b * y + c).sigmoid()
}

/// The same, with `σ(z) = 1/(1 + e⁻ᶻ)` written out.
#[differentiable]
fn composed_neuron<S: Scalar<Real = f64>>(&[a, b, c, x, y]: &[S; 5]) -> S {
    S::one() / (S::one() + (-(a * x + b * y + c)).exp())
}

/// `1/(1 + e⁻ᶻ)` alone.
#[differentiable]
fn logistic<S: Scalar<Real = f64>>(z: S) -> S {
    S::one() / (S::one() + (-z).exp())
}

const NAMES: [&str; 5] = ["a", "b", "c", "x", "y"];
const LABELS: [&str; 6] = ["f", "∂f/∂a", "∂f/∂b", "∂f/∂c", "∂f/∂x", "∂f/∂y"];
const POINT: [f64; 5] = [1.0, 2.0, -3.0, -1.0, 3.0];
const VALUE: f64 = 0.8807970779778823;
const PARTIALS: [f64; 5] =
    [-0.1049935854035065, 0.3149807562105195, 0.1049935854035065, 0.1049935854035065, 0.209987170807013];
/// `σ″(2)`, and the Hessian times a direction.
const SECOND: f64 = -0.07996250105615312;
const DIRECTION: [f64; 5] = [1.0, -1.0, 0.5, 2.0, -2.0];
const HESSIAN_ALONG: [f64; 5] =
    [-0.22980658500182893, 1.1093940966195133, 0.43979375580884217, 0.5447873412123487, 0.7745939262141777];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let neuron = Program::record(&Neuron, &POINT)?;
    let composed = Program::record(&ComposedNeuron, &POINT)?;
    println!("1  What was recorded\n{}", indented(&neuron.formula().with_names(&NAMES)));
    println!("{}", indented(&composed.formula().with_names(&NAMES)));

    println!("\n2  Its gradient is a program, too");
    let gradient = neuron.gradient()?;
    let formula = gradient.formula().with_names(&NAMES).with_outputs(&LABELS);
    println!("{}\n   or, in LaTeX:\n{}", indented(&formula), indented(&formula.to_latex()));
    assert!(formula.to_string().contains("∂f/∂a = x·σ′("));
    let composed_gradient = composed.gradient()?;
    let formula = composed_gradient.formula().with_names(&NAMES).with_outputs(&LABELS);
    println!("   and of the second form:\n{}", indented(&formula));
    assert!(formula.to_string().contains("∂f/∂b = yt₁/(t₁ + 1)²"));

    println!("\n3  The gradient of the first form, instruction by instruction\n{}", indented(&gradient));
    println!("{}", indented(&gradient.statistics()));

    numbers(&gradient, &composed_gradient)?;
    second_derivatives(&composed)?;
    pictures(&composed)?;
    Ok(())
}

fn indented(text: &impl ToString) -> String {
    text.to_string().lines().map(|line| format!("   {line}\n")).collect::<String>().trim_end().to_owned()
}

/// The programs at the point: the written-out form to the last digit, the one gate but for rounding.
fn numbers(gradient: &Program<f64>, composed: &Program<f64>) -> Result<(), Error> {
    println!("\n4  Both at (a, b, c, x, y) = {POINT:?}");
    let (fused, written_out) = (gradient.evaluate(&POINT)?, composed.evaluate(&POINT)?);
    for (i, label) in LABELS.into_iter().enumerate() {
        println!("   {label:5} {:20} {:20}", fused[i], written_out[i]);
        assert!((fused[i] - written_out[i]).abs() <= 8.0 * f64::EPSILON * written_out[i].abs());
    }
    assert_eq!(written_out, [&[VALUE], &PARTIALS[..]].concat());
    assert_eq!(written_out[1..], Reverse::new().gradient(&ComposedNeuron, &POINT)?);
    Ok(())
}

/// Derivatives of the gradient's program: `σ″` as a formula, and of the neuron `∂²f/∂c²`, which is `σ″`, and `H·v`.
fn second_derivatives(neuron: &Program<f64>) -> Result<(), Error> {
    println!("\n5  Second derivatives are the gradient's derivatives");
    let hessian = Program::record(&Logistic, &2.0)?.hessian()?;
    println!("{}", indented(&hessian.formula().with_names(&["z"]).with_outputs(&["σ", "σ′", "σ″"])));
    let second = hessian.evaluate(&[2.0])?[2];
    // One row after the other, behind the value and the gradient.
    let of_c = neuron.hessian()?.evaluate(&POINT)?[6 + 2 * 5 + 2];
    println!("   σ″(2) = {second}, and ∂²f/∂c² = {of_c}");
    assert!((second - SECOND).abs() < 1e-15 && (of_c - SECOND).abs() < 1e-15);
    let along = neuron.hvp()?.evaluate(&[POINT, DIRECTION].concat())?;
    println!("   H·v = {:?} for v = {DIRECTION:?}", &along[6..]);
    for (found, expected) in along[6..].iter().zip(HESSIAN_ALONG) {
        assert!((found - expected).abs() < 1e-15, "{found} instead of {expected}");
    }
    Ok(())
}

/// The circuit with the value and the adjoint of each number on the way.
fn pictures(neuron: &Program<f64>) -> Result<(), Box<dyn std::error::Error>> {
    println!("\n6  The circuit, with values and adjoints");
    let picture = neuron.picture().with_names(&NAMES).at(&POINT)?;
    let (graphviz, mermaid) = (picture.to_dot(), picture.to_mermaid());
    assert!(mermaid.contains("<br/>0.8808<") && mermaid.contains("a<br/>1<br/>∂ -0.10499"), "{mermaid}");
    match env::args().nth(1) {
        Some(directory) => {
            write(Path::new(&directory), "neuron.dot", &graphviz)?;
            write(Path::new(&directory), "neuron.mmd", &mermaid)?;
        }
        None => println!("{}\n{}", indented(&graphviz), indented(&mermaid)),
    }
    Ok(())
}

fn write(directory: &Path, name: &str, text: &str) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    fs::write(directory.join(name), text)?;
    println!("   written to {}", directory.join(name).display());
    Ok(())
}
