//! hyperjet: forward mode with a tangent for every input.

use std::hint::black_box;

use hyperjet::differentiate::{differentiate1, differentiate1_vec};
use hyperjet::jets::Jet1;
use hyperjet::traits::DifferentiableMath;

use super::program::{Number, Program, tridiagonal};
use crate::method::Method;

const NAME: &str = "hyperjet";

impl<const N: usize> Number for Jet1<N> {
    fn exp(self) -> Self {
        DifferentiableMath::exp(self)
    }

    fn tanh(self) -> Self {
        DifferentiableMath::tanh(self)
    }

    fn recip(self) -> Self {
        1.0 / self
    }
}

pub(super) fn gradient<const N: usize>(program: impl Program + 'static, x: &[f64]) -> Method {
    let x: [f64; N] = std::array::from_fn(|i| x[i]);
    let compute = move |gradient: &mut [f64; N]| {
        let (value, found) = differentiate1(black_box(x), |x: [Jet1<N>; N]| program.run(&x));
        black_box(value);
        *gradient = found;
    };
    Method::new(NAME, [0.0; N], compute, |gradient| gradient.to_vec())
}

pub(super) fn jacobian<const N: usize>(x: &[f64]) -> Method {
    let x: [f64; N] = std::array::from_fn(|i| x[i]);
    let compute = move |jacobian: &mut Box<[[f64; N]; N]>| {
        let rows = |x: [Jet1<N>; N]| {
            let y = tridiagonal(&x);
            std::array::from_fn::<_, N, _>(|i| y[i])
        };
        let (value, found) = differentiate1_vec(black_box(x), rows);
        black_box(value);
        **jacobian = found;
    };
    Method::new(NAME, Box::new([[0.0; N]; N]), compute, |jacobian| jacobian.concat())
}
