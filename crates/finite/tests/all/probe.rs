//! Edges of domains, points without a value, and shapes.

use anygrad_core::{Backend, Differentiable, Error, Scalar};
use anygrad_finite::Finite;

/// The methods that are to cope with every edge.
const METHODS: [Finite; 4] = [Finite::ridders(), Finite::forward(), Finite::central(), Finite::order(4)];

#[test]
fn one_sided_at_the_edge_of_the_domain() {
    // eˣ without its values below 0, or above: the slope at 0 is 1.
    let right = |x: f64| if x < 0.0 { f64::NAN } else { x.exp() };
    let left = |x: f64| if x > 0.0 { f64::NAN } else { x.exp() };
    for finite in METHODS {
        for found in [finite.estimate(right, 0.0), finite.estimate(left, 0.0)] {
            let found = found.expect("one side is finite");
            assert!((found.value - 1.0).abs() <= found.error && found.error < 1e-6, "{finite:?}: {found:?}");
        }
    }
}

#[test]
fn an_infinite_slope_has_no_bound() {
    let found = Finite::default().estimate(f64::sqrt, 0.0).expect("one side is finite");
    assert!(found.value > 1e3 && found.error.is_infinite(), "found {found:?}");
    // A jump is an infinite slope too, or noise as large as the jump; the slope of the pieces, 0, is inside the bound.
    let found = Finite::default().estimate(f64::floor, 2.0).expect("finite");
    assert!(found.error >= found.value.abs(), "found {found:?}");
}

#[test]
fn near_the_edge_of_the_domain() {
    for x in [1e-300, 1e-20, 1e-9, 1e-3] {
        let ln = Finite::default().estimate(f64::ln, x).expect("finite");
        assert!((ln.value * x - 1.0).abs() <= ln.error * x + 1e-15 && ln.error * x < 1e-8, "{x}: {ln:?}");
        let entropy = Finite::default().estimate(|x: f64| x * x.ln(), x).expect("finite");
        let exact = x.ln() + 1.0;
        assert!(
            (entropy.value - exact).abs() <= entropy.error && entropy.error < 1e-8 * exact.abs(),
            "{x}: {entropy:?}"
        );
        let left = Finite::default().estimate(|x: f64| (-x).ln(), -x).expect("finite");
        assert!((left.value * x + 1.0).abs() < 1e-8, "{x}: {left:?}");
    }
}

#[test]
fn no_side_is_finite() {
    let lonely = |x: f64| if x == 3.0 { 1.0 } else { f64::NAN };
    for finite in METHODS {
        let found = finite.estimate(lonely, 3.0);
        let Err(Error::NonFiniteProbe { index: 0, at }) = found else { panic!("{finite:?}: found {found:?}") };
        assert!(at > 3.0 && at < 4.0, "at {at}");
    }
}

/// `(1/x, y)`.
struct Pair;

impl Differentiable for Pair {
    type Input = [f64; 2];
    type Output = [f64; 2];
    fn call<S: Scalar<Real = f64>>(&self, [x, y]: &[S; 2]) -> [S; 2] {
        [x.recip(), *y]
    }
}

#[test]
fn an_output_without_a_value_has_no_derivative() {
    for mut finite in METHODS {
        let jacobian = finite.jacobian(&Pair, &[0.0, 5.0]).expect("the second output is finite");
        assert!(jacobian[(0, 0)].is_nan() && jacobian[(0, 1)].is_nan(), "{finite:?}: {jacobian:?}");
        assert!(jacobian[(1, 0)] == 0.0 && (jacobian[(1, 1)] - 1.0).abs() < 1e-7, "{finite:?}: {jacobian:?}");
    }
}

#[test]
fn an_input_without_a_value_has_no_derivative() {
    for mut finite in METHODS {
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let jacobian = finite.jacobian(&Pair, &[2.0, x]).expect("NaN is a value");
            assert!(jacobian[(0, 1)].is_nan() && jacobian[(1, 1)].is_nan(), "{finite:?}: {jacobian:?}");
            assert!((jacobian[(0, 0)] + 0.25).abs() < 1e-6, "{finite:?}: {jacobian:?}");
        }
    }
}

#[test]
fn directions() {
    for mut finite in METHODS {
        let found = finite.directional(&Pair, &[2.0, 5.0], &[0.0, 0.0]).expect("finite");
        assert_eq!(found, [0.0, 0.0]);
        for scale in [1e-200, 1.0, 1e200] {
            let found = finite.directional(&Pair, &[2.0, 5.0], &[4.0 * scale, -scale]).expect("finite");
            assert!(
                (found[0] / scale + 1.0).abs() < 1e-6 && (found[1] / scale + 1.0).abs() < 1e-6,
                "{finite:?}: {found:?}"
            );
        }
        let found = finite.directional(&Pair, &[2.0, 5.0], &[f64::NAN, 1.0]).expect("NaN is a value");
        assert!(found.iter().all(|slope| slope.is_nan()));
    }
}

/// `Σ xᵢ²`.
struct Squares;

impl Differentiable for Squares {
    type Input = Vec<f64>;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        x.iter().map(|&x| x * x).sum()
    }
}

#[test]
fn shapes() {
    let wrong = |found: Result<(), Error>| matches!(found, Err(Error::DimensionMismatch { expected: 2, found: 3, .. }));
    let (x, v) = (vec![1.0, 2.0], vec![1.0; 3]);
    for mut finite in METHODS {
        assert_eq!(finite.gradient(&Squares, &vec![]), Ok(vec![]));
        assert_eq!(finite.hessian(&Squares, &vec![]).map(|hessian| hessian.shape()), Ok((0, 0)));
        assert!(wrong(finite.directional(&Squares, &x, &v).map(|_| ())));
        assert!(wrong(finite.hvp(&Squares, &x, &v).map(|_| ())));
        assert!(wrong(anygrad_finite::noise(&Squares, &x, &v).map(|_| ())));
        assert_eq!(finite.gradient(&Pair, &[1.0, 2.0]), Err(Error::NotScalar { outputs: 2 }));
        assert_eq!(finite.hvp(&Pair, &[1.0, 2.0], &[1.0, 2.0]), Err(Error::NotScalar { outputs: 2 }));
        assert!(matches!(finite.hessian(&Pair, &[1.0, 2.0]), Err(Error::NotScalar { outputs: 2 })));
    }
}

/// A function that fails outside of its domain is like one that is NaN there.
#[test]
fn a_failure_is_the_edge_of_a_domain() {
    struct Root;
    impl Differentiable for Root {
        type Input = f64;
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
            self.try_call::<S>(x).unwrap_or_else(|error| panic!("{error}"))
        }
        fn try_call<S: Scalar<Real = f64>>(&self, x: &S) -> Result<S, Error> {
            if *x < S::lit(0.25) { Err(Error::NotScalar { outputs: 0 }) } else { Ok(x.sqrt()) }
        }
    }
    for mut finite in METHODS {
        for x in [0.25, 0.2500001, 1.0] {
            let slope = finite.derivative(&Root, x).expect("one side is in the domain");
            assert!((slope - 0.5 / x.sqrt()).abs() < 1e-4, "{finite:?} at {x}: found {slope}");
        }
        assert_eq!(finite.derivative(&Root, 0.1), Err(Error::NotScalar { outputs: 0 }));
    }
}
