use anygrad::{Backend, Finite, Forward, Reverse};
use anygrad_gradbench::Method;
use anygrad_gradbench::evals::saddle::Greatest;
use serde_json::json;

use crate::common::{numbers, output};

#[test]
fn each_variant_ends_where_the_benchmark_expects() {
    for variant in ["rr", "ff", "fr", "rf"] {
        let found = numbers(&output("saddle", variant, &json!({ "start": [1.0, 1.0] }), Method::Auto));
        assert_eq!(found.len(), 4);
        for found in found {
            assert!((found - 8.246324826140356e-6).abs() < 1e-19, "{variant}: {found}");
        }
    }
}

#[test]
fn the_greatest_height_has_the_derivative_of_the_height_there() {
    // Where the second point does not depend on the first, `∂/∂x₁ = 2·x₁`.
    let (first, start) = ([0.7, -0.4], [1.0, 1.0]);
    let (_, differences, _) = Finite::default()
        .gradient_with_error(&Greatest { backend: Reverse::new(), start }, &first)
        .expect("the descent ends");
    let nested = [
        Reverse::new().gradient(&Greatest { backend: Reverse::new(), start }, &first),
        Forward::new().gradient(&Greatest { backend: Reverse::new(), start }, &first),
        Reverse::new().gradient(&Greatest { backend: Forward::new(), start }, &first),
        Forward::new().gradient(&Greatest { backend: Forward::new(), start }, &first),
    ];
    for found in nested {
        let found = found.expect("the descent ends");
        for i in 0..2 {
            assert!((found[i] - 2.0 * first[i]).abs() < 1e-12, "{found:?}");
            assert!((found[i] - differences[i]).abs() < 1e-8, "{found:?}, expected {differences:?}");
        }
    }
}
