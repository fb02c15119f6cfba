//! Programs recorded once more: the same instructions, and the same tests as before.

use crate::common::recorded;
use anygrad_core::{Differentiable, Error, Scalar, loops};
use anygrad_graph::Program;
use anygrad_graph::code::{Gate, Op};

/// `Σ √xᵢ` over those above 0, `Σ xᵢ²` over the others: rows take two paths.
struct Forked;

impl Differentiable for Forked {
    type Input = Vec<f64>;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        loops::sum(loops::each(x), |x: S| if x > S::zero() { x.sqrt() } else { x * x })
    }
}

#[test]
fn a_path_that_is_not_taken_pins_no_number() -> Result<(), Error> {
    let again = Program::record(&recorded(&Forked, &vec![4.0, -2.0]), &vec![4.0, -2.0])?;
    assert_eq!(again.evaluate(&[9.0, -3.0])?, [12.0]);
    assert!(matches!(again.evaluate(&[-9.0, -3.0]), Err(Error::BranchChanged { .. })));
    Ok(())
}

/// `|x|·y`.
struct Piecewise;

impl Differentiable for Piecewise {
    type Input = [f64; 2];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, &[x, y]: &[S; 2]) -> S {
        x.abs() * y
    }
}

#[test]
fn structural_zeros_stay_instructions() -> Result<(), Error> {
    let gradient = recorded(&Piecewise, &[-2.0, 3.0]).gradient()?;
    let again = Program::record(&gradient, &vec![-2.0, 3.0])?;
    let ops = || again.block().code.iter().map(|instruction| &instruction.op);
    assert!(ops().any(|op| *op == Op::Masked) && !ops().any(|op| matches!(op, Op::Gate(Gate::Own(_)))), "{again}");
    assert_eq!(again.evaluate(&[0.0, f64::INFINITY])?[1], 0.0);
    assert_eq!(again.evaluate(&[-2.0, 3.0])?, [6.0, -3.0, 2.0]);
    Ok(())
}
