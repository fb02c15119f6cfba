//! Circuits of the "Hacker's guide to Neural Networks" (Karpathy 2014): values flow forward, pulls flow back.

use std::ops::{Add, Div, Mul};

use anygrad::num_traits::Float;
use anygrad::prelude::*;
use anygrad::search::{GradientAscent, RandomSearch};
use anygrad::{Adjoints, Tape, Var};
use rand::{SeedableRng, rngs::StdRng};

#[differentiable]
fn multiply<S: Scalar<Real = f64>>(&[x, y]: &[S; 2]) -> S {
    x * y
}

#[differentiable]
fn add_then_multiply<S: Scalar<Real = f64>>(&[x, y, z]: &[S; 3]) -> S {
    (x + y) * z
}

/// `σ(z) = 1/(1 + e⁻ᶻ)`.
fn sigmoid<S: Scalar>(z: S) -> S {
    S::one() / (S::one() + (-z).exp())
}

#[differentiable]
fn neuron<S: Scalar<Real = f64>>(&[a, b, c, x, y]: &[S; 5]) -> S {
    sigmoid(a * x + b * y + c)
}

/// The expression of micrograd's README (Karpathy 2020).
#[differentiable]
fn micrograd<S: Scalar<Real = f64>>(&[a, b]: &[S; 2]) -> S {
    let (c, d) = (a + b, a * b + b.powi(3));
    let c = c + (c + 1.0);
    let c = c + (c + 1.0 - a);
    let d = d + (d * 2.0 + (b + a).relu());
    let d = d + (d * 3.0 + (b - a).relu());
    let f = (c - d).powi(2);
    f / 2.0 + S::lit(10.0) / f
}

fn main() -> Result<(), Error> {
    three_strategies()?;
    two_gates()?;
    single_neuron()?;
    patterns()?;

    let (g, [da, db]) = anygrad::value_and_gradient(&Micrograd, &[-4.0, 2.0])?;
    println!("\nmicrograd's README at a = -4, b = 2: g = {g:.4}, ∂g/∂a = {da:.4}, ∂g/∂b = {db:.4}");
    for (found, expected) in [(g, 24.70408163265306), (da, 138.83381924198252), (db, 645.5772594752186)] {
        assert!((found / expected - 1.0).abs() < 1e-15);
    }
    Ok(())
}

fn three_strategies() -> Result<(), Error> {
    println!("Three ways to raise x·y from (-2, 3)");
    let mut search = RandomSearch::new(Multiply, [-2.0, 3.0], 0.01, StdRng::seed_from_u64(0))?.from_start();
    let best = search.nth(99).transpose()?.map_or(f64::NAN, |step| step.value);
    println!("   random tries, all around the start: {best:.4}, and never above -5.9501");
    assert!(best > -6.0 && best <= -5.9501);
    difference_quotients(&Multiply, [-2.0, 3.0], [3.00000000000189, -2.0000000000042206])?;
    ascend(&Multiply, [-2.0, 3.0], -6.0, -5.8706)
}

fn two_gates() -> Result<(), Error> {
    let pulls = draw("(x + y)·z", [("x", -2.0), ("y", 5.0), ("z", -4.0)], |[x, y, z]| (x + y) * z)?;
    assert_eq!(pulls, [-4.0, -4.0, 3.0]);
    ascend(&AddThenMultiply, [-2.0, 5.0, -4.0], -12.0, -11.5924)?;
    let quotients = [-3.9999999999906777, -3.9999999999906777, 3.000000000010772];
    difference_quotients(&AddThenMultiply, [-2.0, 5.0, -4.0], quotients)
}

fn single_neuron() -> Result<(), Error> {
    println!("\nThe logistic function: σ(-5) = {}, σ(0) = {}, σ(5) = {}", sigmoid(-5.0), sigmoid(0.0), sigmoid(5.0));
    assert_eq!([-5.0, 0.0, 5.0].map(sigmoid), [0.0066928509242848554, 0.5, 0.9933071490757153]);
    let point = [("a", 1.0), ("b", 2.0), ("c", -3.0), ("x", -1.0), ("y", 3.0)];
    let pulls = draw("σ(a·x + b·y + c)", point, |[a, b, c, x, y]| (a * x + b * y + c).then("σ", sigmoid))?;
    let point = point.map(|(_, value)| value);
    assert_eq!(pulls, Reverse::new().gradient(&Neuron, &point)?);
    ascend(&Neuron, point, 0.8807970779778823, 0.8825501816218984)?;
    let quotients =
        [-0.10499758359205913, 0.3149447748351797, 0.10498958734506125, 0.10498958734506125, 0.2099711788272618];
    difference_quotients(&Neuron, point, quotients)
}

fn patterns() -> Result<(), Error> {
    let point = [("a", 1.0), ("b", 2.0), ("c", 3.0), ("d", 4.0)];
    let pulls = draw("((a·b + c)·d)²", point, |[a, b, c, d]| ((a * b + c) * d).then("square", |v| v * v))?;
    assert_eq!(pulls, [320.0, 160.0, 160.0, 200.0]);
    let pulls = draw("(a + b)/(c + d)", point, |[a, b, c, d]| (a + b) / (c + d))?;
    for (pull, expected) in pulls.into_iter().zip([1.0 / 7.0, 1.0 / 7.0, -3.0 / 49.0, -3.0 / 49.0]) {
        assert!((pull - expected).abs() < 1e-16);
    }
    let point = [("x", 2.0), ("y", 5.0)];
    let pulls = draw("relu(max(x, y))", point, |[x, y]| x.join("max", y, Float::max).then("relu", Scalar::relu))?;
    assert_eq!(pulls, [0.0, 1.0]);
    Ok(())
}

/// One step of 0.01 along the gradient.
fn ascend<const N: usize, F>(f: &F, start: [f64; N], value: f64, raised: f64) -> Result<(), Error>
where
    F: Differentiable<Input = [f64; N], Output = f64>,
{
    assert_eq!(f.call(&start), value);
    let step = GradientAscent::new(f, start, 0.01, Reverse::new())?.next().transpose()?;
    let found = step.map_or(f64::NAN, |step| step.value);
    println!("   one step of 0.01 along the gradient: {value} → {found:.16}");
    assert!((found - raised).abs() < 1e-15 * raised.abs().max(1.0) * 2.0);
    Ok(())
}

/// The guide's numerical gradient, `(f(x + h) − f(x))/h`, beside the exact one.
fn difference_quotients<const N: usize, F>(f: &F, x: [f64; N], quotients: [f64; N]) -> Result<(), Error>
where
    F: Differentiable<Input = [f64; N], Output = f64>,
{
    let h = 1e-4;
    for (i, exact) in anygrad::gradient(f, &x)?.into_iter().enumerate() {
        let mut ahead = x;
        ahead[i] += h;
        let quotient = (f.call(&ahead) - f.call(&x)) / h;
        println!("   input {i}: difference quotient {quotient:20.16}, gradient {exact:20.16}");
        assert_eq!(quotient, quotients[i]);
    }
    Ok(())
}

/// A gate of a picture: its name, its output on the tape, and the gates that feed it.
struct Gate<'t>(&'static str, Var<'t, f64>, Vec<Gate<'t>>);

impl<'t> Gate<'t> {
    fn then(self, name: &'static str, gate: impl Fn(Var<'t, f64>) -> Var<'t, f64>) -> Self {
        Self(name, gate(self.1).keep(), vec![self])
    }

    fn join(self, name: &'static str, other: Self, gate: impl Fn(Var<'t, f64>, Var<'t, f64>) -> Var<'t, f64>) -> Self {
        Self(name, gate(self.1, other.1).keep(), vec![self, other])
    }

    fn print(&self, pulls: &Adjoints<'t, f64>, branch: &str, stem: &str) {
        let Self(name, output, inputs) = self;
        let pull = pulls.of(*output).expect("every gate is kept");
        println!("   {:40}{:12.4}{pull:10.4}", format!("{branch}{name}"), output.value());
        for (i, input) in inputs.iter().enumerate() {
            let (branch, below) = if i + 1 < inputs.len() { ("├─ ", "│  ") } else { ("└─ ", "   ") };
            input.print(pulls, &format!("{stem}{branch}"), &format!("{stem}{below}"));
        }
    }
}

macro_rules! operators {
    ($($Op:ident $op:ident $symbol:literal),+) => {
        $(impl $Op for Gate<'_> {
            type Output = Self;
            fn $op(self, other: Self) -> Self {
                self.join($symbol, other, $Op::$op)
            }
        })+
    };
}

operators!(Add add "+", Mul mul "×", Div div "÷");

/// Records a circuit, sweeps back from its output, prints all gates, and returns the pulls on the inputs.
fn draw<const N: usize>(
    title: &str,
    inputs: [(&'static str, f64); N],
    circuit: impl for<'t> FnOnce([Gate<'t>; N]) -> Gate<'t>,
) -> Result<[f64; N], Error> {
    Tape::new().record(|recording| {
        let wires = inputs.map(|(name, value)| (name, recording.variable(value)));
        let output = circuit(wires.map(|(name, wire)| Gate(name, wire, vec![])));
        let pulls = recording.adjoints(output.1)?;
        println!("\n{title:43}       value      pull");
        output.print(&pulls, "", "");
        Ok(wires.map(|(_, wire)| pulls.of(wire).expect("an input")))
    })
}
