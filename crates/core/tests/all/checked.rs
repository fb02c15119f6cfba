//! The checked path: which error a NaN or an infinity gets, and what is no error.

use std::panic::Location;

use anygrad_core::{Backend, Checked, Differentiable, Error, Scalar, Stage};
use anygrad_forward::Forward;

struct Fn1<const KIND: usize>;

impl<const KIND: usize> Differentiable for Fn1<KIND> {
    type Input = [f64; 2];
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, &[x, y]: &[S; 2]) -> S {
        match KIND {
            0 => y + (x - 1.0).ln(),
            1 => y * x.sqrt() * x.sqrt(),
            2 => x.sqrt().max(S::lit(5.0)) * y,
            3 => x * S::lit(1e200) * 1e200 * y,
            4 => x.powf(S::lit(1.5)) + y,
            5 => S::norm(&[x, y]).recip(),
            _ => x * y,
        }
    }
}

fn checked() -> Checked<Forward> {
    Checked(Forward::new())
}

#[test]
fn an_input_that_is_not_finite_is_named() {
    let at = [1.0, f64::INFINITY];
    assert_eq!(checked().gradient(&Fn1::<9>, &at), Err(Error::NonFiniteInput { index: 1 }));
    assert_eq!(checked().jacobian(&Fn1::<9>, &[f64::NAN, 0.0]), Err(Error::NonFiniteInput { index: 0 }));
    assert_eq!(Forward::new().gradient(&Fn1::<9>, &at), Ok([f64::INFINITY, 1.0]));
}

#[test]
fn a_nan_is_named_where_it_is_born() {
    let error = checked().gradient(&Fn1::<0>, &[0.0, 1.0]).unwrap_err();
    assert!(matches!(&error, Error::NonFinite { gate: "ln", stage: Stage::Value, at, .. } if at == "-1.0"));
    let message = format!("expected finite numbers, found NaN as the value of `ln` at (-1.0) in {}:", file!());
    assert!(error.to_string().starts_with(&message), "{error}");
}

#[test]
fn a_singular_point_is_named_though_the_value_is_finite() {
    let error = checked().gradient(&Fn1::<1>, &[0.0, 1.0]).unwrap_err();
    let Error::SingularPoint { gate: "sqrt", partial: f64::INFINITY, at, location: Some(location), .. } = error else {
        panic!("{error}");
    };
    assert_eq!((at.as_str(), location.file()), ("0.0", file!()));
}

#[test]
fn a_singular_side_that_max_drops_is_no_error() {
    assert_eq!(checked().value_and_gradient(&Fn1::<2>, &[0.0, 3.0]), Ok((15.0, [0.0, 5.0])));
}

#[test]
fn an_overflow_names_the_product() {
    let error = checked().gradient(&Fn1::<3>, &[1.0, 1.0]).unwrap_err();
    assert!(matches!(error, Error::NonFinite { gate: "mul_const", stage: Stage::Value, .. }));
}

#[test]
fn a_singular_second_derivative_is_an_error_of_the_chain_rule() {
    assert_eq!(checked().gradient(&Fn1::<4>, &[0.0, 1.0]), Ok([0.0, 1.0]));
    let error = checked().hessian(&Fn1::<4>, &[0.0, 1.0]).unwrap_err();
    assert!(matches!(error, Error::NonFinite { gate: "chain rule", stage: Stage::Partial, location: None, .. }));
}

#[test]
fn a_gate_of_many_arguments_prints_them() {
    let error = checked().gradient(&Fn1::<5>, &[0.0, 0.0]).unwrap_err();
    assert!(matches!(&error, Error::NonFinite { gate: "recip", at, .. } if at == "0.0"));
}

#[test]
fn a_finite_result_passes_unchanged_through_every_operator() {
    let (f, x, v) = (Fn1::<9>, [2.0, 3.0], [1.0, 1.0]);
    let mut gradient = [0.0; 2];
    assert_eq!(checked().value_and_gradient_into(&f, &x, &mut gradient), Ok(6.0));
    assert_eq!(gradient, [3.0, 2.0]);
    assert_eq!(checked().directional(&f, &x, &v), Ok(5.0));
    assert_eq!(checked().hvp(&f, &x, &v), Ok([1.0, 1.0]));
    assert_eq!(checked().gradient_and_hvp(&f, &x, &v), Ok(([3.0, 2.0], [1.0, 1.0])));
    assert_eq!(checked().hessian(&f, &x).unwrap().as_slice(), [0.0, 1.0, 1.0, 0.0]);
}

/// The inputs whose derivatives an error says are not finite.
fn reaches<Y: std::fmt::Debug>(result: Result<Y, Error>) -> Vec<usize> {
    match result {
        Err(Error::NonFinite { reaches, .. } | Error::SingularPoint { reaches, .. }) => reaches,
        other => panic!("{other:?}"),
    }
}

/// `(√a·b + c, d²)` and its parts: at `a = 0` only `∂a = b/(2√a)` is infinite; at `a < 0` the product is NaN, and with it
/// `∂a` and `∂b = √a`.
struct Root<const OUTPUTS: usize>;

impl<const OUTPUTS: usize> Differentiable for Root<OUTPUTS> {
    type Input = [f64; 4];
    type Output = [f64; OUTPUTS];

    fn call<S: Scalar<Real = f64>>(&self, &[a, b, c, d]: &[S; 4]) -> [S; OUTPUTS] {
        std::array::from_fn(|i| if i == 0 { a.sqrt() * b + c } else { d * d })
    }
}

#[test]
fn a_singular_gate_reaches_the_inputs_before_it() {
    let at = [0.0, 2.0, 3.0, 4.0];
    assert_eq!(reaches(checked().gradient(&Root::<1>, &at)), [0]);
    assert_eq!(reaches(checked().jacobian(&Root::<2>, &at)), [0]);
    // ∂²/∂a² = −b/(4a√a), ∂²/∂a∂b = 1/(2√a).
    assert_eq!(reaches(checked().hessian(&Root::<1>, &at)), [0, 1]);
    assert_eq!(reaches(checked().directional(&Root::<2>, &at, &[1.0, 1.0, 0.0, 1.0])), [0]);
    assert!(checked().directional(&Root::<2>, &at, &[0.0, 1.0, 1.0, 1.0]).is_ok());
}

#[test]
fn a_nan_reaches_the_factors_beside_it() {
    let at = [-1.0, 2.0, 3.0, 4.0];
    assert_eq!(reaches(checked().gradient(&Root::<1>, &at)), [0, 1]);
    assert_eq!(reaches(checked().jacobian(&Root::<2>, &at)), [0, 1]);
    assert_eq!(reaches(checked().value_and_gradient_into(&Root::<1>, &at, &mut [0.0; 4])), [0, 1]);
    assert_eq!(reaches(checked().directional(&Root::<2>, &at, &[0.0, 1.0, 1.0, 1.0])), [1]);
}

#[test]
fn what_is_reached_stands_in_the_message() {
    let message = |x: [f64; 4]| checked().gradient(&Root::<1>, &x).expect_err("not finite").to_string();
    assert!(message([-1.0, 2.0, 3.0, 4.0]).ends_with(", reaches ∂x[0], ∂x[1]"));
    assert!(message([0.0, 2.0, 3.0, 4.0]).ends_with(", reaches ∂x[0]"));
}

/// `Σ √xᵢ`.
struct Roots;

impl Differentiable for Roots {
    type Input = Vec<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        x.iter().map(|x| x.sqrt()).sum()
    }
}

#[test]
fn of_many_inputs_the_first_eight_are_listed() {
    let error = checked().gradient(&Roots, &vec![0.0; 10]).expect_err("singular");
    assert!(error.to_string().ends_with(", reaches ∂x[0], ∂x[1], ∂x[2], ∂x[3], ∂x[4], ∂x[5], ∂x[6], ∂x[7] and 2 more"));
    assert_eq!(reaches::<()>(Err(error)), Vec::from_iter(0..10));
}

/// `x·10³⁰⁸ + 10³⁰⁸`: at 1 the value overflows, while the derivative is 10³⁰⁸; its square below.
struct Overflow<const POWER: i32>;

impl<const POWER: i32> Differentiable for Overflow<POWER> {
    type Input = f64;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        x.powi(POWER) * 1e308 + 1e308
    }
}

#[test]
fn a_value_that_overflows_is_an_error_of_every_operator() {
    let at = |result: Result<f64, Error>| match result {
        Err(Error::NonFinite { gate: "add_const", stage: Stage::Value, value: f64::INFINITY, reaches, .. }) => reaches,
        other => panic!("{other:?}"),
    };
    assert_eq!(Forward::new().derivative(&Overflow::<1>, 1.0), Ok(1e308));
    assert!(at(checked().derivative(&Overflow::<1>, 1.0)).is_empty());
    assert!(at(checked().second_derivative(&Overflow::<1>, 1.0)).is_empty());
    assert!(at(checked().directional(&Overflow::<1>, &1.0, &1.0)).is_empty());
    assert!(at(checked().hvp(&Overflow::<1>, &1.0, &1.0)).is_empty());
    assert!(at(checked().hessian(&Overflow::<1>, &1.0).map(|hessian| hessian[(0, 0)])).is_empty());
    assert!(at(checked().gradient(&Overflow::<1>, &1.0)).is_empty());
    // 2·10³⁰⁸ is no number, either.
    assert_eq!(at(checked().derivative(&Overflow::<2>, 1.0)), [0]);
}

/// Operations that go wrong where `zero` is 0, each a line below the other.
struct Operation(u32);

const FIRST: u32 = line!() + 10;

impl Differentiable for Operation {
    type Input = f64;
    type Output = f64;

    #[allow(clippy::eq_op, reason = "0/0 is what one of them shows")]
    fn call<S: Scalar<Real = f64>>(&self, &zero: &S) -> S {
        let [mut quotient, mut product, large] = [zero + 1.0, zero + 1e300, zero + 1e300];
        match self.0 {
            0 => zero / zero,
            1 => large / 0.0,
            2 => large * large,
            3 => large * 1e300,
            4 => zero % zero,
            5 => (zero - 1.0).ln(),
            6 => zero.sqrt(),
            7 => zero.powi(-1),
            8 => zero.powf(S::lit(0.5)),
            9 => zero.pow_const(-2.0),
            10 => zero.rsqrt(),
            11 => zero.ln_gamma(),
            12 => large.mul_add(large, large),
            13 => (large * 1e8).to_degrees(),
            14 => (large * 1e8).abs_sub(large * -1e8),
            15 => S::sum_of(&[large * 1e8, large * 1e8]),
            16 => S::product_of(&[large, large]),
            17 => S::dot(&[large], &[large]),
            18 => [large, large].into_iter().fold(S::one(), |a, b| a * b),
            19 => changed(&mut quotient, |q| *q /= zero),
            20 => changed(&mut product, |p| *p *= 1e300),
            _ => [large, large].into_iter().product(),
        }
    }
}

fn changed<S: Copy>(number: &mut S, change: impl FnOnce(&mut S)) -> S {
    change(number);
    *number
}

/// Where the error of an operation says that it happened.
fn location(operation: u32) -> Option<&'static Location<'static>> {
    match checked().value_and_gradient(&Operation(operation), &0.0) {
        Err(Error::NonFinite { location, .. } | Error::SingularPoint { location, .. }) => location,
        other => panic!("operation {operation}: {other:?}"),
    }
}

#[test]
fn the_line_is_the_one_that_applied_the_gate() {
    for operation in 0..=20 {
        let location = location(operation).expect("a line");
        assert_eq!((location.file(), location.line()), (file!(), FIRST + operation), "operation {operation}");
    }
}

#[test]
fn terms_joined_by_the_standard_library_have_no_line() {
    assert_eq!(location(21), None);
}
