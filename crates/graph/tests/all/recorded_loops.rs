//! Loops as a recording leaves them: listed, drawn, written as formulas, checked, and emitted.

use crate::common::{Looped, recorded};
use anygrad_core::{Differentiable, Scalar, loops};
use anygrad_graph::Program;

const AT: [f64; 6] = [0.5, -1.25, 0.75, 2.0, -0.5, 1.5];

/// `½·Σ (w·xᵢ + b − yᵢ)²`.
struct Line {
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Differentiable for Line {
    type Input = [f64; 2];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, &[w, b]: &[S; 2]) -> S {
        loops::sum((loops::data(&self.x), loops::data(&self.y)), |(x, y): (S, S)| {
            let error = w * x + b - y;
            error * error * 0.5
        })
    }
}

fn line() -> Program<f64> {
    recorded(&Line { x: vec![1.0, 2.0, 3.0], y: vec![3.0, 5.0, 6.0] }, &[2.0, 0.5])
}

#[test]
fn a_recorded_loss_reads_as_it_was_written() {
    let text = "\
program of 2 inputs and 1 output
  d1 = 3 numbers of data
  d2 = 3 numbers of data
  v3 = loop of 3 rows
    r0 = row of d1[0..3]
    r1 = row of d2[0..3]
    c0 = x0
    c1 = x1
    do
      v4 = c0 · r0
      v6 = v4 + c1
      v7 = v6 - r1
      v8 = v7 · v7
      v9 = v8 · 0.5
      next add [v9]
  return v3
";
    assert_eq!(line().to_string(), text);
}

#[test]
fn a_recorded_loss_has_a_formula() {
    let program = line();
    let formula = program.formula().with_names(&["w", "b"]);
    assert_eq!(formula.to_string(), "f = Σᵢ₌₀² 0.5(w·d₁_i + b − d₂_i)²");
    assert_eq!(formula.to_latex(), r"f = \sum_{i=0}^{2} 0.5 \, \left(w \, d_{1,i} + b - d_{2,i}\right)^{2}");
}

/// The rules of saved programs are those that recordings keep.
#[test]
fn recordings_keep_the_rules() {
    let program = recorded(&Looped::of(40), &AT.to_vec());
    let data = (1..).map_while(|k| data_of(&program, k)).collect();
    let checked = Program::from_block(program.block().clone(), data).expect("a recording keeps the rules");
    assert_eq!(checked.block(), program.block());
}

/// Data parameter `k`, as long as there is one; the numbers do not matter.
fn data_of(program: &Program<f64>, k: u32) -> Option<Vec<f64>> {
    let is_it =
        |op: &anygrad_graph::code::Op<f64>| matches!(op, anygrad_graph::code::Op::Parameter(number) if *number == k);
    let found = program.block().code.iter().find(|instruction| is_it(&instruction.op))?;
    Some(vec![0.5; found.width as usize])
}

#[test]
fn paths_and_nested_loops_are_drawn_apart() {
    let program = recorded(&Looped::of(40), &AT.to_vec());
    let (dot, listing) = (program.dot(), program.to_string());
    assert!(dot.contains("label=\"loop × 40, path 0\"") && dot.contains("label=\"loop × 40, path 1\""), "{dot}");
    assert!(dot.contains("label=\"loop × 2\"") && dot.contains("label=\"loop × 3\""), "{dot}");
    assert!(listing.contains("    do path 1\n") && listing.contains("guard not 0 < r0  ("), "{listing}");
    assert_eq!(program.statistics().loops, 4);
}

/// At `w = 2.5`, `b = 0.5` the errors are 0, 0.5 and 2: the loss is 2.125, `∂w = Σ eᵢxᵢ = 7` and `∂b = Σ eᵢ = 2.5`.
#[test]
fn adjoints_flow_through_loops() {
    let text = line().picture().at(&[2.5, 0.5]).expect("there are no branches").to_mermaid();
    for vertex in ["x0[\"x0<br/>2.5<br/>∂ 7\"]", "x1[\"x1<br/>0.5<br/>∂ 2.5\"]", "v3[[\"loop × 3<br/>2.125<br/>∂ 1\"]]"]
    {
        assert!(text.contains(vertex), "{vertex} in {text}");
    }
}

/// `sₖ₊₁ = tanh(w·sₖ + xₖ)`, the last one.
struct Recurrence(Vec<f64>);

impl Differentiable for Recurrence {
    type Input = [f64; 2];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, &[w, start]: &[S; 2]) -> S {
        loops::fold(start, loops::data(&self.0), |state, x: S| (w * state + x).tanh())
    }
}

/// The loop of the adjoint reads what the loop of the values has computed.
#[test]
fn what_is_dear_is_computed_once() {
    let (x, [w, start]) = ([0.3, -0.7, 0.2, 0.9, -0.1], [0.8, 0.4]);
    let program = recorded(&Recurrence(x.to_vec()), &[w, start]);
    let gradient = program.gradient().expect("a program of one output");
    assert_eq!(gradient.to_string().matches("= tanh ").count(), 1, "{gradient}");

    // With ∂s/∂w and ∂s/∂s₀ carried along: tanh′ = 1 − s².
    let (mut state, mut by_w, mut by_start) = (start, 0.0, 1.0);
    for x in x {
        let next = f64::tanh(w * state + x);
        by_w = (1.0 - next * next) * (state + w * by_w);
        by_start *= (1.0 - next * next) * w;
        state = next;
    }
    let found = gradient.evaluate(&[w, start]).expect("no test fails");
    for (found, expected) in found.iter().zip([state, by_w, by_start]) {
        assert!((found - expected).abs() < 1e-15, "expected {expected}, found {found}");
    }
}
