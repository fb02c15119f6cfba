//! echidna: reverse mode on a tape, a tape that is recorded once and run again, and forward mode; its numbers nest.

mod nested;

use ::echidna::{BReverse, DualVec, Reverse};
use anygrad::num_traits::ToPrimitive;

use self::nested::{ForwardForward, ForwardReverse, ReverseForward};
use super::library::{Curvature, Function, Gradient, Jacobian, Library, Map};
use super::nested::Problem;
use super::number::number_by_float;
use crate::{Error, Job};

number_by_float!([] Reverse<f64>, c => Reverse::constant(c), c, x => x.to_f64().unwrap_or(f64::NAN));
number_by_float!([] BReverse<f64>, c => BReverse::constant(c), c, x => x.to_f64().unwrap_or(f64::NAN),
    fn max(self, other: Self) -> Self {
        anygrad::num_traits::Float::max(self, other)
    }
);
number_by_float!([const N: usize] DualVec<f64, N>, c => DualVec::constant(c), c, x => x.re);

pub(super) struct Echidna;

impl Library for Echidna {
    const NAME: &'static str = "echidna";

    fn gradient(f: impl Function, x: Vec<f64>) -> Result<Gradient, Error> {
        Ok(Box::new(move |gradient| *gradient = ::echidna::grad(|x: &[Reverse<f64>]| f.call(x), &x)))
    }

    /// Forward mode, with a tangent for every input.
    fn jacobian<F: Map<N, M>, const N: usize, const M: usize>() -> Result<Jacobian<F, N, M>, Error> {
        Ok(Box::new(|f, x| {
            let seeded: [DualVec<f64, N>; N] = std::array::from_fn(|i| DualVec::with_tangent(x[i], i));
            f.call(&seeded).map(|y| y.eps)
        }))
    }

    /// The product of a diagonal with ones is what stands in it.
    fn curvature(f: impl Function, x: Vec<f64>) -> Result<Curvature, Error> {
        let ones = vec![1.0; x.len()];
        Ok(Box::new(move |gradient, diagonal| {
            (*gradient, *diagonal) = ::echidna::hvp(|x: &[BReverse<f64>]| f.call(x), &x, &ones);
        }))
    }

    fn nested(variant: &str, problem: impl Problem) -> Result<Box<dyn Job>, Error> {
        match variant {
            "ff" => Ok(problem.job::<ForwardForward>(Self::NAME)),
            "fr" => Ok(problem.job::<ForwardReverse>(Self::NAME)),
            "rf" => Ok(problem.job::<ReverseForward>(Self::NAME)),
            _ => Err(Self::unserved("its tapes are of floats and of dual numbers")),
        }
    }
}

/// The same crate with a tape that is recorded before it is timed.
pub(super) struct Recorded;

impl Library for Recorded {
    const NAME: &'static str = "echidna/recorded";

    fn gradient(f: impl Function, x: Vec<f64>) -> Result<Gradient, Error> {
        let (mut tape, _) = ::echidna::record(|x: &[BReverse<f64>]| f.call(x), &x);
        let mut adjoints = Vec::new();
        Ok(Box::new(move |gradient| *gradient = tape.gradient_with_buf(&x, &mut adjoints)))
    }

    fn jacobian<F: Map<N, M>, const N: usize, const M: usize>() -> Result<Jacobian<F, N, M>, Error> {
        Err(Self::unserved(BRANCHES))
    }

    fn curvature(_: impl Function, _: Vec<f64>) -> Result<Curvature, Error> {
        Err(Self::unserved(BRANCHES))
    }

    fn nested(_: &str, _: impl Problem) -> Result<Box<dyn Job>, Error> {
        Err(Self::unserved(BRANCHES))
    }
}

const BRANCHES: &str =
    "the path of the function depends on its inputs, which a tape that is recorded once does not see";
