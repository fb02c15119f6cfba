//! The neuron `σ(a·x + b·y + c)`, from random search to one reverse pass: "10 Days of Grad, Day 3: Haskell Guide to
//! Neural Networks", in its order and with its numbers.

use anygrad::prelude::*;
use anygrad::search::{GradientAscent, RandomSearch, Step, at_equal_evaluations};
use rand::{SeedableRng, rngs::StdRng};

#[differentiable]
fn multiply<S: Scalar<Real = f64>>(&[x, y]: &[S; 2]) -> S {
    x * y
}

/// `σ(z) = 1/(1 + e⁻ᶻ)` from its parts, as the guide writes it.
fn sigmoid<S: Scalar>(z: S) -> S {
    S::one() / (S::one() + (-z).exp())
}

#[differentiable]
fn neuron<S: Scalar<Real = f64>>(&[a, b, c, x, y]: &[S; 5]) -> S {
    sigmoid(a * x + b * y + c)
}

#[differentiable]
fn fused_neuron<S: Scalar<Real = f64>>(&[a, b, c, x, y]: &[S; 5]) -> S {
    (a * x + b * y + c).sigmoid()
}

#[differentiable]
fn single_neuron<S: Scalar<Real = f32>>(&[a, b, c, x, y]: &[S; 5]) -> S {
    sigmoid(a * x + b * y + c)
}

const NAMES: [&str; 5] = ["a", "b", "c", "x", "y"];
const POINT: [f64; 5] = [1.0, 2.0, -3.0, -1.0, 3.0];
const VALUE: f64 = 0.8807970779778823;
const PARTIALS: [f64; 5] =
    [-0.1049935854035065, 0.3149807562105195, 0.1049935854035065, 0.1049935854035065, 0.209987170807013];

fn main() -> Result<(), Error> {
    random_search()?;
    dual_arithmetic();
    five_forward_passes();
    one_reverse_pass()?;
    numerical_and_automatic()?;
    single_precision()
}

fn random_search() -> Result<(), Error> {
    println!("1  A multiply gate: (-2)·3 = {}", multiply(&[-2.0, 3.0]));
    assert_eq!(multiply(&[-2.0, 3.0]), -6.0);

    println!("\n2  Random local search, 100 tries of up to 0.01 around the best point so far");
    let start = || [-2.0, 3.0];
    let search = |seed| RandomSearch::new(Multiply, start(), 0.01, StdRng::seed_from_u64(seed));
    for seed in [1, 2, 3] {
        if let Some(step) = search(seed)?.take(100).last().transpose()? {
            println!("   seed {seed}: f({:.4}, {:.4}) = {:.4}", step.point[0], step.point[1], step.value);
            assert!(step.value > -5.65 && step.value < -4.6);
        }
    }

    println!(
        "\n3  The gradient says where up is: steps of 0.01·∇f at the same cost (a gradient counts as 4 evaluations)"
    );
    let ascent = GradientAscent::new(Multiply, start(), 0.01, Reverse::new())?;
    let traces = at_equal_evaluations(search(1)?, ascent, 100)?;
    println!("   evaluations   random   gradient");
    for (step, random) in traces.second.iter().zip(traces.first.iter().skip(4).step_by(5)).skip(3).step_by(4) {
        println!("   {:11} {:8.4} {:10.4}", step.evaluations, random.value, step.value);
        assert!(step.value > random.value && step.evaluations == random.evaluations);
    }
    let gain = |step: Option<Step<_>>| step.map_or(f64::NAN, |step| (step.value + 6.0) / 100.0);
    let random = gain(search(1)?.take(100).last().transpose()?);
    let gradient = gain(GradientAscent::new(Multiply, start(), 0.01, Reverse::new())?.take(100).last().transpose()?);
    println!("   gain of one step, over 100: random {random:.3}, gradient {gradient:.3}");
    assert!(random < 0.014 && gradient > 0.06);
    Ok(())
}

fn dual_arithmetic() {
    println!("\n4  A dual number carries a value and a derivative: with x = 3 + 1ε and y = 2 + 0ε");
    let dual = |value, derivative| Dual::new(value, [derivative]);
    let (x, y) = (dual(3.0, 1.0), dual(2.0, 0.0));
    let rows = [
        ("x·y", x * y, (6.0, 2.0)),
        ("x + y", x + y, (5.0, 1.0)),
        ("x − y", x - y, (1.0, 1.0)),
        ("x / y", x / y, (1.5, 0.5)),
        ("−x", -x, (-3.0, -1.0)),
        ("exp x", x.exp(), (3.0_f64.exp(), 3.0_f64.exp())),
        ("const 7", Dual::from(7.0), (7.0, 0.0)),
    ];
    for (name, z, expected) in rows {
        println!("   {name:8}= {:.4} {:+.4}ε", z.primal, z.tangent(0));
        assert_eq!((z.primal, z.tangent(0)), expected);
    }
}

fn five_forward_passes() {
    println!("\n5  The neuron at (a, b, c, x, y) = {POINT:?}: {}", neuron(&POINT));
    assert_eq!(neuron(&POINT), VALUE);
    println!("\n6  Forward mode: one pass for each partial, its input seeded with 1");
    for (i, name) in NAMES.into_iter().enumerate() {
        let mut seeded = POINT.map(Dual::<f64, 1>::from);
        seeded[i].seed(0, 1.0);
        let output = neuron(&seeded);
        println!("   ∂/∂{name} = {}", output.tangent(0));
        assert_eq!((output.primal, output.tangent(0)), (VALUE, PARTIALS[i]));
    }
}

fn one_reverse_pass() -> Result<(), Error> {
    println!("\n7  Reverse mode: one pass for all of them, in the type of the input");
    let gradient: [f64; 5] = Reverse::new().gradient(&Neuron, &POINT)?;
    println!("   {gradient:?}");
    assert_eq!(gradient, PARTIALS);
    let [_, _, fused, ..] = Reverse::new().gradient(&FusedNeuron, &POINT)?;
    println!("   ∂/∂c through 1/(1 + exp(−z)), as above:   {}", gradient[2]);
    println!("        through the one gate `z.sigmoid()`:  {fused}");
    println!("        by hand as σ·(1 − σ), which cancels: {}", VALUE * (1.0 - VALUE));
    assert!(fused != gradient[2] && (fused - gradient[2]).abs() < 1e-16);
    Ok(())
}

fn numerical_and_automatic() -> Result<(), Error> {
    println!("\n8  Numerical and automatic, side by side");
    let (_, numerical, bounds) = Finite::default().gradient_with_error(&Neuron, &POINT)?;
    let forward = Forward::new().gradient(&Neuron, &POINT)?;
    let reverse = Reverse::new().gradient(&Neuron, &POINT)?;
    println!("        finite differences  (error at most)   forward               reverse");
    for i in 0..5 {
        let [numerical, bound, forward, reverse] = [numerical[i], bounds[i], forward[i], reverse[i]];
        println!("   ∂{} {numerical:19.16} {bound:12.1e} {forward:23} {reverse:21}", NAMES[i]);
        assert!((numerical - forward).abs() <= bound && bound < 1e-8);
        assert_eq!(forward, reverse);
    }
    Ok(())
}

fn single_precision() -> Result<(), Error> {
    println!("\n10 In f32, which is what practice uses");
    let point = [1.0, 2.0, -3.0, -1.0, 3.0];
    let (value, forward) = Forward::new().value_and_gradient(&SingleNeuron, &point)?;
    let reverse = Reverse::new().gradient(&SingleNeuron, &point)?;
    println!("   {value}: {forward:?}");
    assert_eq!((value, forward), (0.880797, [-0.104993574, 0.31498075, 0.104993574, 0.104993574, 0.20998715]));
    for (forward, reverse) in forward.into_iter().zip(reverse) {
        assert!((forward - reverse).abs() <= f32::EPSILON * forward.abs());
    }
    Ok(())
}
