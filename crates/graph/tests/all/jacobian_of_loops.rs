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

/// Ten powers of one number and of another, and their greater ones: a Jacobian with many more rows than columns.
struct Powers;

impl Differentiable for Powers {
    type Input = [f64; 2];
    type Output = Vec<f64>;
    fn call<S: Scalar<Real = f64>>(&self, x: &[S; 2]) -> Vec<S> {
        let powers = x.iter().flat_map(|x| (1..=10).map(|k| x.powi(k))).collect::<Vec<_>>();
        loops::map(loops::each(&powers), |power: S| if power > S::one() { power * 2.0 } else { power })
    }
}

#[test]
fn a_tall_jacobian_is_computed_by_columns() -> Result<(), Error> {
    let x = [0.5_f64, 1.5];
    let found = Program::record(&Powers, &x)?.jacobian()?.evaluate(&x)?;
    assert_eq!(found.len(), 20 + 40);
    for (row, found) in found[20..].chunks(2).enumerate() {
        let (j, k) = (row / 10, row as i32 % 10 + 1);
        let factor = if j == 1 { 2.0 } else { 1.0 };
        let mut expected = [0.0; 2];
        expected[j] = factor * f64::from(k) * x[j].powi(k - 1);
        let within = |(found, expected): (&f64, &f64)| (found - expected).abs() <= 8.0 * f64::EPSILON * expected;
        assert!(found.iter().zip(&expected).all(within), "{found:?} ≠ {expected:?}");
    }
    Ok(())
}
