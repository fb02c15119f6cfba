//! Data that is exchanged, in programs and in native code.

use anygrad_core::{Differentiable, Error, Scalar, loops};
use anygrad_graph::{Engine, Interpreter, Program};
use anygrad_jit::Native;

/// `½ Σ (a·tᵢ + b − yᵢ)²`.
struct Line {
    t: Vec<f64>,
    y: Vec<f64>,
}

impl Differentiable for Line {
    type Input = [f64; 2];
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, &[a, b]: &[S; 2]) -> S {
        loops::sum((loops::data(&self.t), loops::data(&self.y)), |(t, y): (S, S)| {
            let error = a * t + b - y;
            error * error * 0.5
        })
    }
}

impl Line {
    /// The value and the gradient by hand.
    fn by_hand(&self, [a, b]: [f64; 2]) -> [f64; 3] {
        let errors = self.t.iter().zip(&self.y).map(|(t, y)| (t, a * t + b - y));
        errors.fold([0.0; 3], |[f, da, db], (t, e)| [f + 0.5 * e * e, da + e * t, db + e])
    }
}

/// Equal arrays at the time of the recording are parameters of their own all the same.
fn recorded() -> Line {
    Line { t: vec![1.0; 3], y: vec![1.0; 3] }
}

#[test]
fn every_engine_runs_on_exchanged_data() -> Result<(), Error> {
    let other = Line { t: vec![-1.0, 0.0, 2.0], y: vec![3.0, -1.0, 0.5] };
    let before = Program::record(&recorded(), &[0.5, 0.25])?.gradient()?;
    assert_eq!(before.data(), [vec![1.0; 3], vec![1.0; 3]]);
    let mut program = before.clone();
    program.set_data(0, &other.t)?;
    program.set_data(1, &other.y)?;
    let mut native = Native::compile(&before)?;
    let old = native.clone();
    native.set_data(0, &other.t)?;
    native.set_data(1, &other.y)?;
    let (mut interpreted, mut by_interpreter) = (Interpreter.prepare(&program)?, [0.0; 3]);
    for x in [[0.5, 0.25], [-2.0, 1.0], [0.0, 0.0]] {
        let expected = other.by_hand(x);
        Interpreter::run(&mut interpreted, &[&x], &mut by_interpreter)?;
        assert_eq!(by_interpreter, expected);
        assert_eq!(program.evaluate(&x)?, expected);
        assert_eq!(native.evaluate(&x)?, expected);
        assert_eq!(old.evaluate(&x)?, recorded().by_hand(x));
        assert_eq!(before.evaluate(&x)?, recorded().by_hand(x));
    }
    Ok(())
}

#[test]
fn data_of_another_length_is_refused() -> Result<(), Error> {
    let mut program = Program::record(&recorded(), &[0.5, 0.25])?;
    let mut native = Native::compile(&program)?;
    let expected = Err(Error::DimensionMismatch { what: "data parameter", expected: 3, found: 2 });
    assert_eq!((program.set_data(1, &[1.0; 2]), native.set_data(1, &[1.0; 2])), (expected.clone(), expected));
    let expected = Err(Error::DimensionMismatch { what: "data parameters", expected: 3, found: 2 });
    assert_eq!((program.set_data(2, &[1.0; 3]), native.set_data(2, &[1.0; 3])), (expected.clone(), expected));
    Ok(())
}

#[test]
fn the_time_of_a_run_is_that_of_a_run() -> Result<(), Error> {
    let native = Native::compile(&Program::record(&recorded(), &[0.5, 0.25])?)?;
    let time = native.time(&[0.5, 0.25])?;
    assert!(!time.is_zero() && time.as_millis() < 100, "{time:?}");
    let expected = Err(Error::DimensionMismatch { what: "inputs", expected: 2, found: 1 });
    assert_eq!(native.time(&[0.5]), expected);
    Ok(())
}
