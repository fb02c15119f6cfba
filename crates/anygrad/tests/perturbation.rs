//! Nested derivatives that capture outer variables: each level keeps its own perturbation (Siskind & Pearlmutter 2005).
//!
//! An inner function cannot hold an outer variable in a field, as it must run over every scalar and the variable is of one;
//! `tests/ui` shows the refusals. What works instead:
//! - the captured variable becomes a further argument of the inner function, which is differentiated by its first one alone,
//!   by [`gradient_by_first`](Backend::gradient_by_first); or a further input, with the partial along the other by
//!   [`pushforward`](Backend::pushforward) with a zero tangent for the captured one, or as a component of
//!   [`gradient_over`](Backend::gradient_over);
//! - [`Gradient`] and [`Derivative`] make a function of a function, which can be differentiated again;
//! - a closure over [`Dual`] or [`Tape`] takes the outer variable in by a lift: `Dual::from(x)`, or a variable of the inner
//!   recording whose adjoint nobody reads.
#![cfg(all(feature = "finite", feature = "forward", feature = "reverse"))]

use anygrad::prelude::*;
use anygrad::{Checked, Derivative, Gradient, Tape, function};

/// Checks a closed form under all four pairs of an outer and an inner mode.
macro_rules! every_pair {
    ($outer:ident, $inner:ident => $check:expr) => {{
        let ($outer, $inner) = (Forward::new, Forward::new);
        $check;
        let ($outer, $inner) = (Reverse::new, Reverse::new);
        $check;
        let ($outer, $inner) = (Reverse::new, Forward::new);
        $check;
        let ($outer, $inner) = (Forward::new, Reverse::new);
        $check;
    }};
}

/// Where the inner derivative is taken.
#[derive(Clone, Copy)]
enum At {
    One,
    Outer,
    TwiceOuter,
}

/// `x · ∂g(x, y)/∂y`, the captured `x` as an input of `g`.
struct TimesPartial<G, B> {
    g: G,
    backend: B,
    at: At,
}

impl<G, B> Differentiable for TimesPartial<G, B>
where
    G: Differentiable<Input = (f64, f64), Output = f64>,
    B: Backend,
{
    type Input = f64;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, &x: &S) -> S {
        let y = match self.at {
            At::One => S::one(),
            At::Outer => x,
            At::TwiceOuter => x * 2.0,
        };
        let mut backend = self.backend.clone();
        let along_y = (S::zero(), S::one());
        let (_, forwards) = backend.pushforward::<_, S>(&self.g, &(x, y), &along_y).expect("one tangent an input");
        let (_, (_, backwards)) = backend.gradient_over::<_, S>(&self.g, &(x, y)).expect("one output");
        x * (forwards + backwards) / 2.0
    }
}

#[differentiable]
fn sum<S: Scalar<Real = f64>>(x: S, y: S) -> S {
    x + y
}

#[differentiable]
fn product<S: Scalar<Real = f64>>(x: S, y: S) -> S {
    x * y
}

/// `d/dx [x · d/dy (x + y)|y=1] = d/dx x = 1`; with one perturbation for both levels, 2.
#[test]
fn of_a_sum() {
    every_pair!(outer, inner => {
        let f = TimesPartial { g: Sum, backend: inner(), at: At::One };
        assert_eq!(outer().derivative(&f, 1.0), Ok(1.0));
        assert_eq!(outer().second_derivative(&f, 1.0), Ok(0.0));
    });
}

/// `d/dx [x · d/dy (x·y)|y=1] = d/dx x² = 2x`.
#[test]
fn of_a_product() {
    every_pair!(outer, inner => {
        let f = TimesPartial { g: Product, backend: inner(), at: At::One };
        assert_eq!(outer().gradient(&f, &3.0), Ok(6.0));
        assert_eq!(outer().second_derivative(&f, 3.0), Ok(2.0));
    });
}

/// `d/dx [x · d/dy (x·y²)|y=x] = d/dx 2x³ = 6x²`: the point of the inner derivative moves with the outer variable.
#[test]
fn where_the_inner_point_moves() {
    every_pair!(outer, inner => {
        let g = function!(|x: S, y: S| -> S { x * y * y });
        let f = TimesPartial { g, backend: inner(), at: At::Outer };
        assert_eq!(outer().gradient(&f, &2.0), Ok(24.0));
        assert_eq!(outer().second_derivative(&f, 2.0), Ok(24.0));
    });
}

/// `d/dx [x · d/dx (x³)|x→2x] = d/dx 12x³ = 36x²`: the inner variable has the outer one's name.
#[test]
fn of_equal_names() {
    every_pair!(outer, inner => {
        let g = function!(|_outer: S, x: S| -> S { x * x * x });
        let f = TimesPartial { g, backend: inner(), at: At::TwiceOuter };
        assert_eq!(outer().gradient(&f, &2.0), Ok(144.0));
    });
}

/// `d/dx [x · d/dy x²|y=1] = 0`: the inner function is constant along its own variable.
#[test]
fn of_the_captured_variable_alone() {
    every_pair!(outer, inner => {
        let g = function!(|x: S, _inner: S| -> S { x * x });
        let f = TimesPartial { g, backend: inner(), at: At::One };
        assert_eq!(outer().gradient(&f, &3.0), Ok(0.0));
    });
}

/// `d/dx d/dy d/dz (x·y²·z³)` at (2, 3, 1) is `6·y·z² = 18`: two variables captured across two levels.
#[test]
fn of_two_captures() {
    /// `∂f/∂x`, `∂f/∂y` or `∂f/∂z`, as a function of all three.
    struct Partial<F, B>(F, B, usize);
    impl<F: Differentiable<Input = [f64; 3], Output = f64>, B: Backend> Differentiable for Partial<F, B> {
        type Input = [f64; 3];
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, x: &[S; 3]) -> S {
            self.1.clone().gradient_over::<F, S>(&self.0, x).expect("one output").1[self.2]
        }
    }
    every_pair!(outer, inner => {
        let f = function!(|[x, y, z]: [S; 3]| -> S { x * y.powi(2) * z.powi(3) });
        let along_y = Partial(Partial(f, inner(), 2), outer(), 1);
        // ∂/∂x of 6yz²x, then ∂/∂y and ∂/∂z of 6xyz² itself.
        assert_eq!(inner().gradient(&along_y, &[2.0, 3.0, 1.0]), Ok([18.0, 12.0, 72.0]));
    });
}

/// `f(w) = ½·a·w²` with a step of descent, `w' = w − η·a·w`: `d f(w')/dη = −a²·w·w'` and `d f(w')/dw = a·w'·(1 − η·a)`.
#[test]
fn of_a_step_of_descent() {
    struct AfterStep<F, B>(F, B);
    impl<F: Differentiable<Input = f64, Output = f64>, B: Backend> Differentiable for AfterStep<F, B> {
        type Input = (f64, f64);
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, &(w, rate): &(S, S)) -> S {
            let (_, slope) = self.1.clone().gradient_over::<F, S>(&self.0, &w).expect("one output");
            self.0.call::<S>(&(w - rate * slope))
        }
    }
    every_pair!(outer, inner => {
        let loss = function!(|w: S, a: f64 = 4.0| -> S { w * w * (0.5 * a) });
        // a = 4, w = 3, η = ⅛: w' = 1.5.
        assert_eq!(outer().gradient(&AfterStep(loss, inner()), &(3.0, 0.125)), Ok((3.0, -72.0)));
    });
}

/// The field of a function is a float, so an outer variable enters it as its value: `d/dx [x · d/dy (c·y)] = c` with
/// `c = x` stopped, where following it would give `2x`.
#[test]
fn of_a_field_that_stops_the_derivative() {
    struct Stopped<B>(B);
    impl<B: Backend> Differentiable for Stopped<B> {
        type Input = f64;
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, &x: &S) -> S {
            let inner = function!(|y: S, c: f64 = x.primal()| -> S { y * c });
            x * self.0.clone().gradient_over::<_, S>(&inner, &S::one()).expect("one output").1
        }
    }
    every_pair!(outer, inner => {
        assert_eq!(outer().gradient(&Stopped(inner()), &5.0), Ok(5.0));
    });
}

/// The Jacobian of the gradient of `x²·y³` is its Hessian, `(2y³, 6xy²; 6xy², 6x²y)`.
#[test]
fn of_a_gradient() {
    every_pair!(outer, inner => {
        let f = function!(|[x, y]: [S; 2]| -> S { x * x * y * y * y });
        let gradient = Gradient::new(f, inner());
        let jacobian = outer().jacobian(&gradient, &[2.0, 3.0]).expect("two outputs");
        assert_eq!(jacobian.as_slice(), [54.0, 108.0, 108.0, 72.0]);
    });
}

/// `½|∇f|²` with `f = x²·y`: `½(4x²y² + x⁴)`, with gradient `(4xy² + 2x³, 4x²y)`.
#[test]
fn of_the_length_of_a_gradient() {
    struct Length<F, B>(Gradient<F, B>);
    impl<F: Differentiable<Input = [f64; 2]>, B: Backend> Differentiable for Length<F, B> {
        type Input = [f64; 2];
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, x: &[S; 2]) -> S {
            self.0.call::<S>(x).into_iter().map(|part| part * part).sum::<S>() / 2.0
        }
    }
    every_pair!(outer, inner => {
        let f = function!(|[x, y]: [S; 2]| -> S { x * x * y });
        let length = Length(Gradient::new(f, inner()));
        assert_eq!(outer().gradient(&length, &[2.0, 3.0]), Ok([72.0 + 16.0, 48.0]));
    });
}

/// `x⁴` derived four times, with the modes in turn: 4x³, 12x², 24x, 24.
#[test]
fn of_a_derivative_of_a_derivative() {
    let f = function!(|x: S| -> S { x * x * x * x });
    let first = Derivative::new(f, Reverse::new());
    let second = Derivative::new(&first, Forward::new());
    let third = Derivative::new(&second, Reverse::new());
    assert_eq!([first.call(&2.0), second.call(&2.0), third.call(&2.0)], [32.0, 48.0, 48.0]);
    assert_eq!(Forward::new().derivative(&third, 2.0), Ok(24.0));
    assert_eq!(Reverse::new().derivative(&third, 2.0), Ok(24.0));
}

/// `d/dx [x · d/dy (x + y·x)|y=1] = 2x` with closures that take the outer variable in by a lift.
#[test]
fn of_closures() {
    /// `d/dy (x + y·x)|y=1` by duals over the outer scalar.
    fn by_duals<S: Scalar>(x: S) -> S {
        let (x, y) = (Dual::<S, 1>::from(x), Dual::variable(S::one(), 0));
        (x + y * x).tangent(0)
    }
    /// The same by a tape over the outer scalar.
    fn by_tape<S: Scalar>(x: S) -> S {
        Tape::new().record(|recording| {
            let (x, y) = (recording.variable(x), recording.variable(S::one()));
            recording.adjoints(x + y * x).expect("room").of(y).expect("an input")
        })
    }
    let through_duals = function!(|x: S| -> S { x * by_duals(x) });
    let through_tape = function!(|x: S| -> S { x * by_tape(x) });
    for derivative in [Forward::new().derivative(&through_duals, 3.0), Forward::new().derivative(&through_tape, 3.0)] {
        assert_eq!(derivative, Ok(6.0));
    }
    for derivative in [Reverse::new().gradient(&through_duals, &3.0), Reverse::new().gradient(&through_tape, &3.0)] {
        assert_eq!(derivative, Ok(6.0));
    }
}

/// `x · ∂g(y, x)/∂y`, with the captured `x` held.
struct TimesSlope<G, B>(G, B, At);

impl<G, B> Differentiable for TimesSlope<G, B>
where
    G: Differentiable<Input = (f64, f64), Output = f64>,
    B: Backend,
{
    type Input = f64;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        self.try_call::<S>(x).expect("one output")
    }

    fn try_call<S: Scalar<Real = f64>>(&self, &x: &S) -> Result<S, Error> {
        let y = match self.2 {
            At::One => S::one(),
            At::Outer => x,
            At::TwiceOuter => x * 2.0,
        };
        let (_, slope) = self.1.clone().gradient_by_first::<G, S>(&self.0, &(y, x))?;
        Ok(x * slope)
    }
}

/// The same as of a sum, a product, and where the inner point moves, with the captured variable held; and
/// `d/dx [x · d/dy (y³·eˣ)|y=2x] = d/dx 12x³·eˣ = (36x² + 12x³)·eˣ`.
#[test]
fn of_a_held_argument() {
    every_pair!(outer, inner => {
        let f = TimesSlope(Sum, inner(), At::One);
        assert_eq!(outer().derivative(&f, 1.0), Ok(1.0));
        assert_eq!(outer().second_derivative(&f, 1.0), Ok(0.0));
        let f = TimesSlope(Product, inner(), At::One);
        assert_eq!(outer().gradient(&f, &3.0), Ok(6.0));
        assert_eq!(outer().second_derivative(&f, 3.0), Ok(2.0));
        let f = TimesSlope(function!(|y: S, x: S| -> S { x * y * y }), inner(), At::Outer);
        assert_eq!(outer().gradient(&f, &2.0), Ok(24.0));
        assert_eq!(outer().second_derivative(&f, 2.0), Ok(24.0));
        let f = TimesSlope(function!(|y: S, x: S| -> S { y * y * y * x.exp() }), inner(), At::TwiceOuter);
        let found = outer().gradient(&f, &0.5).expect("one output");
        let expected = (36.0 * 0.25 + 12.0 * 0.125) * 0.5_f64.exp();
        assert!((found - expected).abs() < 1e-14 * expected, "{found}, expected {expected}");
    });
}

/// The outer derivative of the same by differences of values alone, whose inner derivative is exact.
#[test]
fn of_a_held_argument_by_finite_differences() {
    every_pair!(outer, inner => {
        let f = TimesSlope(function!(|y: S, x: S| -> S { (y * x).sin() / (y + x * x) }), inner(), At::TwiceOuter);
        let found = outer().gradient(&f, &0.7).expect("one output");
        let (_, expected, bound) = Finite::default().gradient_with_error(&f, &0.7).expect("one output");
        assert!(bound < 1e-8 && (found - expected).abs() <= bound, "{found}, expected {expected} within {bound}");
    });
}

/// `f(x, c, b) = Σ cᵢ·xᵢ² + b·x₀`: `∂f/∂xᵢ = 2cᵢ·xᵢ`, and `b` more for the first.
#[differentiable]
fn weighted<S: Scalar<Real = f64>>(x: &[S], c: &[S], b: S) -> S {
    x.iter().zip(c).map(|(&x, &c)| c * x * x).sum::<S>() + b * x[0]
}

/// More inputs than a chunk of duals has tangents, and two arguments held; every backend.
#[test]
fn the_gradient_by_the_first_of_many() {
    let x: Vec<f64> = (0..20).map(f64::from).collect();
    let c: Vec<f64> = x.iter().map(|x| 40.0 - x).collect();
    let at = (x.clone(), c.clone(), 5.0);
    let mut expected: Vec<f64> = x.iter().zip(&c).map(|(x, c)| 2.0 * c * x).collect();
    expected[0] += 5.0;
    let value = x.iter().zip(&c).map(|(x, c)| c * x * x).sum::<f64>();
    let exact = Ok((value, expected.clone()));
    assert_eq!(Forward::new().gradient_by_first::<Weighted, f64>(&Weighted, &at), exact);
    assert_eq!(Forward::with_chunk::<3>().gradient_by_first::<Weighted, f64>(&Weighted, &at), exact);
    assert_eq!(Reverse::new().gradient_by_first::<Weighted, f64>(&Weighted, &at), exact);
    assert_eq!(Auto::new().gradient_by_first::<Weighted, f64>(&Weighted, &at), exact);
    assert_eq!(Checked(Reverse::new()).gradient_by_first::<Weighted, f64>(&Weighted, &at), exact);
    let (_, found) = Finite::default().gradient_by_first::<Weighted, f64>(&Weighted, &at).expect("one output");
    assert!(found.iter().zip(&expected).all(|(found, expected)| (found - expected).abs() < 1e-6), "{found:?}");
}

/// The whole Jacobian of `c ↦ ∂f/∂x` is `∂²f/∂xᵢ∂cⱼ = 2xᵢ` on the diagonal: held on one level, inputs on the other.
#[test]
fn of_what_is_held_inside() {
    struct Slopes<B>(B, Vec<f64>);
    impl<B: Backend> Differentiable for Slopes<B> {
        type Input = Vec<f64>;
        type Output = Vec<f64>;
        fn call<S: Scalar<Real = f64>>(&self, c: &Vec<S>) -> Vec<S> {
            let x = self.1.iter().map(|&x| S::lit(x)).collect();
            let at = (x, c.clone(), S::one());
            self.0.clone().gradient_by_first::<Weighted, S>(&Weighted, &at).expect("one output").1
        }
    }
    every_pair!(outer, inner => {
        let jacobian = outer().jacobian(&Slopes(inner(), vec![1.0, -2.0, 0.5]), &vec![3.0, 4.0, 5.0]).expect("a shape");
        assert_eq!(jacobian.as_slice(), [2.0, 0.0, 0.0, 0.0, -4.0, 0.0, 0.0, 0.0, 1.0]);
    });
}

/// `∂/∂x (x + √c)` is 1 also at `c = 0`, where `∂/∂c` is infinite: nothing flows from what is held.
#[test]
fn an_infinite_partial_of_what_is_held_reaches_nothing() {
    let f = function!(|x: S, c: S| -> S { x + c.sqrt() });
    assert_eq!(Forward::new().gradient_by_first::<_, f64>(&f, &(2.0, 0.0)), Ok((2.0, 1.0)));
    assert_eq!(Reverse::new().gradient_by_first::<_, f64>(&f, &(2.0, 0.0)), Ok((2.0, 1.0)));
}

/// `∂f/∂a` of `f = a·x + √b` is `x`, with the derivative 1 by `x`, also at `b = 0`, where `∂f/∂b` is infinite: a lane that no input of the
/// inner function has seeded stays zero under every outer scalar.
#[test]
fn an_inner_lane_without_a_seed_stays_zero_under_a_tape() {
    struct Slope<B>(B);
    impl<B: Backend> Differentiable for Slope<B> {
        type Input = f64;
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, &x: &S) -> S {
            let f = function!(|[a, b]: [S; 2], x: S| -> S { a * x + b.sqrt() });
            self.0.clone().gradient_by_first::<_, S>(&f, &([S::one(), S::zero()], x)).expect("one output").1[0]
        }
    }
    every_pair!(outer, inner => {
        assert_eq!(outer().gradient(&Slope(inner()), &3.0), Ok(1.0));
    });
}

/// Without inputs the gradient is empty; of several outputs there is none.
#[test]
fn of_no_input_and_of_two_outputs() {
    let none = function!(|x: Vec<S>, c: S| -> S { x.into_iter().sum::<S>() + c });
    assert_eq!(Forward::new().gradient_by_first::<_, f64>(&none, &(vec![], 2.0)), Ok((2.0, vec![])));
    assert_eq!(Reverse::new().gradient_by_first::<_, f64>(&none, &(vec![], 2.0)), Ok((2.0, vec![])));
    let two = function!(|x: S, c: S| -> [S; 2] { [x, c] });
    let refused = Error::NotScalar { outputs: 2 };
    assert_eq!(Forward::new().gradient_by_first::<_, f64>(&two, &(1.0, 2.0)), Err(refused.clone()));
    assert_eq!(Reverse::new().gradient_by_first::<_, f64>(&two, &(1.0, 2.0)), Err(refused.clone()));
    assert_eq!(Finite::default().gradient_by_first::<_, f64>(&two, &(1.0, 2.0)), Err(refused));
}
