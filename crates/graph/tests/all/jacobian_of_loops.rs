//! Jacobians of loops some of whose outputs are linear in what the loop makes: the adjoints of those are known before it runs.

use anygrad_core::{Differentiable, Error, Scalar, loops};
use anygrad_graph::Program;

/// `(sin²x₀, sin x₁, exp(sin x₀), sin x₀ + sin x₁)`, the sines by a loop.
struct Sines;

impl Differentiable for Sines {
    type Input = [f64; 2];
    type Output = [f64; 4];
    fn call<S: Scalar<Real = f64>>(&self, x: &[S; 2]) -> [S; 4] {
        let sines = loops::map(loops::each(x), |x: S| x.sin());
        [sines[0] * sines[0], sines[1], sines[0].exp(), sines[0] + sines[1]]
    }
}

#[test]
fn one_loop_does_the_work_of_another() -> Result<(), Error> {
    let [a, b] = [0.5_f64, 0.25];
    let jacobian = Program::record(&Sines, &[a, b])?.jacobian()?;
    let found = jacobian.evaluate(&[a, b])?;
    let exp = a.sin().exp();
    assert_eq!(found[..4], [a.sin() * a.sin(), b.sin(), exp, a.sin() + b.sin()]);
    let rows = [[2.0 * a.sin() * a.cos(), 0.0], [0.0, b.cos()], [exp * a.cos(), 0.0], [a.cos(), b.cos()]];
    for (found, expected) in found[4..].iter().zip(rows.iter().flatten()) {
        assert!((found - expected).abs() <= 4.0 * f64::EPSILON * expected.abs(), "{found} ≠ {expected}");
    }
    Ok(())
}
