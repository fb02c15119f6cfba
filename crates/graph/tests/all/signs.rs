//! Signs that cancel are left out, and nothing else changes: the same bits at every number, zeros of both signs among them.

use anygrad_core::{Differentiable, Error, Scalar};
use anygrad_graph::Program;

/// Every way in which signs meet, of two numbers.
struct Signs;

impl Differentiable for Signs {
    type Input = [f64; 2];
    type Output = Vec<f64>;

    fn call<S: Scalar<Real = f64>>(&self, &[a, b]: &[S; 2]) -> Vec<S> {
        let minus_one = S::lit(-1.0);
        vec![
            -(-a),
            a + -b,
            -a + b,
            a - -b,
            -a - -b,
            -a - b,
            -a + -b,
            -(a - b),
            -a * -b,
            -(a * -b),
            -(-a * b),
            -a / -b,
            -(-a / b),
            a + a * -b,
            a - b * -a,
            a * minus_one,
            -(a * -2.0),
            -a * 3.0,
            -a / 3.0,
            -a + 1.5,
            a * -2.0 + b,
            b - a * -2.0,
        ]
    }
}

#[test]
fn the_bits_stay() -> Result<(), Error> {
    let numbers = [0.0, -0.0, 1.0, -1.0, 0.1, -3.7, 5e-324, -5e-324, 1e308, -1e308, f64::INFINITY, f64::NEG_INFINITY];
    let program = Program::record(&Signs, &[0.3, 0.7])?;
    for a in numbers {
        for b in numbers {
            let (found, expected) = (program.evaluate(&[a, b])?, Signs.call::<f64>(&[a, b]));
            for (k, (found, expected)) in found.iter().zip(&expected).enumerate() {
                let is_same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
                assert!(is_same, "number {k} at ({a}, {b}): {found} instead of {expected}");
            }
        }
    }
    Ok(())
}

#[test]
fn what_an_addition_takes_over_is_no_operation() -> Result<(), Error> {
    struct Difference;
    impl Differentiable for Difference {
        type Input = [f64; 2];
        type Output = f64;

        fn call<S: Scalar<Real = f64>>(&self, &[a, b]: &[S; 2]) -> S {
            -a * -(b * -a) + -(-b)
        }
    }
    // a·(b·a) negated, and b: `b − a·(b·a)`.
    let program = Program::record(&Difference, &[0.3, 0.7])?;
    let operations = program.statistics().operations;
    assert_eq!(operations.get("neg"), None, "{operations:?}");
    assert_eq!((operations.get("mul"), operations.get("sub")), (Some(&2), Some(&1)), "{operations:?}");
    assert_eq!(program.evaluate(&[0.5, 2.0])?, [2.0 - 0.5]);
    Ok(())
}

#[test]
fn optimising_twice_changes_nothing() -> Result<(), Error> {
    let program = Program::record(&Signs, &[0.3, 0.7])?;
    let again = Program::record(&program, &vec![0.3, 0.7])?;
    assert_eq!(again, program);
    Ok(())
}
