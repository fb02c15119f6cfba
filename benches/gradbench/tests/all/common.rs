//! How a derivative is checked.

use anygrad::{Differentiable, Finite, Tree};
use anygrad_gradbench::Method;
use anygrad_gradbench::evals::find;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;

/// Numbers that are the same in each run.
pub(crate) fn rng() -> StdRng {
    StdRng::seed_from_u64(20)
}

/// What a function of an eval gives for an input, by a method.
pub(crate) fn output(module: &str, function: &str, input: &Value, method: Method) -> Value {
    let eval = find(module).expect("the eval is there");
    let mut job = eval.prepare(function, input.clone(), method.into()).expect("the input is right");
    job.evaluate().expect("it is defined there");
    job.output()
}

/// The numbers of an output, in order.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        Value::Object(values) => values.values().flat_map(numbers).collect(),
        value => vec![value.as_f64().expect("a number")],
    }
}

/// Checks a function's derivative by every method against numbers, relative to the greatest of them.
pub(crate) fn check_by_every_method(module: &str, function: &str, input: &Value, expected: &[f64]) {
    let greatest = expected.iter().fold(f64::MIN_POSITIVE, |greatest, x| greatest.max(x.abs()));
    for method in Method::EACH.into_iter().chain([Method::Auto]) {
        let found = numbers(&output(module, function, input, method));
        assert_eq!(found.len(), expected.len(), "{module} by {method:?}");
        for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
            let error = (found - expected).abs() / greatest;
            assert!(error <= 1e-8, "{module} by {method:?}: number {i} is {found}, expected {expected}");
        }
    }
}

/// Checks a gradient by every method against finite differences, which read no rule.
pub(crate) fn check_gradient<F>(module: &str, function: &str, input: &Value, f: &F, x: &F::Input)
where
    F: Differentiable,
    F::Input: Tree<Leaf = f64>,
{
    let (_, expected, _) = Finite::default().gradient_with_error(f, x).expect("it is defined there");
    check_by_every_method(module, function, input, &F::Input::flatten::<f64>(&expected));
}
