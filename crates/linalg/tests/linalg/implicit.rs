//! Roots and fixed points against closed forms, to the third derivative.

use anygrad_core::{Backend, Differentiable, Error, Scalar};
use anygrad_forward::{Dual, Forward};
use anygrad_linalg::{Implicit, Matrix, Vector};
use anygrad_reverse::Reverse;

/// An equation by its residual, and the function that it defines.
macro_rules! implicit {
    ($Equation:ident ($X:ty, $P:ty) |$x:ident, $p:ident| $body:expr; $Solution:ident |$at:ident| $solve:expr) => {
        struct $Equation;

        impl Differentiable for $Equation {
            type Input = ($X, $P);
            type Output = $X;

            fn call<S: Scalar<Real = f64>>(&self, ($x, $p): &anygrad_core::In<Self, S>) -> anygrad_core::Out<Self, S> {
                $body
            }
        }

        struct $Solution;

        impl Differentiable for $Solution {
            type Input = $P;
            type Output = $X;

            fn call<S: Scalar<Real = f64>>(&self, x: &anygrad_core::In<Self, S>) -> anygrad_core::Out<Self, S> {
                self.try_call::<S>(x).unwrap_or_else(|error| panic!("{error}"))
            }

            fn try_call<S: Scalar<Real = f64>>(
                &self,
                $at: &anygrad_core::In<Self, S>,
            ) -> Result<anygrad_core::Out<Self, S>, Error> {
                $solve
            }
        }
    };
}

implicit!(Square (f64, f64) |x, p| *x * *x - *p;
    Root |p| Implicit::new(Forward::new()).order(3).root::<S, _, _, _>(&Square, &1.0, p));

// Heron's iteration.
implicit!(Heron (f64, f64) |x, p| (*x + *p / *x) * 0.5;
    HeronRoot |p| Implicit::new(Reverse::new()).fixed_point::<S, _, _, _>(&Heron, &1.0, p));

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 4.0 * f64::EPSILON * expected.abs(), "expected {expected}, found {found}");
}

/// `√p` has derivatives `½·p^(−½)`, `−¼·p^(−3/2)`, `⅜·p^(−5/2)`.
#[test]
fn square_root_as_a_root() -> Result<(), Error> {
    let p = 2.0_f64;
    let (value, slope) = Reverse::new().value_and_gradient(&Root, &p)?;
    close(value, p.sqrt());
    close(slope, 0.5 / p.sqrt());
    close(Forward::new().second_derivative(&Root, p)?, -0.25 / (p * p.sqrt()));
    close(Reverse::new().second_derivative(&Root, p)?, -0.25 / (p * p.sqrt()));
    let third = Dual::<Dual<Dual<f64, 1>, 1>, 1>::variable(Dual::variable(Dual::variable(p, 0), 0), 0);
    let y = Root.try_call(&third)?;
    close(y.tangent(0).tangent(0).tangent(0), 0.375 / (p * p * p.sqrt()));
    Ok(())
}

#[test]
fn square_root_as_a_fixed_point() -> Result<(), Error> {
    let p = 3.0_f64;
    let (value, slope) = Reverse::new().value_and_gradient(&HeronRoot, &p)?;
    close(value, p.sqrt());
    close(slope, 0.5 / p.sqrt());
    close(Forward::new().second_derivative(&HeronRoot, p)?, -0.25 / (p * p.sqrt()));
    Ok(())
}

implicit!(Circle ([f64; 2], [f64; 2]) |x, p| [x[0] * x[0] + x[1] * x[1] - p[0], x[0] * p[1] - x[1]];
    Crossing |p| Implicit::new(Forward::new()).root::<S, _, _, _>(&Circle, &[1.0, 1.0], p));

/// The circle `x² + y² = r` and the line `y = m·x` cross at `x = √(r/(1 + m²))`, `y = m·x`.
#[test]
fn a_circle_and_a_line() -> Result<(), Error> {
    let [r, m] = [5.0, 2.0];
    let ([x, y], jacobian) = Reverse::new().value_and_jacobian(&Crossing, &[r, m])?;
    close(x, 1.0);
    close(y, 2.0);
    // ∂x/∂r = x/(2r), ∂x/∂m = −x·m/(1 + m²); ∂y = m·∂x, and x more by m.
    for (found, expected) in jacobian.as_slice().iter().zip([0.1, -0.4, 0.2, 0.2]) {
        close(*found, expected);
    }
    let [xx, yy] = Forward::new().second_derivative(&Along, 0.0)?;
    // Along (r, m) = (5 + t, 2): x″ = −x/(4r²), y″ = 2·x″.
    close(xx, -0.01);
    close(yy, -0.02);
    Ok(())
}

/// The crossing along `r = 5 + t`.
struct Along;

impl Differentiable for Along {
    type Input = f64;
    type Output = [f64; 2];

    fn call<S: Scalar<Real = f64>>(&self, t: &S) -> [S; 2] {
        Crossing.call(&[*t + 5.0, S::lit(2.0)])
    }
}

implicit!(Linear (Vector<f64>, (Matrix<f64>, Vector<f64>)) |x, p| {
        let residual = p.0.matvec(x).and_then(|y| y.sub(&p.1));
        residual.unwrap_or_else(|error| panic!("{error}"))
    };
    System |p| Implicit::new(Reverse::new()).root::<S, _, _, _>(&Linear, &Vector::zeros(2), p));

/// A linear system is one Newton step, and its derivatives are those of [`Matrix::solve`].
#[test]
fn a_linear_system() -> Result<(), Error> {
    struct Direct;
    impl Differentiable for Direct {
        type Input = (Matrix<f64>, Vector<f64>);
        type Output = Vector<f64>;

        fn call<S: Scalar<Real = f64>>(&self, (a, b): &(Matrix<S>, Vector<S>)) -> Vector<S> {
            a.solve(b).unwrap_or_else(|error| panic!("{error}"))
        }
    }
    let point = (Matrix::from_rows([[2.0, 1.0], [1.0, 3.0]]), Vector::new([3.0, 4.0]));
    let found = Reverse::new().jacobian(&System, &point)?;
    let expected = Forward::new().jacobian(&Direct, &point)?;
    // x = (1, 1) and A⁻¹ = (3 −1; −1 2)/5: by A the rows are −A⁻¹ twice, by b they are A⁻¹.
    let exact = [[-0.6, -0.6, 0.2, 0.2, 0.6, -0.2], [0.2, 0.2, -0.4, -0.4, -0.2, 0.4]];
    for ((x, y), z) in found.as_slice().iter().zip(expected.as_slice()).zip(exact.as_flattened()) {
        close(*x, *z);
        close(*y, *z);
    }
    Ok(())
}

implicit!(Rootless (f64, f64) |x, p| *x * *x + *p;
    NoRoot |p| Implicit::new(Forward::new()).iterations(20).root::<S, _, _, _>(&Rootless, &3.0, p));

implicit!(Double (f64, f64) |x, p| (*x - *p) * (*x - *p);
    DoubleRoot |p| Implicit::new(Forward::new()).root::<S, _, _, _>(&Double, &p.primal(), p));

implicit!(Growing (f64, f64) |x, p| *x * *p + 1.0;
    Diverging |p| Implicit::new(Forward::new()).iterations(10).fixed_point::<S, _, _, _>(&Growing, &1.0, p));

#[test]
fn what_is_not_found_says_so() {
    let error = Reverse::new().gradient(&NoRoot, &1.0).unwrap_err();
    let expected = "root: expected convergence within 20 iterations, found a residual of ";
    assert!(error.to_string().starts_with(expected), "{error}");
    let error = Reverse::new().gradient(&DoubleRoot, &1.0).unwrap_err();
    assert_eq!(error.to_string(), "root: expected a non-singular matrix, found pivot 0 of 1 to be 0");
    let error = Reverse::new().gradient(&Diverging, &2.0).unwrap_err();
    // From 1 by x ← 2x + 1, the tenth step is of 2¹⁰.
    let expected = "fixed_point: expected convergence within 10 iterations, found a step of 1.024e3";
    assert_eq!(error.to_string(), expected);
    let error = Implicit::new(Forward::new()).tolerance(0.0).root::<f64, _, _, _>(&Square, &1.0, &2.0).unwrap_err();
    assert_eq!(error.to_string(), "tolerance: expected a positive number, found 0");
}
