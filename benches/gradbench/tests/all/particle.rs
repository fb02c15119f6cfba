use anygrad::{Backend, Finite, Forward, Reverse};
use anygrad_gradbench::Method;
use anygrad_gradbench::evals::particle::Landing;
use serde_json::json;

use crate::common::{numbers, output};

#[test]
fn each_variant_ends_where_the_benchmark_expects() {
    for variant in ["rr", "ff", "fr", "rf"] {
        let found = numbers(&output("particle", variant, &json!({ "w": 0.0 }), Method::Auto));
        assert!((found[0] - 0.2071918746486116).abs() < 1e-13, "{variant}: {}", found[0]);
    }
}

#[test]
fn the_outer_derivative_is_that_of_finite_differences() {
    let w = 0.3;
    let landing = Landing(Reverse::new());
    let (_, expected, _) = Finite::default().gradient_with_error(&landing, &w).expect("it lands");
    let nested = [
        Reverse::new().gradient(&landing, &w),
        Forward::new().gradient(&landing, &w),
        Reverse::new().gradient(&Landing(Forward::new()), &w),
        Forward::new().gradient(&Landing(Forward::new()), &w),
    ];
    for found in nested {
        let found = found.expect("it lands");
        assert!((found - expected).abs() <= 1e-8 * expected.abs(), "{found}, expected {expected}");
    }
}

#[test]
fn a_particle_that_never_lands_is_an_error() {
    let error = Landing(Reverse::new());
    let error = anygrad::Differentiable::try_call::<f64>(&error, &f64::NAN).expect_err("it has no height");
    assert!(error.to_string().starts_with("particle: "), "{error}");
}
