//! `Auto` makes native code where that has paid, and only there.
#![cfg(feature = "jit")]

use anygrad::prelude::*;
use anygrad::{Fixed, loops};

/// `Σ wᵢ·100·(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²`, a loop that is recorded once.
struct Valley {
    weight: f64,
}

impl Differentiable for Valley {
    type Input = Vec<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        loops::sum(loops::windows(x, 2), |pair: &[S]| {
            let (height, slope) = (pair[1] - pair[0] * pair[0], S::one() - pair[0]);
            height * height * self.weight + slope * slope
        })
    }
}

/// By hand.
fn gradient(x: &[f64], weight: f64) -> Vec<f64> {
    let mut gradient = vec![0.0; x.len()];
    for i in 1..x.len() {
        let height = x[i] - x[i - 1] * x[i - 1];
        gradient[i - 1] -= 4.0 * weight * x[i - 1] * height + 2.0 * (1.0 - x[i - 1]);
        gradient[i] += 2.0 * weight * height;
    }
    gradient
}

fn point(n: usize) -> Vec<f64> {
    (0..n).map(|i| (i as f64).sin()).collect()
}

/// The choice, once it is made by what native code costs.
fn settled(auto: &Auto) -> Option<String> {
    let choice = auto.choice()?.to_string();
    let is_settled = ["native, because", "native code", "more paths"].iter().any(|part| choice.contains(part));
    is_settled.then_some(choice)
}

const MOST_CALLS: usize = 100_000;

#[test]
fn native_code_is_made_once_it_has_paid() -> Result<(), Error> {
    let (mut auto, f, x) = (Auto::new(), Fixed::new(Valley { weight: 100.0 }), point(1000));
    assert_eq!(auto.gradient(&f, &x)?.len(), 1000);
    assert_eq!(auto.choice().map(|choice| choice.backend), Some("reverse"));
    let expected = gradient(&x, 100.0);
    let mut buffer = vec![0.0; 1000];
    let choice = (0..MOST_CALLS).find_map(|_| {
        auto.value_and_gradient_into(&f, &x, &mut buffer).ok()?;
        settled(&auto)
    });
    let choice = choice.expect("a thousand inputs are cheaper by native code");
    assert!(choice.starts_with("native, because ") && choice.ends_with(" of recording and compiling"), "{choice}");
    for (found, expected) in buffer.iter().zip(&expected) {
        assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} instead of {expected}");
    }
    Ok(())
}

#[test]
fn a_function_that_may_change_is_never_compiled() -> Result<(), Error> {
    let (mut auto, mut f, x) = (Auto::new(), Valley { weight: 100.0 }, point(50));
    for _ in 0..3000 {
        auto.gradient(&f, &x)?;
        assert_eq!(settled(&auto), None);
    }
    f.weight = 1.0;
    let expected = gradient(&x, 1.0);
    for (found, expected) in auto.gradient(&f, &x)?.iter().zip(&expected) {
        assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} instead of {expected}");
    }
    Ok(())
}

#[test]
fn a_function_of_many_paths_is_left_to_the_tape() -> Result<(), Error> {
    /// `Σ |xᵢ|·xᵢ²`, by a choice for each input.
    #[differentiable]
    fn cubes<S: Scalar<Real = f64>>(x: &[S]) -> S {
        x.iter().map(|&x| if x < S::zero() { -(x * x * x) } else { x * x * x }).sum()
    }
    let mut auto = Auto::new();
    let choice = (0..MOST_CALLS as u64).find_map(|call| {
        // Always the same point at first, so that native code is worth its price.
        let is_native = auto.choice().is_some_and(|choice| choice.backend == "native");
        let signs = if is_native { call } else { 0 };
        let x: Vec<f64> = (0..64).map(|i| if signs >> (i % 16) & 1 == 1 { -2.0 } else { 2.0 }).collect();
        let gradient = auto.gradient(&Cubes, &x).ok()?;
        assert!(gradient.iter().zip(&x).all(|(gradient, x)| *gradient == 12.0 * x.signum()));
        settled(&auto).filter(|choice| !choice.starts_with("native"))
    });
    let choice = choice.expect("it takes another path at every call");
    assert_eq!(choice, "reverse, because the function takes more paths than native code is worth making for");
    Ok(())
}

#[test]
fn a_call_that_is_wrong_is_refused_in_both_states() -> Result<(), Error> {
    let (mut auto, f, x) = (Auto::new(), Fixed::new(Valley { weight: 100.0 }), point(1000));
    let (mut buffer, mut wrong) = (x.clone(), vec![0.0; 3]);
    let expected = Error::DimensionMismatch { what: "gradient buffer", expected: 1000, found: 3 };
    assert_eq!(auto.value_and_gradient_into(&f, &x, &mut wrong), Err(expected.clone()));
    let is_settled =
        (0..MOST_CALLS).any(|_| auto.value_and_gradient_into(&f, &x, &mut buffer).is_ok() && settled(&auto).is_some());
    assert!(is_settled);
    assert_eq!(auto.value_and_gradient_into(&f, &x, &mut wrong), Err(expected));
    auto.value_and_gradient_into(&f, &x, &mut buffer)?;
    assert_eq!(auto.choice().map(|choice| choice.backend), Some("native"));
    Ok(())
}
