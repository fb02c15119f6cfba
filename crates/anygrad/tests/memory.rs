//! Memory: what a gradient allocates, what it keeps, and what an operation takes on a tape.
#![cfg(all(feature = "forward", feature = "reverse"))]

use std::thread;

use allocation_counter::measure;
use anygrad::prelude::*;

/// Gates of one, two and many arguments.
#[differentiable]
fn mixed<S: Scalar<Real = f64>>(x: &[S; 12]) -> S {
    let (left, right) = x.split_at(6);
    let products: S = left.iter().zip(right).map(|(&a, &b)| a * b.tanh()).sum();
    products.exp() + S::dot(left, right) - S::logsumexp(x) / (S::norm(left) + 1.0)
}

const POINT: [f64; 12] = [0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8, 0.9, -1.0, 1.1, -1.2];

/// How many allocations a hundred calls make after a first one.
fn allocations(mut call: impl FnMut()) -> u64 {
    call();
    measure(|| (0..100).for_each(|_| call())).count_total
}

/// Gradients of arrays, by value and into a buffer.
fn check_allocations(name: &str, mut backend: impl Backend) {
    let expected = backend.gradient(&Mixed, &POINT).expect("one output");
    let by_value = allocations(|| assert_eq!(backend.gradient(&Mixed, &POINT), Ok(expected)));
    let with_value =
        allocations(|| assert_eq!(backend.value_and_gradient(&Mixed, &POINT).map(|(_, g)| g), Ok(expected)));
    let mut gradient = [0.0; 12];
    let in_place = allocations(|| {
        backend.value_and_gradient_into(&Mixed, &POINT, &mut gradient).expect("one output");
        assert_eq!(gradient, expected);
    });
    assert_eq!(
        [by_value, with_value, in_place],
        [0; 3],
        "{name}: gradient, value_and_gradient, value_and_gradient_into"
    );
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![0_u8; 10]))), 100);
}

#[test]
fn a_gradient_of_arrays_allocates_nothing_after_the_first() {
    check_allocations("forward", Forward::new());
    check_allocations("forward, chunk 5", Forward::with_chunk::<5>());
    check_allocations("reverse", Reverse::new());
}

#[test]
fn a_million_gradients_leave_nothing_behind() {
    let product = function!(|x: &[S]| -> S { x[0] * x[1] });
    let mut backend = Reverse::new();
    let grown = measure(|| {
        for i in 0..1_000_000 {
            let x = vec![f64::from(i), 2.0];
            assert_eq!(backend.gradient(&product, &x), Ok(vec![2.0, f64::from(i)]));
        }
    });
    assert!(grown.bytes_current < 1 << 20 && grown.bytes_max < 1 << 20, "{grown:?}");
}

/// `x·b·b·…`, each operation on the result of the last.
#[differentiable]
fn chain<S: Scalar<Real = f64>>(x: S, b: S, operations: u32) -> S {
    (0..operations).fold(x, |y, _| y * b)
}

/// `y + x + x + …`, one operand of every operation the same.
#[differentiable]
fn fan_out<S: Scalar<Real = f64>>(x: S, y: S, operations: u32) -> S {
    (0..operations).fold(y, |sum, _| sum + x)
}

/// 24 for the operation and 8 for its adjoint. A tape doubles its memory up to its limit, so a tight limit leaves no slack.
#[test]
fn an_operation_takes_at_most_32_bytes() {
    let operations = 10_000_000;
    let mut backend = Reverse::with_limit(operations as usize + 2);
    let taken = measure(|| {
        let expected = (1.0, -3.0 * f64::from(operations));
        assert_eq!(backend.gradient(&Chain { operations }, &(3.0, -1.0)), Ok(expected));
    });
    let bytes = taken.bytes_current as f64 / f64::from(operations + 2);
    assert!(bytes <= 32.0 + 1e-4, "{bytes} bytes an operation, {taken:?}");
}

#[test]
fn a_small_stack_holds_deep_chains_and_wide_fans() {
    let operations = 1_000_000;
    let on_a_small_stack = thread::Builder::new().stack_size(256 << 10).spawn(move || {
        let chain = Reverse::new().gradient(&Chain { operations }, &(3.0, 1.0));
        let fan = Reverse::new().gradient(&FanOut { operations }, &(3.0, 1.0));
        let second = Reverse::new().hvp(&FanOut { operations }, &(3.0, 1.0), &(1.0, 1.0));
        (chain, fan, second, Forward::new().gradient(&Chain { operations }, &(3.0, 1.0)))
    });
    let found = on_a_small_stack.expect("a thread").join().expect("enough stack");
    let n = f64::from(operations);
    assert_eq!(found, (Ok((1.0, 3.0 * n)), Ok((n, 1.0)), Ok((0.0, 0.0)), Ok((1.0, 3.0 * n))));
}
