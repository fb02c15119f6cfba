//! Arrays that are large enough for a backend to keep their memory, and to compute some where they are read.

use anygrad_core::{Backend, Differentiable, Error, Scalar};
use anygrad_linalg::Vector;
use anygrad_reverse::Reverse;

const LEN: usize = 3001;

/// A vector whose elements are all below 3.
fn point() -> Vector<f64> {
    Vector::from_fn(LEN, |i| (i % 7) as f64 * 0.375 - 1.0)
}

macro_rules! function {
    ($Name:ident, |$x:ident| $y:expr) => {
        struct $Name;

        impl Differentiable for $Name {
            type Input = Vector<f64>;
            type Output = f64;

            fn call<S: Scalar<Real = f64>>(&self, $x: &Vector<S>) -> S {
                $y
            }
        }
    };
}

function!(Greatest, |x| x.max() * 3.0);
function!(Exponentials, |x| x.exp().sum());
function!(LogSumExp, |x| {
    let greatest = x.max();
    greatest + x.shift(-greatest).exp().sum().ln()
});

/// The gradient by a workspace that keeps its memory is that by one that keeps none, and the same again.
fn gradient_of<F: Differentiable<Input = Vector<f64>, Output = f64>>(
    f: &F,
    x: &Vector<f64>,
) -> Result<Vec<f64>, Error> {
    let mut backend = Reverse::new();
    let (value, expected) = backend.gradient_over::<F, f64>(f, x)?;
    let mut gradient = Vector::zeros(LEN);
    for _ in 0..3 {
        assert_eq!(backend.value_and_gradient_into(f, x, &mut gradient)?, value);
        assert_eq!(gradient, expected);
    }
    assert_eq!(backend.value_and_gradient(f, x)?, (value, gradient));
    Ok(expected.to_vec())
}

/// Three elements share the derivative, far apart.
#[test]
fn equal_greatest_elements_share_the_derivative() -> Result<(), Error> {
    let mut x = point();
    for place in [0, 1000, LEN - 1] {
        x.set(place, 3.0)?;
    }
    let gradient = gradient_of(&Greatest, &x)?;
    let expected = |place: usize| if [0, 1000, LEN - 1].contains(&place) { 1.0 } else { 0.0 };
    assert!((0..LEN).all(|place| gradient[place] == expected(place)));
    Ok(())
}

/// All elements share it: these are not few.
#[test]
fn all_elements_may_be_greatest() -> Result<(), Error> {
    let gradient = gradient_of(&Greatest, &Vector::from_fn(LEN, |_| 2.0))?;
    assert!(gradient.iter().all(|&x| x == 1.0 / LEN as f64 * 3.0));
    Ok(())
}

#[test]
fn a_sum_of_exponentials_has_them_as_its_gradient() -> Result<(), Error> {
    let x = point();
    assert_eq!(gradient_of(&Exponentials, &x)?, x.exp().to_vec());
    Ok(())
}

/// The gradient is the softmax, of whose elements there are seven.
#[test]
fn a_log_sum_exp_has_the_softmax_as_its_gradient() -> Result<(), Error> {
    let x = point();
    let total: f64 = x.iter().map(f64::exp).sum();
    for (found, x) in gradient_of(&LogSumExp, &x)?.into_iter().zip(x.iter()) {
        let expected = x.exp() / total;
        assert!((found - expected).abs() <= 1e-12 * expected, "{found} is not {expected}");
    }
    Ok(())
}

/// NaN is the greatest wherever there is one, and reaches the gradient there alone.
#[test]
fn nan_reaches_the_gradient() -> Result<(), Error> {
    let mut x = point();
    x.set(17, f64::NAN)?;
    let (value, gradient) = Reverse::new().value_and_gradient(&Greatest, &x)?;
    assert!(value.is_nan());
    assert!(gradient.iter().enumerate().all(|(place, x)| x == if place == 17 { 3.0 } else { 0.0 }));
    Ok(())
}
