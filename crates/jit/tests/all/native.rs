//! Handles, guards, lengths, gates of one's own, and the memory of the code.

use crate::common::agree;
use anygrad_core::{Differentiable, Error, Real, Scalar, Unary};
use anygrad_graph::Program;
use anygrad_jit::Native;

/// `x` up to the first bound that it does not reach, with three comparisons on the way.
struct Stairs;

impl Differentiable for Stairs {
    type Input = [f64; 2];
    type Output = [f64; 2];

    fn call<S: Scalar<Real = f64>>(&self, &[x, y]: &[S; 2]) -> [S; 2] {
        let sum = if x > y { x - y } else { y - x };
        if sum >= S::lit(10.0) {
            [sum * 2.0, x]
        } else if x == y {
            [S::one(), y]
        } else {
            [sum.sqrt(), x * y]
        }
    }
}

#[test]
fn guards_fail_as_in_the_program() -> Result<(), Error> {
    let points = [[3.0, 1.0], [1.0, 3.0], [30.0, 1.0], [2.0, 2.0], [f64::NAN, 1.0], [0.0, -0.0], [f64::INFINITY, 1.0]];
    let mut failed = 0;
    for recorded in points {
        let program = Program::record(&Stairs, &recorded)?;
        let native = Native::compile(&program)?;
        assert!(native.evaluate(&recorded).is_ok());
        for point in points {
            agree(&program, &native, &point, "stairs");
            failed += usize::from(native.evaluate(&point).is_err());
        }
    }
    // The points take four ways, one of them, two, two and two: 7² − (1 + 4 + 4 + 4).
    assert_eq!(failed, 36);
    Ok(())
}

#[test]
fn a_failing_guard_says_which_and_where() -> Result<(), Error> {
    let native = Native::compile(&Program::record(&Stairs, &[3.0, 1.0])?)?;
    match native.evaluate(&[1.0, 3.0]) {
        Err(Error::BranchChanged { test, place: Some(place) }) => {
            assert_eq!(test, "3 < 1");
            assert!(place.contains("native.rs:"), "{place}");
        }
        other => panic!("expected a changed branch, found {other:?}"),
    }
    Ok(())
}

/// Asks for the very number.
struct Looked;

impl Differentiable for Looked {
    type Input = f64;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        if x.primal().is_finite() { *x * 2.0 } else { S::zero() }
    }
}

#[test]
fn a_number_that_was_looked_at_has_to_be_the_same() -> Result<(), Error> {
    for recorded in [1.5, 0.0, -0.0, f64::NAN, f64::INFINITY] {
        let program = Program::record(&Looked, &recorded)?;
        let native = Native::compile(&program)?;
        assert!(native.evaluate(&[recorded]).is_ok());
        for point in [1.5, 0.0, -0.0, f64::NAN, -f64::NAN, f64::INFINITY, -1.5] {
            agree(&program, &native, &[point], "looked");
        }
    }
    Ok(())
}

#[test]
fn wrong_lengths_are_refused() -> Result<(), Error> {
    let native = Native::compile(&Program::record(&Stairs, &[3.0, 1.0])?)?;
    let mut workspace = native.workspace();
    let wrong = |what, expected, found| Err(Error::DimensionMismatch { what, expected, found });
    assert_eq!(native.run(&mut workspace, &[1.0], &mut [0.0; 2]), wrong("inputs", 2, 1));
    assert_eq!(native.run(&mut workspace, &[3.0, 1.0], &mut [0.0; 3]), wrong("outputs", 2, 3));
    let other = Native::compile(&crate::common::gate_program(
        &anygrad_graph::code::Gate::<f64>::Nary(anygrad_core::NaryOp::Norm),
        9,
    )?)?;
    let refused = native.run(&mut other.workspace(), &[3.0, 1.0], &mut [0.0; 2]);
    assert!(matches!(refused, Err(Error::DimensionMismatch { what: "workspace", .. })), "{refused:?}");
    Ok(())
}

/// `x³`, and a panic at 13.
#[derive(Clone, Copy, Debug)]
struct Cube;

impl<R: Real> Unary<R> for Cube {
    fn name(self) -> &'static str {
        "cube"
    }
    fn value(self, x: R) -> R {
        assert!(x.widen() != 13.0, "thirteen");
        x * x * x
    }
    fn partial<T: Scalar<Real = R>>(self, x: T, _: T) -> T {
        x * x * T::lit(3.0)
    }
}

struct OfCube;

impl Differentiable for OfCube {
    type Input = f64;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        x.unary(Cube).sin()
    }
}

#[test]
fn own_gates_and_their_derivatives() -> Result<(), Error> {
    let program = Program::record(&OfCube, &0.5)?;
    agree(&program, &Native::compile(&program)?, &[0.7], "own gate");
    let gradient = Program::record(&anygrad_core::Gradient::new(OfCube, anygrad_reverse::Reverse::new()), &0.5)?;
    let native = Native::compile(&gradient)?;
    agree(&gradient, &native, &[0.7], "gradient of an own gate");
    Ok(())
}

#[test]
fn a_panic_of_an_own_gate_passes_through() -> Result<(), Error> {
    let native = Native::compile(&Program::record(&OfCube, &0.5)?)?;
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| native.evaluate(&[13.0])))
        .expect_err("the gate panics");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"thirteen"));
    assert_eq!(native.evaluate(&[2.0])?, [8.0_f64.sin()]);
    Ok(())
}

#[test]
fn programs_without_operations() -> Result<(), Error> {
    let x = crate::common::inputs::<f64>(3);
    let swapped = crate::common::program(
        vec![x.clone()],
        vec![crate::common::operand(0, 2), crate::common::operand(0, 0), crate::common::operand(0, 0)],
    )?;
    assert_eq!(Native::compile(&swapped)?.evaluate(&[1.0, 2.0, 3.0])?, [3.0, 1.0, 1.0]);
    let empty = crate::common::program(vec![crate::common::inputs::<f64>(0)], Vec::new())?;
    assert_eq!(Native::compile(&empty)?.evaluate(&[])?, []);
    let constant = vec![x, crate::common::instruction(anygrad_graph::code::Op::Constant(4.0), [], 1)];
    assert_eq!(
        Native::compile(&crate::common::program(constant, vec![crate::common::operand(1, 0)])?)?
            .evaluate(&[1.0, 2.0, 3.0])?,
        [4.0]
    );
    Ok(())
}

#[test]
fn thousands_of_results_that_are_no_operations() -> Result<(), Error> {
    let inputs = crate::common::inputs::<f64>(3000);
    let reversed =
        crate::common::program(vec![inputs], (0..3000).map(|k| crate::common::operand(0, 2999 - k)).collect())?;
    let x: Vec<f64> = (0..3000).map(f64::from).collect();
    let found = Native::compile(&reversed)?.evaluate(&x)?;
    assert!(found.iter().eq(x.iter().rev()));
    Ok(())
}

#[test]
fn handles_outlive_the_program_and_each_other() -> Result<(), Error> {
    let program = Program::record(&Stairs, &[3.0, 1.0])?;
    let native = Native::compile(&program)?;
    drop(program);
    let other = native.clone();
    drop(native);
    let threads: Vec<_> = (2..6)
        .map(|k| {
            let own = other.clone();
            std::thread::spawn(move || own.evaluate(&[f64::from(k), 1.0]))
        })
        .collect();
    drop(other);
    for (k, thread) in (2..).zip(threads) {
        let found = thread.join().expect("a thread that does not panic")?;
        assert_eq!(found, [(f64::from(k) - 1.0).sqrt(), f64::from(k)]);
    }
    Ok(())
}
