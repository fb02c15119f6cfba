//! Factorisations against closed forms: values, first and second derivatives, and what happens where there are none.

use anygrad_core::{Backend, Differentiable, Error, Scalar};
use anygrad_forward::Forward;
use anygrad_linalg::{Matrix, Triangle, Vector};
use anygrad_reverse::Reverse;

type Function<S> = fn(&Matrix<S>) -> Result<S, Error>;

/// Makes a function of a matrix with one output.
macro_rules! function {
    ($Name:ident |$a:ident| $body:expr) => {
        struct $Name;

        impl Differentiable for $Name {
            type Input = Matrix<f64>;
            type Output = f64;

            fn call<S: Scalar<Real = f64>>(&self, a: &Matrix<S>) -> S {
                self.try_call::<S>(a).unwrap_or_else(|error| panic!("{error}"))
            }

            fn try_call<S: Scalar<Real = f64>>(&self, a: &Matrix<S>) -> Result<S, Error> {
                let body: Function<S> = |$a| Ok($body);
                body(a)
            }
        }
    };
}

#[track_caller]
fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    let near = |(x, y): (&f64, &f64)| (x - y).abs() <= 1e-13 * (1.0 + y.abs());
    assert!(found.iter().zip(expected).all(near), "expected {expected:?}, found {found:?}");
}

/// The gradient, the same by both modes.
#[track_caller]
fn gradient(f: &impl Differentiable<Input = Matrix<f64>>, a: &Matrix<f64>) -> Vec<f64> {
    let reverse = Reverse::new().gradient(f, a).expect("a gradient").to_vec();
    close(&Forward::new().gradient(f, a).expect("a gradient").to_vec(), &reverse);
    reverse
}

/// `A = L·Lᵀ` with `L = (2 0 0; 6 1 0; −8 5 3)`, the textbook's example.
#[test]
fn cholesky_of_a_known_matrix() -> Result<(), Error> {
    let a = Matrix::from_rows([[4.0, f64::NAN, f64::NAN], [12.0, 37.0, f64::NAN], [-16.0, -43.0, 98.0]]);
    let cholesky = a.cholesky()?;
    assert_eq!(cholesky.lower().to_rows(), [[2.0, 0.0, 0.0], [6.0, 1.0, 0.0], [-8.0, 5.0, 3.0]]);
    close(&[cholesky.log_determinant()], &[36.0_f64.ln()]);
    let inverse = [[1777.0 / 36.0, -122.0 / 9.0, 19.0 / 9.0], [-122.0 / 9.0, 34.0 / 9.0, -5.0 / 9.0]];
    close(&cholesky.inverse().to_vec()[..6], inverse.as_flattened());
    close(&cholesky.solve(&Vector::new([-20.0, -43.0, 192.0]))?.to_vec(), &[1.0, 2.0, 3.0]);
    Ok(())
}

/// `A = (a ·; b c)` has `L = (√a, b/√a, √(c − b²/a))`, and `∂L₁₁` is `(b²/a², −2b/a, 1)/(2·L₁₁)` by `(a, b, c)`.
#[test]
fn cholesky_of_two_rows() {
    function!(Corner | a | a.cholesky()?.lower().get(1, 1)?);
    let a = Matrix::from_rows([[4.0, 7.0], [2.0, 10.0]]);
    close(&gradient(&Corner, &a), &[0.25 / 6.0, 0.0, -1.0 / 6.0, 1.0 / 6.0]);
}

/// `d ln det A = tr(A⁻¹·dA)`, and for `A = (2 1; 1 3)`, `det A = 5`, an element below the diagonal counts twice.
#[test]
fn log_determinant_has_the_inverse_for_gradient() {
    function!(General | a | a.log_determinant()?);
    function!(Definite | a | a.cholesky()?.log_determinant());
    let a = Matrix::from_rows([[2.0, 1.0], [1.0, 3.0]]);
    close(&gradient(&General, &a), &[0.6, -0.2, -0.2, 0.4]);
    close(&gradient(&Definite, &a), &[0.6, 0.0, -0.4, 0.4]);
}

/// Of `(a ·; b c)` with `a = c`, the eigenvalues are `a ∓ b`: by `(a, b, c)` their derivatives are `(½, ∓1, ½)`.
#[test]
fn eigenvalues_of_two_rows() {
    function!(Least | a | a.symmetric_eigen()?.values().get(0)?);
    function!(Greatest | a | a.symmetric_eigen()?.values().get(1)?);
    let a = Matrix::from_rows([[2.0, f64::NAN], [1.0, 2.0]]);
    close(&gradient(&Least, &a), &[0.5, 0.0, -1.0, 0.5]);
    close(&gradient(&Greatest, &a), &[0.5, 0.0, 1.0, 0.5]);
    // λ₁ = m + √(d² + b²) with m = (a + c)/2, d = (a − c)/2: at d = 0 the second derivative by a is 1/(4b).
    let hessian = Reverse::new().hessian(&Greatest, &a).expect("a Hessian");
    close(hessian.row(0), &[0.25, 0.0, 0.0, -0.25]);
}

/// The eigenvector of `(2 ·; b 2)`, `b = 1`, is `(cos θ, sin θ)` with `tan 2θ = 2b/(a − c)`: `∂θ/∂a = −1/(4b)` and `sin' = cos`.
#[test]
fn eigenvectors_of_two_rows() {
    function!(Sine | a | a.symmetric_eigen()?.vectors()?.get(1, 1)?);
    let quarter = 0.5_f64.sqrt() / 4.0;
    let a = Matrix::from_rows([[2.0, 0.0], [1.0, 2.0]]);
    close(&gradient(&Sine, &a), &[-quarter, 0.0, 0.0, quarter]);
}

/// A sum of squares of eigenvalues is `‖A‖²` of a symmetric matrix, repeated or not; one of equal values gets half of both.
#[test]
fn repeated_eigenvalues_share_their_derivative() {
    function!(Squares | a | a.symmetric_eigen()?.values().square().sum());
    function!(Least | a | a.symmetric_eigen()?.values().get(0)?);
    function!(Third | a | a.symmetric_eigen()?.values().get(2)?);
    let a = Matrix::from_rows([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 5.0]]);
    close(&gradient(&Squares, &a), &[4.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0, 10.0]);
    close(&gradient(&Least, &a), &[0.5, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0]);
    close(&gradient(&Third, &a), &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
}

#[test]
fn vectors_of_repeated_values_have_no_derivative() -> Result<(), Error> {
    function!(Corner | a | a.symmetric_eigen()?.vectors()?.get(0, 0)?);
    function!(Left | a | a.svd()?.u()?.get(0, 0)?);
    let identity = Matrix::<f64>::identity(2);
    let error = Reverse::new().gradient(&Corner, &identity).unwrap_err();
    let expected = "eigenvectors: expected eigenvalues apart from each other for a derivative, found 1 and 1";
    assert_eq!(error.to_string(), expected);
    let singular = Matrix::from_rows([[1.0, 0.0], [0.0, 0.0]]);
    let error = Forward::new().gradient(&Left, &singular).unwrap_err();
    assert!(matches!(error, Error::NotSeparate { .. }), "{error}");
    // Vectors alone there are.
    assert_eq!(identity.symmetric_eigen()?.vectors()?, identity);
    // Second derivatives of the values would need those of the vectors.
    function!(Least | a | a.symmetric_eigen()?.values().get(0)?);
    assert!(Reverse::new().hessian(&Least, &identity)?[(0, 0)].is_nan());
    Ok(())
}

/// `(3 0; 4 5)` has singular values `3√5` and `√5`; `Σσᵢ² = ‖A‖²`, `Πσᵢ = |det A|`.
#[test]
fn singular_values_of_two_rows() -> Result<(), Error> {
    function!(Squares | a | a.svd()?.values().square().sum());
    function!(Product | a | a.svd()?.values().ln().sum().exp());
    let a = Matrix::from_rows([[3.0, 0.0], [4.0, 5.0]]);
    close(&a.svd()?.values().to_vec(), &[45.0_f64.sqrt(), 5.0_f64.sqrt()]);
    close(&gradient(&Squares, &a), &[6.0, 0.0, 8.0, 10.0]);
    close(&gradient(&Product, &a), &[5.0, -4.0, 0.0, 3.0]);
    Ok(())
}

/// The nuclear norm at a singular matrix: a value of 0 is an absolute value at its kink.
#[test]
fn a_singular_value_of_zero_has_derivative_zero() {
    function!(Nuclear | a | a.svd()?.values().sum());
    let a = Matrix::from_rows([[2.0, 0.0], [0.0, 0.0]]);
    close(&gradient(&Nuclear, &a), &[1.0, 0.0, 0.0, 0.0]);
}

/// The signs are fixed: equally great elements take their sign from the first of them.
#[test]
fn vectors_have_one_sign() -> Result<(), Error> {
    let half = 0.5_f64.sqrt();
    for off in [1.0, -1.0] {
        let a = Matrix::from_rows([[2.0, off], [off, 2.0]]);
        let vectors = a.symmetric_eigen()?.vectors()?;
        close(&vectors.row(0)?.to_vec(), &[half, half]);
        close(&vectors.row(1)?.to_vec(), &[-off * half, off * half]);
        let svd = a.svd()?;
        let diagonal = svd.values().diagonal_matrix();
        close(&svd.u()?.matmul(&diagonal)?.matmul_transposed(&svd.v()?)?.to_vec(), &a.to_vec());
        assert!(svd.v()?.row(0)?.iter().all(|x| x > 0.0));
    }
    Ok(())
}

/// `x = (b₀/a, (b₁ − c·b₀/a)/d)` for `(a ·; c d)`.
#[test]
fn triangular_systems() -> Result<(), Error> {
    function!(Last | a | a.solve_triangular(Triangle::LOWER, &Vector::new([S::lit(2.0), S::lit(9.0)]))?.get(1)?);
    let a = Matrix::from_rows([[2.0, f64::NAN], [1.0, 4.0]]);
    close(&gradient(&Last, &a), &[0.125, 0.0, -0.25, -0.5]);
    let b = Vector::new([2.0, 9.0]);
    let upper = Matrix::from_rows([[2.0, 1.0], [f64::NAN, 4.0]]);
    assert_eq!(upper.solve_triangular(Triangle::UPPER, &b)?.to_vec(), [-0.125, 2.25]);
    assert_eq!(upper.solve_triangular(Triangle::UPPER.transposed(), &b)?.to_vec(), [1.0, 2.0]);
    assert_eq!(upper.solve_triangular(Triangle::UPPER.unit(), &b)?.to_vec(), [-7.0, 9.0]);
    Ok(())
}

#[test]
fn what_cannot_be_factored_says_so() {
    let read = |result: Result<(), Error>| result.unwrap_err().to_string();
    let a = Matrix::from_rows([[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 1.0]]);
    let expected = "cholesky: expected a positive definite matrix, found pivot 1 of 3 not to be positive";
    assert_eq!(read(a.cholesky().map(drop)), expected);
    assert_eq!(read(a.scale(f64::NAN).cholesky().map(drop)), expected.replace("pivot 1", "pivot 0"));
    let zero = Matrix::<f64>::zeros(2, 2);
    let expected = "solve_triangular: expected a non-singular matrix, found pivot 0 of 2 to be 0";
    assert_eq!(read(zero.solve_triangular(Triangle::UPPER, &Vector::zeros(2)).map(drop)), expected);
    let tall = Matrix::<f64>::zeros(3, 2);
    assert_eq!(read(tall.symmetric_eigen().map(drop)), "symmetric_eigen: expected a square matrix, found 3×2");
    let expected = "solve: expected as many rows on the right as in the matrix, found 3×3 and 2×1";
    assert_eq!(
        read(Matrix::<f64>::identity(3).cholesky().and_then(|c| c.solve(&Vector::zeros(2))).map(drop)),
        expected
    );
}

/// NaN in, NaN out.
#[test]
fn numbers_that_are_not_finite_propagate() -> Result<(), Error> {
    let a = Matrix::from_rows([[1.0, 0.0], [f64::NAN, 1.0]]);
    assert!(a.symmetric_eigen()?.values().iter().all(f64::is_nan));
    assert!(a.svd()?.values().iter().all(f64::is_nan));
    Ok(())
}
