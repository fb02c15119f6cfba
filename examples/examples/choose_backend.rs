//! Choosing a backend: by type, by feature, or by letting `Auto` look at the shape.

use anygrad::prelude::*;

/// `Π xᵢ`, any number of inputs (Speelpenning 1980).
#[differentiable]
fn product<S: Scalar<Real = f64>>(x: &[S]) -> S {
    x.iter().product()
}

/// A curve in the plane: one input, two outputs.
#[differentiable]
fn curve<S: Scalar<Real = f64>>(t: S) -> [S; 2] {
    [t * t, t.powi(3)]
}

/// The same code under any backend: this is the whole price of a choice.
fn norm_of_gradient(backend: &mut impl Backend, x: &Vec<f64>) -> Result<f64, Error> {
    Ok(f64::norm(&backend.gradient(&Product, x)?))
}

fn main() -> Result<(), Error> {
    println!("By type: |∇(x₁·x₂·…)| at (1, 2, 2) is √(16 + 4 + 4)");
    let x = vec![1.0, 2.0, 2.0];
    let norms = [
        ("Finite", norm_of_gradient(&mut Finite::default(), &x)?, 1e-8),
        ("Forward", norm_of_gradient(&mut Forward::new(), &x)?, 1e-15),
        ("Reverse", norm_of_gradient(&mut Reverse::new(), &x)?, 1e-15),
    ];
    for (name, norm, tolerance) in norms {
        println!("   {name:8} {norm:.12}");
        assert!((norm - 24.0_f64.sqrt()).abs() < tolerance * norm);
    }

    println!("By feature: the type that a build was given, under one name");
    // In Cargo.toml: anygrad = { default-features = false, features = ["forward"] }
    type Chosen = Forward;
    assert_eq!(Chosen::default().derivative(&Curve, 2.0)?, [4.0, 12.0]);
    println!("   the curve (t², t³) moves along {:?} at t = 2", Chosen::default().derivative(&Curve, 2.0)?);

    println!("By Auto, which looks at the shape and says what it chose");
    let mut auto = Auto::new();
    let report = |what: &str, auto: &Auto, expected: &str| {
        let choice = auto.choice().map_or_else(String::new, |choice| choice.to_string());
        println!("   {what:24} {choice}");
        assert!(choice.starts_with(expected), "expected {expected}");
    };
    assert_eq!(auto.gradient(&Product, &x)?, [4.0, 2.0, 2.0]);
    report("gradient, 3 inputs", &auto, "forward");
    assert_eq!(auto.gradient(&Product, &vec![1.0; 1000])?, vec![1.0; 1000]);
    report("gradient, 1000 inputs", &auto, "reverse");
    assert_eq!(auto.derivative(&Curve, 2.0)?, [4.0, 12.0]);
    report("derivative of a curve", &auto, "forward");
    assert_eq!(auto.hvp(&Product, &vec![1.0; 20], &vec![1.0; 20])?, vec![19.0; 20]);
    report("Hessian times a vector", &auto, "forward over reverse");
    Ok(())
}
