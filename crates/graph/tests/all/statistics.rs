//! What a program is made of.

use crate::common::{Neuron, Rosenbrock, SEED, loop_by_hand, recorded};
use anygrad_core::{Differentiable, Scalar};
use anygrad_graph::Program;

#[test]
fn operations_are_counted_by_kind() {
    let statistics = recorded(&Neuron, &SEED).gradient().expect("there is a gradient").statistics();
    let counts: Vec<(&str, usize)> = statistics.operations.iter().map(|(kind, n)| (&**kind, *n)).collect();
    assert_eq!(counts, [("D sigmoid", 1), ("add", 2), ("mul", 6), ("sigmoid", 1)]);
    // ax, + by, + c, σ, σ′, ·x.
    assert_eq!((statistics.steps, statistics.depth, statistics.values), (10, 6, 10));
    assert_eq!((statistics.inputs, statistics.outputs, statistics.guards, statistics.loops), (5, 6, 0, 0));
}

#[test]
fn depth_is_the_longest_chain() {
    let n = 50;
    let statistics = recorded(&Rosenbrock, &vec![0.5; n]).statistics();
    // A term is a square, a difference, its square, times 100, plus the other square; then a sum of n − 1.
    assert_eq!(statistics.depth, 5 + (n as u64 - 2));
}

#[test]
fn loops_count_their_rows() {
    let statistics = loop_by_hand().statistics();
    assert_eq!((statistics.loops, statistics.steps, statistics.values), (1, 9, 6));
    // Three rows, one after the other, each a product and a sum.
    assert_eq!(statistics.depth, 6);
}

#[test]
fn bytes_grow_with_the_program() {
    let bytes = |n| recorded(&Rosenbrock, &vec![0.5; n]).statistics().bytes;
    let per_term = (bytes(1000) - bytes(500)) / 500;
    // Eight instructions; the size of one is not much more than that of its operands.
    assert!((8 * 16..8 * 200).contains(&per_term), "{per_term}");
}

#[test]
fn statistics_print_the_most_frequent_first() {
    struct Shifted;
    impl Differentiable for Shifted {
        type Input = f64;
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
            if *x < S::lit(3.0) { (x.sin().sin() + x.cos()) * 2.0 } else { *x }
        }
    }
    let statistics = Program::record(&Shifted, &1.0).expect("it can be recorded").statistics();
    let text = statistics.to_string();
    let expected = "\
inputs      1
outputs     1
operations  5
         2  sin
         1  add
         1  cos
         1  mul_const
guards      1
loops       0
steps       6
depth       4
values      6
bytes       ";
    assert!(text.starts_with(expected), "{text}");
}
