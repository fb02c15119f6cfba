//! Programs as text.

use crate::common::{Neuron, SEED, at, block, loop_by_hand, parameter, recorded};
use anygrad_core::{Differentiable, Scalar};
use anygrad_graph::Program;
use anygrad_graph::code::{Instruction, Op};

#[test]
fn the_neurons_gradient_is_listed() {
    let gradient = recorded(&Neuron, &SEED).gradient().expect("there is a gradient");
    let text = "\
program of 5 inputs and 6 outputs
  v1 = x0 · x3
  v2 = x1 · x4
  v3 = v1 + v2
  v4 = v3 + x2
  v5 = sigmoid v4
  v6 = D sigmoid at v4
  v7 = x4 · v6
  v8 = x1 · v6
  v9 = x3 · v6
  v10 = x0 · v6
  return v5, v9, v7, v6, v10, v8
";
    assert_eq!(gradient.to_string(), text);
}

struct Asked;

impl Differentiable for Asked {
    type Input = [f64; 2];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, &[a, b]: &[S; 2]) -> S {
        let c = if a < b { a - 0.5 } else { b };
        c.powi(3) / 4.0 + S::lit(f64::INFINITY).min(b) + S::lit(a.primal())
    }
}

/// Guards say what was asked and where; the place is this file.
#[test]
fn guards_have_their_lines() {
    let less = recorded(&Asked, &[1.0, 2.0]).to_string();
    let line = less.lines().find(|line| line.contains("guard x0 < x1")).expect("the comparison is listed");
    let place =
        line.split_once("  (").and_then(|(_, place)| place.strip_suffix(')')).expect("the place is in brackets");
    assert!(place.ends_with("listing.rs:34"), "{place}");
    assert!(less.contains("v2 = x0 - 0.5\n  v3 = v2^3\n  v4 = v3 / 4\n") && less.contains("min ∞ x1"), "{less}");
    assert!(less.contains("guard x0 is 1  ("), "{less}");
    let not_less = recorded(&Asked, &[2.0, 2.0]).to_string();
    assert!(not_less.contains("guard not x0 < x1  ("), "{not_less}");
}

#[test]
fn derivatives_have_their_order_and_directions() {
    let hvp = recorded(&Neuron, &SEED).hvp().expect("there is a product").to_string();
    assert!(hvp.contains("= D sigmoid at v") && hvp.contains("= D² sigmoid at v") && hvp.contains(" along v"), "{hvp}");
}

#[test]
fn loops_are_indented() {
    let text = "\
program of 5 inputs and 6 outputs
  v1[0..6] = loop of 3 rows, last row first
    r0 = row of x[0..4] (2 wide, 1 apart)
    c0 = x4
    s = [x4] at the start
    do
      v3 = s · r0[0]
      v4 = v3 + c0
      v5 = r0[0] · r0[1]
      next state [v4], add [v5], write [r0[1], r0[0]] (2 wide, 1 apart)
  return v1[0], v1[1], v1[2], v1[3], v1[4], v1[5]
";
    assert_eq!(loop_by_hand().to_string(), text);
}

#[test]
fn data_and_what_moves_numbers_are_listed() {
    let of = |op, args: &[_], width| Instruction { op, args: args.iter().copied().collect(), width };
    let pack = of(Op::Pack, &[at(0, 0), at(1, 1)], 2);
    let masked = of(Op::Masked, &[at(2, 0), at(2, 1)], 1);
    let code = block(vec![parameter(0, 1), parameter(1, 2), pack, masked], vec![at(3, 0)]);
    let program = Program::<f64>::from_block(code, vec![vec![5.0, 7.0]]).expect("it keeps the rules");
    let text = "\
program of 1 input and 1 output
  d1 = 2 numbers of data
  v2[0..2] = [x0, d1[1]]
  v3 = v2[1] unless v2[0] = 0
  return v3
";
    assert_eq!(program.to_string(), text);
}
