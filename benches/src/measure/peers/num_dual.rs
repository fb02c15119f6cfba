//! num-dual: forward mode with a tangent for every input.

use std::hint::black_box;

use nalgebra::{SMatrix, SVector};
use num_dual::{Dual64, DualNum, DualSVec, DualSVec64};

use super::program::{Number, Program, tridiagonal};
use crate::method::Method;

const NAME: &str = "num-dual";

macro_rules! impl_number {
    ($($Number:ty),*) => {$(
        impl<const N: usize> Number for $Number {
            fn exp(self) -> Self {
                DualNum::exp(&self)
            }

            fn tanh(self) -> Self {
                DualNum::tanh(&self)
            }

            fn recip(self) -> Self {
                DualNum::recip(&self)
            }
        }
    )*};
}

impl_number!(DualSVec64<N>, DualSVec<Dual64, N>);

pub(super) fn gradient<const N: usize>(program: impl Program + 'static, x: &[f64]) -> Method {
    let x = SVector::<f64, N>::from_column_slice(x);
    let compute = move |gradient: &mut SVector<f64, N>| {
        let (value, found) = num_dual::gradient(|x| program.run::<DualSVec64<N>>(x.as_slice()), black_box(&x));
        black_box(value);
        *gradient = found;
    };
    Method::new(NAME, SVector::zeros(), compute, |gradient| gradient.as_slice().to_vec())
}

pub(super) fn jacobian<const N: usize>(x: &[f64]) -> Method {
    let x = SVector::<f64, N>::from_column_slice(x);
    let compute = move |jacobian: &mut Box<SMatrix<f64, N, N>>| {
        let rows = |x: SVector<DualSVec64<N>, N>| SVector::<DualSVec64<N>, N>::from_vec(tridiagonal(x.as_slice()));
        let (value, found) = num_dual::jacobian(rows, black_box(&x));
        black_box(value);
        **jacobian = found;
    };
    // Its matrices lie column by column.
    Method::new(NAME, Box::new(SMatrix::zeros()), compute, |jacobian| jacobian.transpose().as_slice().to_vec())
}

/// The gradient over dual numbers that move along the vector.
pub(super) fn hvp<const N: usize>(program: impl Program + 'static, x: &[f64], v: &[f64]) -> Method {
    let (x, v) = (x.to_vec(), v.to_vec());
    Method::of_vector(NAME, move || {
        let along = SVector::<Dual64, N>::from_fn(|i, _| Dual64::new(black_box(&x)[i], black_box(&v)[i]));
        let (_, gradient) = num_dual::gradient(|x| program.run::<DualSVec<Dual64, N>>(x.as_slice()), &along);
        gradient.iter().map(|entry| entry.eps).collect()
    })
}
