//! Operations on whole arrays: one instruction each, in programs and in native code.

use anygrad_core::{Backend, Error, Scalar, loops};
use anygrad_graph::{Program, Replay, SavedProgram};
use anygrad_jit::{Jit, Native};
use anygrad_linalg::{Matrix, Vector};
use anygrad_macros::differentiable;
use anygrad_reverse::Reverse;

/// `½·‖tanh(A·x)‖²`.
#[differentiable(crate = anygrad_core)]
fn layer<S: Scalar<Real = f64>>((a, x): &(Matrix<S>, Vector<S>)) -> Result<S, Error> {
    let y = a.matvec(x)?.tanh();
    Ok(y.dot(&y)? * 0.5)
}

fn matrix(rows: usize, columns: usize, shift: f64) -> Matrix<f64> {
    Matrix::from_fn(rows, columns, |i, j| ((i * columns + j) as f64 * 0.7 + shift).sin())
}

fn vector(len: usize, shift: f64) -> Vector<f64> {
    Vector::from_fn(len, |i| (i as f64 * 1.3 + shift).cos())
}

fn flat(a: &Matrix<f64>, x: &Vector<f64>) -> Vec<f64> {
    [a.as_slice(), x.as_slice()].concat()
}

/// Two floats that agree but for the last few bits.
fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-14 * expected.abs().max(1.0), "{found} where {expected} is right");
    }
}

#[test]
fn an_operation_is_one_instruction_of_a_program() -> Result<(), Error> {
    let program = Program::record(&Layer, &(matrix(30, 40, 0.0), vector(40, 0.0)))?;
    // The product, a loop of tanh, the dot product, the half.
    assert_eq!(program.operations(), 4);
    let listing = program.listing().to_string();
    assert!(listing.contains("matmul x[0..1200] x[1200..1240]"), "{listing}");
    // What the gradient adds: the two adjoints of the dot product and their sum, the loop of tanh's partials, the two of the
    // product, the seed.
    assert!(program.gradient()?.operations() <= 12, "{}", program.gradient()?.listing());
    Ok(())
}

/// `∂/∂A = (ȳ∘(1 − y²))·xᵀ` and `∂/∂x = Aᵀ·(ȳ∘(1 − y²))` with `ȳ = y = tanh(A·x)`, at another point than that of the recording.
#[test]
fn gradients_are_those_of_the_closed_form() -> Result<(), Error> {
    for (rows, columns) in [(1, 1), (3, 2), (9, 12), (1, 20), (20, 1), (2, 0), (0, 2)] {
        let program = Program::record(&Layer, &(matrix(rows, columns, 0.0), vector(columns, 0.0)))?.gradient()?;
        let (a, x) = (matrix(rows, columns, 2.0), vector(columns, 1.0));
        let y = a.matvec(&x)?.tanh();
        let change = Vector::from_fn(rows, |i| y.as_slice()[i] * (1.0 - y.as_slice()[i].powi(2)));
        let mut expected = vec![y.dot(&y)? * 0.5];
        expected.extend(flat(&change.outer(&x), &a.transposed_matvec(&change)?));
        assert_close(&program.evaluate(&flat(&a, &x))?, &expected);
        assert_close(&Native::compile(&program)?.evaluate(&flat(&a, &x))?, &expected);
    }
    Ok(())
}

#[test]
fn second_derivatives_are_those_of_the_tape() -> Result<(), Error> {
    let (at, along) = ((matrix(3, 4, 0.5), vector(4, 0.2)), (matrix(3, 4, 1.5), vector(4, 2.0)));
    let (by_a, by_x) = Reverse::new().hvp(&Layer, &at, &along)?;
    for found in [Replay::default().hvp(&Layer, &at, &along)?, Jit::default().hvp(&Layer, &at, &along)?] {
        assert_close(&flat(&found.0, &found.1), &flat(&by_a, &by_x));
    }
    Ok(())
}

/// A program is a function of its own, which every backend differentiates: there the operations run by their numbers.
#[test]
fn a_program_runs_over_other_scalars() -> Result<(), Error> {
    let (a, x) = (matrix(3, 4, 0.0), vector(4, 0.0));
    let program = Program::record(&Layer, &(a.clone(), x.clone()))?;
    let (by_a, by_x) = Reverse::new().gradient(&Layer, &(a.clone(), x.clone()))?;
    let expected = flat(&by_a, &by_x);
    assert_close(&Reverse::new().jacobian(&program, &flat(&a, &x))?.into_vec(), &expected);
    let again = Program::record(&program, &flat(&a, &x))?;
    assert_eq!(again.listing().to_string(), program.listing().to_string());
    Ok(())
}

/// `Σ ‖A·row‖²`: an operation in the body of a loop, with an array from outside and one of the row.
#[differentiable(crate = anygrad_core)]
fn rows<S: Scalar<Real = f64>>((a, rows): &(Matrix<S>, Vec<S>)) -> S {
    loops::sum(loops::chunks(rows, 2), |row: &[S]| {
        let y = a.matvec(&Vector::new(row.iter().copied())).unwrap_or_else(|_| Vector::zeros(0));
        y.dot(&y).unwrap_or(S::nan())
    })
}

/// `∂/∂A = 2·A·Σ row·rowᵀ`.
#[test]
fn an_operation_in_a_loop() -> Result<(), Error> {
    let (a, points) = (matrix(3, 2, 0.0), vec![1.0, 2.0, -0.5, 0.25, 3.0, -1.0, 0.0, 1.0, 2.0, 2.0]);
    let squares = Matrix::from_fn(2, 2, |i, j| points.chunks(2).map(|row| 2.0 * row[i] * row[j]).sum());
    let expected = a.matmul(&squares)?;
    for (by_a, _) in [
        Replay::default().gradient(&Rows, &(a.clone(), points.clone()))?,
        Jit::default().gradient(&Rows, &(a.clone(), points.clone()))?,
    ] {
        assert_close(by_a.as_slice(), expected.as_slice());
    }
    Ok(())
}

/// `Σ (D·x)²` with a fixed matrix `D`.
struct Residuals(Matrix<f64>);

impl anygrad_core::Differentiable for Residuals {
    type Input = Vector<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vector<S>) -> S {
        self.try_call(x).unwrap_or(S::nan())
    }

    fn try_call<S: Scalar<Real = f64>>(&self, x: &Vector<S>) -> Result<S, Error> {
        let y = Matrix::constant(&self.0).matvec(x)?;
        y.dot(&y)
    }
}

#[test]
fn a_fixed_array_is_data_of_the_program() -> Result<(), Error> {
    let residuals = Residuals(matrix(6, 3, 0.0));
    let mut program = Program::record(&residuals, &vector(3, 0.0))?;
    assert_eq!(program.data(), [residuals.0.to_vec()]);
    let (other, x) = (matrix(6, 3, 4.0), vector(3, 1.0));
    program.set_data(0, other.as_slice())?;
    let y = other.matvec(&x)?;
    assert_close(&program.evaluate(x.as_slice())?, &[y.dot(&y)?]);
    Ok(())
}

/// `ln |det A|`.
#[differentiable(crate = anygrad_core)]
fn volume<S: Scalar<Real = f64>>(a: &Matrix<S>) -> Result<S, Error> {
    a.log_determinant()
}

/// `∂ ln|det A|/∂A = A⁻ᵀ`; one recording serves all regular matrices, and a singular one has its error.
#[test]
fn a_pivot_is_guarded() -> Result<(), Error> {
    let (mut replay, mut jit) = (Replay::default(), Jit::default());
    for [a, b, c, d] in [[2.0, 1.0, 1.0, 3.0], [4.0, 1.0, -1.0, 1.0], [1.0, 2.0, 3.0, 4.0]] {
        let at = Matrix::from_rows([[a, b], [c, d]]);
        let scale = 1.0 / (a * d - b * c);
        let expected = [d * scale, -c * scale, -b * scale, a * scale];
        assert_close(replay.gradient(&Volume, &at)?.as_slice(), &expected);
        assert_close(jit.gradient(&Volume, &at)?.as_slice(), &expected);
    }
    assert_eq!((replay.recordings(), jit.recordings()), (1, 1));
    let singular = Matrix::from_rows([[1.0, 2.0], [2.0, 4.0]]);
    let expected = Error::Singular { operation: "lu", at: 1, size: 2 };
    assert_eq!(replay.gradient(&Volume, &singular), Err(expected.clone()));
    assert_eq!(jit.gradient(&Volume, &singular), Err(expected));
    Ok(())
}

#[test]
fn what_has_no_form_elsewhere_says_so() -> Result<(), Error> {
    let program = Program::record(&Layer, &(matrix(3, 2, 0.0), vector(2, 0.0)))?;
    let text = |error: Result<String, Error>| error.unwrap_err().to_string();
    assert!(text(SavedProgram::of(&program).map(|_| String::new())).contains("matmul"));
    assert!(text(program.emit_rust("layer")).contains("matmul"));
    Ok(())
}
